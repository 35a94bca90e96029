import { type Finding, type FindingRule, MAX_SAMPLES } from '../model/finding.ts';
import type { Severity } from '../model/severity.ts';
import type { Micros } from '../model/timestamp.ts';
import type { FleetContribution } from './baseline/types.ts';
import type { CorrelationContext, Outcome, Told, Verdict } from './correlations/index.ts';
import type { Row, Words } from './correlations/row.ts';
import { findingRuleOf } from './finding.ts';
import { dedupKeyOf, hashOf } from './identity.ts';
import type { CorrelationPlan } from './plan.ts';
import { renderTitle, type TitleContext } from './title.ts';

/** Value of a State item `rule#…`: one group of one correlation. */
export interface RuleState {
  readonly group: Readonly<Record<string, string>>;
  /** What the correlation's type keeps; absent when the group is forgotten. */
  readonly kept?: unknown;
  /** Epoch seconds: how long it is kept. */
  readonly until?: number;
}

/** What one step of a group caused. It survives JSON: it waits under `pending`. */
export interface RuleOutcome {
  readonly rule: FindingRule;
  readonly group: Readonly<Record<string, string>>;
  readonly notify: boolean;
  readonly findings: readonly FoundByRule[];
  /** For outer correlations. */
  readonly hits: readonly RuleHit[];
  /** Of a baseline: days of the series that are over. */
  readonly fleet?: readonly FleetContribution[];
}

/** A finding without what all findings of the outcome have in common, and without its place. */
export type FoundByRule = Omit<Finding, 'tenant' | 'rule' | 'group' | 'notify' | 'position'> & {
  /** Where it matters less than the rule says. */
  readonly severity?: Severity;
};

/** The condition held: an event for the correlations that count this one. */
export interface RuleHit {
  readonly at: Micros;
  readonly nanos: number;
  readonly id: string;
  readonly n: number;
  readonly history: boolean;
  readonly words?: Words;
}

export interface RuleStep {
  readonly state: RuleState;
  readonly outcome: RuleOutcome | undefined;
  readonly due?: Micros;
}

/** One write causes at most so many findings and hits; beyond, neighbours become one with their counts added. */
const MAX_CAUSED = 64;
const MAX_SAMPLES_IN_ALL = 60;
/** What is caused stands in the State item beside its value, which may have 220 KB of the 350. */
const MAX_CAUSED_BYTES = 90_000;

/** Takes events (each once, any order) into a group. */
export function absorbRows(
  plan: CorrelationPlan,
  state: RuleState | undefined,
  group: RuleState['group'],
  rows: readonly Row[],
  ctx: CorrelationContext,
): RuleStep {
  return stepOf(plan, group, plan.correlation.absorb(state?.kept, rows, ctx));
}

/** Decides what the watermark allows; undefined where that is nothing. */
export function closeState(
  plan: CorrelationPlan,
  state: RuleState | undefined,
  ctx: CorrelationContext,
): RuleStep | undefined {
  if (state?.kept === undefined) return undefined;
  const outcome = plan.correlation.close(state.kept, ctx);
  return outcome && stepOf(plan, state.group, outcome);
}

/** The findings of an outcome, with their place in the order of what the state caused. */
export function findingsOf(outcome: RuleOutcome, tenant: string, key: string, version: number): Finding[] {
  const { rule, group, notify } = outcome;
  const position = { stream: 'state', partition: key, sequence: String(version) };
  return outcome.findings.map(({ severity = rule.severity, ...found }) => {
    return { ...found, tenant, rule: { ...rule, severity }, group, notify, position };
  });
}

function stepOf(plan: CorrelationPlan, group: RuleState['group'], outcome: Outcome<unknown>): RuleStep {
  const state = outcome.state === undefined ? { group } : { group, kept: outcome.state };
  const due = outcome.due === undefined ? {} : { due: outcome.due };
  return { state, outcome: outcomeOf(plan, group, outcome), ...due };
}

function outcomeOf(
  plan: CorrelationPlan,
  group: RuleState['group'],
  { verdicts, fleet = [] }: Outcome<unknown>,
): RuleOutcome | undefined {
  const { info } = plan;
  const told = info.alerts ? verdicts.filter((verdict) => !verdict.silent) : [];
  const findings = told.flatMap((verdict) => (verdict.told ? [foundOf(plan, group, verdict, verdict.told)] : []));
  const hits = plan.isCounted ? verdicts.filter(({ isHit }) => isHit).map((each) => hitOf(plan, group, each)) : [];
  if (findings.length === 0 && hits.length === 0 && fleet.length === 0) return undefined;
  const caused = (most: number): RuleOutcome => ({
    rule: findingRuleOf(info),
    group,
    notify: info.status !== 'experimental',
    findings: withFewSamples(fewer(most, findings, ({ dedupKey }) => dedupKey, mergedFindings)),
    hits: fewer(
      most,
      hits,
      ({ history }) => String(history),
      (a, b) => ({ ...b, n: a.n + b.n }),
    ),
    ...(fleet.length > 0 ? { fleet } : {}),
  });
  return lightest(caused);
}

