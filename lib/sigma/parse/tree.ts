import * as yaml from 'yaml';
import type { Place, Report } from './report.ts';

/** YAML as rules see it: keys in order, scalars with their source text, and where each thing stands. */
export type Tree = MapTree | ListTree | ScalarTree;

export interface Entry {
  readonly key: string;
  readonly at: Place;
  readonly value: Tree;
}
export interface MapTree {
  readonly kind: 'map';
  readonly at: Place;
  readonly entries: readonly Entry[];
}
export interface ListTree {
  readonly kind: 'list';
  readonly at: Place;
  readonly items: readonly Tree[];
}
export type Scalar = string | number | boolean | null;
export interface ScalarTree {
  readonly kind: 'scalar';
  readonly at: Place;
  readonly value: Scalar;
  /** As written, without quotes. */
  readonly source: string;
}

const QUOTES_HINT = 'A value that begins with "*" needs quotes.';
const DOUBLE_HINT = 'Keep one of the two; values that may all hold go into one list.';
/** Enough for any rule; stops alias bombs and endless nesting. */
const MAX_DEPTH = 60;
const MAX_NODES = 100_000;
/** UTF-16 units of one file. */
const MAX_LENGTH = 32_000_000;
/** Of one document; what follows them is mostly their consequence. */
const MAX_SYNTAX_ERRORS = 3;

/** One document of a file. */
export interface ParsedTree {
  readonly tree: Tree;
  /** False: something of it could not be read, so that the tree lacks it. */
  readonly complete: boolean;
}

/** The documents of a file, without empty ones. Syntax errors and duplicate keys go to the report. */
export function parseTrees(text: string, report: Report): ParsedTree[] {
  if (text.length > MAX_LENGTH) {
    report.error(
      { line: 1, column: 1 },
      `the file is longer than ${MAX_LENGTH} characters`,
      'Split it; long lists of values go into lists that "expand" names.',
    );
    return [];
  }
  const lines = new yaml.LineCounter();
  const documents = yaml.parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
    resolveKnownTags: false,
    // The converter finds duplicate keys, in linear time.
    uniqueKeys: false,
  });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    for (const error of document.errors.slice(0, MAX_SYNTAX_ERRORS))
      report.error(placeOf(lines, error.pos[0]), yamlMessage(error), yamlHint(error));
    if (document.errors.length > 0 || !document.contents) return [];
    const before = report.errors();
    const tree = new Converter(lines, report).convert(document.contents, 0);
    if (!tree || (tree.kind === 'scalar' && tree.value === null)) return [];
    return [{ tree, complete: report.errors() === before }];
  });
}

