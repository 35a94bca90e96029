import { renameTo } from '../../model/nearest.ts';
import type { LogSource, RuleTest } from '../../model/rule.ts';
import { checkActivityCodes } from '../activity-codes.ts';
import type { Item, Logic } from '../ast.ts';
import { type CorrelationSpec, parseCorrelation } from '../correlation/parse.ts';
import { type FilterSpec, parseFilter } from '../filter/parse.ts';
import type { RuleFile, RuleProblem } from '../types.ts';
import { parseDetection } from './detection.ts';
import { parseLogSource } from './logsource.ts';
import { type Metadata, parseMetadata } from './metadata.ts';
import { booleanAt, entryOf } from './read.ts';
import { Report } from './report.ts';
import { parseTests } from './tests.ts';
import { type Entry, type MapTree, type ParsedTree, parseTrees } from './tree.ts';

/** What an `action` of a collection could be. */
const ACTIONS = ['global', 'repeat', 'reset'];

/** Only correlations have these; they belong below `correlation`. */
const CORRELATION_KEYS = ['type', 'rules', 'timespan'];

const KINDS = ['detection', 'correlation', 'x-correlation', 'filter'] as const;

interface Base {
  readonly metadata: Metadata;
  readonly report: Report;
  readonly tests: readonly RuleTest[];
  /** False: it has errors and only stands here to be referred to. */
  readonly sound: boolean;
}
export interface DetectionDocument extends Base {
  readonly kind: 'detection';
  readonly logsource: LogSource;
  readonly logic: Logic<Item>;
}
export interface CorrelationDocument extends Base {
  readonly kind: 'correlation';
  readonly spec: CorrelationSpec | undefined;
}
export interface FilterDocument extends Base {
  readonly kind: 'filter';
  readonly logsource: LogSource;
  readonly spec: FilterSpec;
}
export type RuleDocument = DetectionDocument | CorrelationDocument | FilterDocument;

/** The documents of one file. Never throws: whatever the text is, it becomes documents and problems. */
export function parseFile({ file, text }: RuleFile, problems: RuleProblem[]): RuleDocument[] {
  const report = new Report(file, problems);
  try {
    // A lone CR ends a line in YAML, too; the parser knows only the other two.
    const lines = text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
    const trees = parseTrees(lines, report);
    return refuseCollection(trees, report) ? [] : trees.flatMap((each) => parseDocument(each, report) ?? []);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    report.error(
      { line: 1, column: 1 },
      `the file cannot be read as rules: ${reason}`,
      'Write it simpler, less nested.',
    );
    return [];
  }
}

/** Collections, whose documents complete each other: one error for the file, since no document of it is whole. */
function refuseCollection(trees: readonly ParsedTree[], report: Report): boolean {
  const actions = trees.flatMap(({ tree }) => (tree.kind === 'map' ? (entryOf(tree, 'action') ?? []) : []));
  const action = actions.find(({ value }) => value.kind === 'scalar' && ACTIONS.includes(value.source));
  if (!action) return false;
  const hint = 'Write each rule whole, with what they share, and separate them with "---".';
  report.error(action.at, 'collections of rules that share parts ("action") are gone from Sigma', hint);
  return true;
}

function parseDocument({ tree, complete }: ParsedTree, report: Report): RuleDocument | undefined {
  if (tree.kind !== 'map') return void report.error(tree.at, 'a rule must be a mapping', 'Begin with "title: …".');
  const kind = kindOf(tree, report);
  if (!kind) return undefined;
  const before = report.errors();
  const metadata = parseMetadata(tree, report);
  const tests = parseTests(tree, report);
  const body = kind.value;
  if (body.kind !== 'map') {
    report.error(kind.at, `${kind.key} must be a mapping of keys and values`, 'Indent what belongs to it.');
    return undefined;
  }
  const base = (): Base => ({ metadata, report, tests, sound: complete && report.errors() === before });
  if (kind.key === 'detection') {
    const logsource = parseLogSource(tree, report);
    const shape = { name: 'detection', reserved: [], misplaced: entryOf(tree, 'condition') !== undefined } as const;
    const logic = parseDetection(body, shape, report) ?? { or: [] };
    checkActivityCodes(logic, logsource, report);
    return { kind: 'detection', logsource, logic, ...base() };
  }
  if (kind.key === 'filter') {
    const logsource = parseLogSource(tree, report);
    const spec = parseFilter(body, report);
    return { kind: 'filter', logsource, spec, ...base() };
  }
  const generate = booleanAt(tree, 'generate', report);
  const spec = parseCorrelation(body, kind.key === 'x-correlation', generate, report);
  return { kind: 'correlation', spec, ...base() };
}

/** The entry that makes the document what it is. */
function kindOf(tree: MapTree, report: Report): Entry | undefined {
  const found = KINDS.flatMap((key) => entryOf(tree, key) ?? []);
  const [only, second] = found;
  if (only && !second) return only;
  if (second)
    return void report.error(
      second.at,
      `a document has one of ${found.map(({ key }) => key).join(' and ')}`,
      'Separate rules with "---".',
    );
  const keys = tree.entries.map(({ key }) => key);
  const bare = CORRELATION_KEYS.every((key) => keys.includes(key))
    ? 'Write "correlation:", and indent type, rules, group-by, timespan and condition below it.'
    : undefined;
  const guess = KINDS.map((kind) => renameTo(kind, keys)).find((hint) => hint !== undefined);
  return void report.error(
    tree.at,
    'there is none of detection, correlation, x-correlation and filter',
    bare ?? guess ?? 'Add "detection: …".',
  );
}