/** As many as fit beside the value; with long names that may be few. */
function lightest(caused: (most: number) => RuleOutcome): RuleOutcome {
  let outcome = caused(MAX_CAUSED);
  for (let most = MAX_CAUSED; most > 1 && isHeavy(outcome); outcome = caused(most)) most >>= 1;
  return outcome;
}

function isHeavy(outcome: RuleOutcome): boolean {
  // One or two cannot be, and nearly all outcomes are that.
  if (outcome.findings.length + outcome.hits.length <= 2) return false;
  return Buffer.byteLength(JSON.stringify(outcome)) > MAX_CAUSED_BYTES;
}

function foundOf(plan: CorrelationPlan, group: RuleState['group'], verdict: Verdict, told: Told): FoundByRule {
  const { info } = plan;
  const { words, firstRef, firstEventAt, lastEventAt, count, samples, evidence } = told;
  const field = (name: string): string | undefined => group[name] ?? words.fields?.[name];
  const groupValues = info.groupBy.map((name) => group[name] ?? '');
  return {
    // Of what happened, never of when it arrived: a replay gives the same.
    id: hashOf([info.key, info.version, JSON.stringify(groupValues), verdict.at, firstRef, count], 32),
    dedupKey: dedupKeyOf(info.alert.dedup?.map((name) => field(name) ?? '') ?? groupValues),
    title: renderTitle(info.alert.title ?? info.title, titleContext(group, verdict, told, field)),
    at: verdict.openedAt ?? verdict.at,
    firstEventAt,
    lastEventAt,
    count,
    samples,
    ...(evidence ? { evidence: { ...evidence, source: plan.sources[0] ?? 'audit' } } : {}),
    ...(evidence?.learning && evidence.channel !== 'new' ? { severity: lowered(info.level) } : {}),
  };
}

function titleContext(
  group: RuleState['group'],
  { value }: Verdict,
  { words, count, evidence }: Told,
  field: TitleContext['field'],
): TitleContext {
  const { actor, target, activity } = words;
  if (!evidence) return { actor, target, activity, count, value, group, field };
  const named = { ...group, ...evidence.names };
  const who = Object.values(named)[0] ?? '';
  return { actor: who, target, activity, count, value, expected: evidence.expected, group: named, field };
}

/** What is usual is still being learned: worth a look, not a night's sleep. */
function lowered(level: Severity): Severity {
  return level === 'informational' ? level : 'low';
}

function hitOf({ info }: CorrelationPlan, group: RuleState['group'], verdict: Verdict): RuleHit {
  const groupValues = info.groupBy.map((name) => group[name] ?? '');
  const { at, nanos, silent: history, words = verdict.told?.words } = verdict;
  const id = hashOf([info.key, info.version, JSON.stringify(groupValues), at, nanos], 32);
  return { at, nanos, id, n: 1, history, ...(words ? { words } : {}) };
}

/** Above `most`, neighbours that are alike become one. */
function fewer<T>(most: number, all: readonly T[], likeness: (each: T) => string, merge: (a: T, b: T) => T): T[] {
  const size = Math.ceil(all.length / most);
  if (size <= 1) return [...all];
  const merged: T[] = [];
  for (let start = 0; start < all.length; start += size) {
    const alike = new Map<string, T>();
    for (const each of all.slice(start, start + size)) {
      const known = alike.get(likeness(each));
      alike.set(likeness(each), known ? merge(known, each) : each);
    }
    merged.push(...alike.values());
  }
  return merged;
}

function mergedFindings(a: FoundByRule, b: FoundByRule): FoundByRule {
  return {
    ...a,
    firstEventAt: Math.min(a.firstEventAt, b.firstEventAt),
    lastEventAt: Math.max(a.lastEventAt, b.lastEventAt),
    count: a.count + b.count,
    samples: [...a.samples, ...b.samples].slice(0, MAX_SAMPLES),
  };
}

function withFewSamples(findings: readonly FoundByRule[]): FoundByRule[] {
  let left = MAX_SAMPLES_IN_ALL;
  return findings.map((found) => {
    const samples = found.samples.slice(0, left);
    left -= samples.length;
    return { ...found, samples };
  });
}
