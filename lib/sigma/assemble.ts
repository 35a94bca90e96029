import type { CorrelationInfo, DetectionInfo, Rule, RuleTest } from '../model/rule.ts';
import type { Expr, Item, Logic } from './ast.ts';
import { listsIn } from './compile/expand.ts';
import { compileLogic, itemsOf } from './compile/logic.ts';
import { findCycle, orderOf } from './correlation/cycles.ts';
import { resolveCorrelation } from './correlation/resolve.ts';
import { applyFilters } from './filter/apply.ts';
import type { CorrelationDocument, DetectionDocument, RuleDocument } from './parse/document.ts';
import type { Lists, ListUse, LoadOptions } from './types.ts';
import { correlationVersion, detectionVersion } from './version.ts';

/** A detection rule, compiled. `logic` stays where lists decide what it matches. */
export interface CompiledRule {
  readonly info: DetectionInfo;
  readonly expr: Expr;
  readonly logic?: Logic<Item>;
}

/** A rule set before its index is built. */
export interface Assembled {
  readonly detections: readonly CompiledRule[];
  readonly correlations: readonly CorrelationInfo[];
  readonly tests: ReadonlyMap<string, readonly RuleTest[]>;
  readonly lists: readonly ListUse[];
}

/** Puts documents together: filters into rules, correlations onto rules; whatever has errors is left out. */
export function assemble(documents: readonly RuleDocument[], options: LoadOptions): Assembled {
  const references = refer(documents, options.duplicates === 'allow' ? () => undefined : tellDouble);
  const isWanted = (document: RuleDocument): boolean => options.statuses === 'all' || !isRetired(document);
  for (const document of documents) if (!isWanted(document)) noteRetired(document);
  const rules = documents.filter((each) => each.kind === 'detection' && isWanted(each)) as DetectionDocument[];
  const filters = documents.filter((each) => each.kind === 'filter' && each.sound && isWanted(each));
  const logics = applyFilters(rules, filters as Parameters<typeof applyFilters>[1], references);
  const detections = rules.flatMap((rule) => compileRule(rule, logics.get(rule) ?? rule.logic, options) ?? []);
  const correlations = resolveAll(documents.filter(isWanted), references, detections);
  const quiet = quietKeys(documents, correlations);
  const told = <T extends Rule>(info: T): T => ({ ...info, alerts: !quiet.has(info.key) });
  const loaded = new Set([...detections.map(({ info }) => info.key), ...correlations.map(({ key }) => key)]);
  return {
    detections: detections.map((rule) => ({ ...rule, info: told(rule.info) })),
    correlations: versioned(correlations, detections).map(told),
    tests: new Map(
      documents.flatMap(({ metadata, tests }): [string, readonly RuleTest[]][] =>
        tests.length > 0 && loaded.has(metadata.info.key) ? [[metadata.info.key, tests]] : [],
      ),
    ),
    lists: listUses(detections, options.lists ?? new Map()),
  };
}

function isRetired({ metadata }: RuleDocument): boolean {
  return metadata.status === 'deprecated' || metadata.status === 'unsupported';
}

function noteRetired({ metadata, report, kind }: RuleDocument): void {
  const { status, info } = metadata;
  report.warning(
    { line: info.line, column: 1 },
    `the ${kind} rule is ${status} and was not loaded`,
    'Take the file out, or give it another status.',
  );
}

/** Names, ids and keys; each may stand once. */
function refer(documents: readonly RuleDocument[], onDouble: OnDouble): Map<string, RuleDocument> {
  const references = new Map<string, RuleDocument>();
  /** Titles of rules that have nothing else to be called by: taken, but no names. */
  const titles = new Map<string, RuleDocument>();
  for (const document of documents) {
    const { id, name, key } = document.metadata.info;
    const names = [...new Set([name, id])].filter((each) => each !== undefined);
    for (const each of names) claim(each, document, [references, titles], onDouble);
    const titled = names.length === 0 && document.kind !== 'filter' && key !== '';
    if (titled) claim(key, document, [titles, references], onDouble);
  }
  return references;
}

type OnDouble = (document: RuleDocument, other: RuleDocument, name: string) => void;

function claim(
  name: string,
  document: RuleDocument,
  [own, others]: readonly [own: Map<string, RuleDocument>, others: ReadonlyMap<string, RuleDocument>],
  onDouble: OnDouble,
): void {
  const other = own.get(name) ?? others.get(name);
  if (other) onDouble(document, other, name);
  else own.set(name, document);
}

function tellDouble(document: RuleDocument, other: RuleDocument, reference: string): void {
  const { file, line: otherLine } = other.metadata.info;
  document.report.error(
    { line: document.metadata.info.line, column: 1 },
    `"${reference}" stands for two rules`,
    `The other is ${file}:${otherLine}: rename one.`,
  );
  duplicates.add(document);
}

const duplicates = new WeakSet<RuleDocument>();

