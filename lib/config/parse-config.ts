import { type Document, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type * as z from 'zod';
import { CONFIG_KEYS, type Config, configSchema, SUBSCRIBER_KEYS, TRAFFIC_KEYS } from '../model/config.ts';
import { didYouMean } from '../model/nearest.ts';

/** Something in the file that cannot be used. Line and column count from 1. */
export interface ConfigProblem {
  readonly line: number;
  readonly column: number;
  /** Path of the field, such as `subscribers[0].endpoint`; empty for the file itself. */
  readonly field: string;
  readonly message: string;
  readonly hint?: string;
}

export interface ParsedConfig {
  /** Present where there are no problems. */
  readonly config?: Config;
  readonly problems: readonly ConfigProblem[];
}

type Path = readonly (string | number)[];

/**
 * Reads the text of `netbird-alerts.yaml`: all problems at once, each with its place. An empty text is the default
 * configuration. For `aws`, what only AWS cannot do is a problem, too. `file` names it in messages.
 */
export function parseConfig(text: string, file: string, host: 'aws' | 'local' = 'local'): ParsedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text.replace(/^\uFEFF/, ''), { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => ({
    line: Math.max(1, lines.linePos(offset).line),
    column: lines.linePos(offset).col || 1,
  });
  const broken = [...document.errors, ...document.warnings].map((error) => ({
    ...at(error.pos[0]),
    field: '',
    message: `${file} is not YAML here: ${error.message}`,
  }));
  if (broken.length > 0) return { problems: broken };
  keepPlus(document);
  const written = readTree(document);
  if (written === undefined) {
    const message = `${file} refers to itself or to too many aliases`;
    return { problems: [{ line: 1, column: 1, field: '', message, hint: 'Write the values out.' }] };
  }
  const parsed = configSchema.safeParse(written.tree ?? {}, { reportInput: true });
  const place = (path: Path, isKey: boolean) => at(offsetOf(document, path, isKey));
  if (!parsed.success)
    return { problems: parsed.error.issues.flatMap((issue) => toProblems(issue, place)).sort(byPlace) };
  const problems = host === 'aws' ? problemsInAws(parsed.data, place) : [];
  return problems.length > 0 ? { problems } : { config: parsed.data, problems };
}

/** YAML takes an unquoted +15555550100 for a number and forgets the plus. */
function keepPlus(document: Document.Parsed): void {
  visit(document, {
    Pair(_key, pair) {
      if (!isScalar(pair.key) || pair.key.value !== 'endpoint' || !isScalar(pair.value)) return;
      if (typeof pair.value.value === 'number') pair.value.value = pair.value.source ?? String(pair.value.value);
    },
  });
}

function readTree(document: Document.Parsed): { tree: unknown } | undefined {
  try {
    return { tree: document.toJS({ maxAliasCount: 20 }) };
  } catch {
    return undefined;
  }
}

/** Where the value at `path` stands, or its key; where there is none, the nearest thing around it. */
function offsetOf(document: Document.Parsed, path: Path, isKey: boolean): number {
  for (let depth = path.length; depth >= 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    const name = path[depth - 1];
    if (isKey && depth === path.length && isMap(parent)) {
      const key = parent.items.find((pair) => isScalar(pair.key) && pair.key.value === name)?.key;
      if (isScalar(key) && key.range) return key.range[0];
    }
    const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (isRanged(node)) return node.range[0];
  }
  return 0;
}

function isRanged(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

type Place = (path: Path, isKey: boolean) => { line: number; column: number };

function toProblems(issue: z.core.$ZodIssue, place: Place): ConfigProblem[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const inBlock = issuesOfBlock(issue);
  if (inBlock) return inBlock.flatMap((each) => toProblems({ ...each, path: [...path, ...each.path] }, place));
  if (issue.code !== 'unrecognized_keys') {
    return [
      {
        ...place(path, false),
        field: fieldName(path),
        message: `${fieldName(path) || 'The file'} ${complaint(issue)}`,
      },
    ];
  }
  const known = knownAt(path);
  return issue.keys.map((key) => {
    const field = fieldName([...path, key]);
    const hint = didYouMean(key, known) ?? `Known here: ${known.join(', ')}.`;
    return { ...place([...path, key], true), field, message: `${field} is no setting`, hint };
  });
}

/** Of a value that may be a block or something else, and is a block: what is wrong in there. */
function issuesOfBlock(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] | undefined {
  if (issue.code !== 'invalid_union' || typeof issue.input !== 'object' || issue.input === null) return undefined;
  return issue.errors.find((issues) =>
    issues.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
}

function knownAt(path: Path): readonly string[] {
  if (path.length === 0) return CONFIG_KEYS;
  return path[0] === 'traffic' ? TRAFFIC_KEYS : SUBSCRIBER_KEYS;
}

function complaint(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing (${WANTED[issue.expected] ?? issue.expected})`
        : `is not ${WANTED[issue.expected] ?? issue.expected}`;
    case 'invalid_union':
      return issue.path[0] === 'traffic'
        ? 'is neither true nor false nor a block of "key: value" lines'
        : 'is missing or not one of email, sms, https, json';
    default:
      return issue.message;
  }
}

const WANTED: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  array: 'a list (lines that start with "- ")',
  object: 'a block of "key: value" lines',
};

function fieldName(path: Path): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`))
    .join('');
}

function problemsInAws(config: Config, place: Place): ConfigProblem[] {
  if (config.everyMs >= 60_000 && config.everyMs % 60_000 === 0) return [];
  const message = 'every is not a whole number of minutes, and the AWS scheduler knows no shorter step';
  return [{ ...place(['every'], false), field: 'every', message, hint: 'Write 1m, or any number of minutes.' }];
}

function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  return a.line - b.line || a.column - b.column;
}