function placeOf(lines: yaml.LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function yamlMessage(error: yaml.YAMLParseError): string {
  return error.message.includes('call stack') ? 'nested too deeply' : `not valid YAML: ${error.message}`;
}

function yamlHint(error: yaml.YAMLParseError): string {
  if (error.code === 'BAD_ALIAS') return QUOTES_HINT;
  if (error.code === 'BAD_SCALAR_START') return 'A value that begins with this character needs quotes.';
  if (error.code === 'TAB_AS_INDENT') return 'Indent with spaces.';
  return 'Look at quotes, brackets, colons and indentation here and in the line above.';
}

class Converter {
  private readonly lines: yaml.LineCounter;
  private readonly report: Report;
  private nodes = 0;
  /** The node that each anchor stands for so far. */
  private readonly anchors = new Map<string, yaml.Node>();
  /** What each alias stood for where it is written: an anchor may be set again later. */
  private readonly targets = new Map<yaml.Alias, yaml.Node | undefined>();

  constructor(lines: yaml.LineCounter, report: Report) {
    this.lines = lines;
    this.report = report;
  }

  /** Undefined, with an error in the report, for what no rule can hold. */
  convert(node: unknown, depth: number): Tree | undefined {
    const at = this.place(node);
    this.nodes++;
    if (depth > MAX_DEPTH || this.nodes > MAX_NODES) return this.refuseSize(at);
    if (yaml.isAlias(node)) {
      const target = this.targetOf(node);
      return target ? this.convert(target, depth + 1) : this.unquoted(node, at);
    }
    this.remember(node);
    if (yaml.isMap(node)) return this.map(node, at, depth);
    if (yaml.isSeq(node)) return this.list(node, at, depth);
    if (yaml.isScalar(node)) return scalar(node, at);
    return { kind: 'scalar', at, value: null, source: '' };
  }

  private remember(node: unknown): void {
    if (yaml.isNode(node) && 'anchor' in node && node.anchor) this.anchors.set(node.anchor, node);
  }

  private targetOf(alias: yaml.Alias): yaml.Node | undefined {
    if (!this.targets.has(alias)) this.targets.set(alias, this.anchors.get(alias.source));
    return this.targets.get(alias);
  }

  /** The text that was meant: without it, an emptied list would be told as a second error. */
  private unquoted(alias: yaml.Alias, at: Place): ScalarTree {
    const value = `*${alias.source}`;
    this.refuse(at, `the alias "${value}" refers to nothing`, QUOTES_HINT);
    return { kind: 'scalar', at, value, source: value };
  }

  private map(node: yaml.YAMLMap, at: Place, depth: number): Tree | undefined {
    const entries: Entry[] = [];
    const keys = new Set<string>();
    for (const pair of node.items) {
      if (this.nodes > MAX_NODES) return undefined;
      const keyAt = pair.key ? this.place(pair.key) : at;
      const key = this.key(pair.key, keyAt);
      const value = this.convert(pair.value, depth + 1);
      if (key === undefined || !value) continue;
      if (keys.has(key)) this.refuse(keyAt, 'this key stands twice in one mapping', DOUBLE_HINT);
      keys.add(key);
      entries.push({ key, at: keyAt, value: pair.value ? value : { ...value, at: keyAt } });
    }
    return { kind: 'map', at, entries };
  }

  private key(node: unknown, at: Place): string | undefined {
    const resolved = yaml.isAlias(node) ? this.targetOf(node) : node;
    this.remember(resolved);
    if (resolved === null || resolved === undefined) return '';
    if (!yaml.isScalar(resolved))
      return void this.refuse(at, 'a key must be a plain text', 'Put a key that begins with [ or { into quotes.');
    const key = scalar(resolved, at);
    const text = typeof key.value === 'string' ? key.value : key.source;
    if (text !== '<<') return text;
    return void this.refuse(at, 'merge keys (<<) are not part of YAML 1.2', 'Write the keys out.');
  }

  private list(node: yaml.YAMLSeq, at: Place, depth: number): Tree | undefined {
    const items: Tree[] = [];
    for (const item of node.items) {
      if (this.nodes > MAX_NODES) return undefined;
      const tree = this.convert(item, depth + 1);
      if (tree) items.push(item ? tree : { ...tree, at });
    }
    return { kind: 'list', at, items };
  }

  private place(node: unknown): Place {
    const range = yaml.isNode(node) ? node.range : undefined;
    return range ? placeOf(this.lines, range[0]) : { line: 1, column: 1 };
  }

  private refuse(at: Place, message: string, hint?: string): undefined {
    this.report.error(at, message, hint);
  }

  private refuseSize(at: Place): undefined {
    const first = this.nodes <= MAX_NODES + 1;
    if (first)
      this.report.error(at, `nested deeper than ${MAX_DEPTH} levels, or larger than any rule`, 'Split the file.');
    if (first && this.nodes <= MAX_NODES) this.nodes = MAX_NODES + 1;
  }
}

function scalar(node: yaml.Scalar, at: Place): ScalarTree {
  const { value } = node;
  const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
  const kept = known ? value : String(value);
  const source = typeof kept === 'string' ? kept : (node.source ?? String(kept));
  return { kind: 'scalar', at, value: kept, source };
}

/** A tree as plain data. */
export function plain(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(plain);
  // Not assignment: a key `__proto__` must stay a key.
  return Object.fromEntries(tree.entries.map(({ key, value }) => [key, plain(value)]));
}