function compileRule(rule: DetectionDocument, logic: Logic<Item>, options: LoadOptions): CompiledRule | undefined {
  if (!rule.sound || duplicates.has(rule)) return undefined;
  const info: DetectionInfo = { ...rule.metadata.info, kind: 'detection', logsource: rule.logsource };
  const told = new Set<Item>();
  const context = {
    lists: options.lists ?? new Map(),
    zone: info.alert.schedule?.zone ?? 'UTC',
    emptyUnknownLists: options.unresolvedLists === 'empty',
  };
  const expr = compileLogic(logic, context, (item, problem) => {
    if (!told.has(item)) rule.report.error(problem.at ?? item.at, problem.message, problem.hint);
    told.add(item);
  });
  if (told.size > 0) return undefined;
  const usesLists = itemsOf(logic).some((item) => item.modifiers.includes('expand'));
  return { info: { ...info, version: detectionVersion(info, logic) }, expr, ...(usesLists && { logic }) };
}

/** Correlations whose rules are all there, without cycles. */
function resolveAll(
  documents: readonly RuleDocument[],
  references: ReadonlyMap<string, RuleDocument>,
  detections: readonly CompiledRule[],
): CorrelationInfo[] {
  const sources = documents.filter((each) => each.kind === 'correlation') as CorrelationDocument[];
  const resolved = new Map<CorrelationInfo, CorrelationDocument>();
  for (const document of sources) {
    const info = duplicates.has(document) ? undefined : resolveCorrelation(document, references);
    if (info) resolved.set(info, document);
  }
  const rules = new Map<string, Rule>();
  for (const info of [...detections.map((rule) => rule.info), ...resolved.keys()]) rules.set(info.key, info);
  const { tangled } = orderOf(resolved.keys());
  for (const [info, { report, spec }] of resolved) {
    const cycle = tangled.has(info.key) ? findCycle(info, rules) : undefined;
    if (!cycle || !spec) continue;
    report.error(spec.at, `the correlation counts itself: ${cycle.join(' → ')}`, 'Take one of them out.');
    resolved.delete(info);
  }
  return withoutOrphans(resolved, rules);
}

/** A correlation of which a rule was not loaded cannot be loaded either, and so on. */
function withoutOrphans(
  resolved: Map<CorrelationInfo, CorrelationDocument>,
  rules: Map<string, Rule>,
): CorrelationInfo[] {
  const left = new Set([...resolved.keys()].map(({ key }) => key));
  for (const [key, { kind }] of rules) if (kind === 'correlation' && !left.has(key)) rules.delete(key);
  for (let again = true; again; ) {
    again = false;
    for (const [info, { report, spec }] of resolved) {
      const missing = info.rules.find((key) => !rules.has(key));
      if (missing === undefined || !spec) continue;
      report.error(
        spec.at,
        `the rule "${missing}", which it counts, has errors and was not loaded`,
        'Correct that rule first.',
      );
      resolved.delete(info);
      rules.delete(info.key);
      again = true;
    }
  }
  return [...resolved.keys()];
}

function quietKeys(documents: readonly RuleDocument[], correlations: readonly CorrelationInfo[]): Set<string> {
  const generating = new Set<string>();
  for (const each of documents)
    if (each.kind === 'correlation' && each.spec?.generate) generating.add(each.metadata.info.key);
  const counted = correlations.flatMap((info) => (generating.has(info.key) ? [] : info.rules));
  const loud = correlations.flatMap((info) => (generating.has(info.key) ? info.rules : []));
  const quiet = new Set(counted);
  for (const key of loud) quiet.delete(key);
  return quiet;
}

function versioned(correlations: readonly CorrelationInfo[], detections: readonly CompiledRule[]): CorrelationInfo[] {
  const versions = new Map(detections.map(({ info }) => [info.key, info.version]));
  const byKey = new Map(correlations.map((info) => [info.key, info]));
  for (const key of orderOf(correlations).sorted) {
    const info = byKey.get(key);
    if (info)
      versions.set(
        key,
        correlationVersion(info, (rule) => versions.get(rule) ?? ''),
      );
  }
  return correlations.map((info) => ({ ...info, version: versions.get(info.key) ?? '' }));
}

/** Which rules name which lists. */
export function listUses(detections: readonly Pick<CompiledRule, 'info' | 'logic'>[], lists: Lists): ListUse[] {
  const users = new Map<string, Set<string>>();
  for (const { info, logic } of detections) {
    for (const name of logic ? listNames(logic) : []) {
      users.set(name, (users.get(name) ?? new Set()).add(info.key));
    }
  }
  return [...users]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, rules]) => {
      const entries = lists.get(name)?.length;
      return { name, rules: [...rules], ...(entries !== undefined && { entries }) };
    });
}

function listNames(logic: Logic<Item>): string[] {
  const items = itemsOf(logic).filter((item) => item.modifiers.includes('expand'));
  return items.flatMap((item) => item.values.flatMap(({ source }) => listsIn(source)));
}
