import type { Contribution, GroupContributions } from '../detect/contributions.ts';
import type { CorrelationContext } from '../detect/correlations/index.ts';
import type { Engine, FailureAt } from '../detect/engine.ts';
import { parseRuleStateKey } from '../detect/identity.ts';
import type { CorrelationPlan } from '../detect/plan.ts';
import {
  absorbRows,
  closeState,
  findingsOf,
  type RuleOutcome,
  type RuleState,
  type RuleStep,
} from '../detect/rule-state.ts';
import type { Position } from '../model/change.ts';
import type { Clock } from '../model/clock.ts';
import type { Finding } from '../model/finding.ts';
import type { Micros } from '../model/timestamp.ts';
import { advance, type Caused, type Reduced, type Step } from '../store/advance.ts';
import type { StateStore } from '../store/ports.ts';
import { addToFleets, type SeriesDays } from './fleets.ts';
import type { ReportBuilder } from './process-report.ts';

/** Where rule state is moved, and who hears of what it causes. */
export interface RuleRun {
  readonly engine: Engine;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly tenant: string;
  readonly report: ReportBuilder;
  /** What correlations know of time, by the plan's feeds. */
  context(plan: CorrelationPlan): CorrelationContext;
  tell(findings: readonly Finding[]): Promise<void>;
  failed(failure: FailureAt): void;
}

type GroupStep = Step<RuleState, Contribution, RuleCaused>;

/** Self-contained: whoever finds it pending hands it on, also when the rule is gone. */
interface RuleCaused extends RuleOutcome {
  readonly tenant: string;
}

const SPARE_SECONDS = 2 * 86_400;
const MICROS_PER_HOUR = 3_600_000_000;

/** Takes contributions into their groups, then what that caused into alerts and outer correlations. */
export async function absorbGroups(run: RuleRun, groups: readonly GroupContributions[]): Promise<void> {
  if (groups.length === 0) return;
  const steps = groups.map((each): GroupStep => {
    const { plan, group, contributions, key } = each;
    const position = contributions[0]?.position;
    return {
      key,
      dueFor: dueForOf(run.tenant, plan),
      contributions,
      reduce: (value, fresh) =>
        guarded(run, plan, position, () => {
          const rows = fresh.map(({ row }) => row);
          return absorbRows(plan, value, group, rows, run.context(plan));
        }),
    };
  });
  run.report.advanced(await advance(run.state, steps, (caused) => handOn(run, caused), run.clock));
}

/** Closes what is due. `plan` is undefined for rules that are gone: what they left pending is handed on all the same. */
export async function closeGroups(
  run: RuleRun,
  due: readonly { readonly key: string; readonly plan: CorrelationPlan | undefined; readonly dueFor: string }[],
  watermark: Micros,
): Promise<void> {
  const steps = due.map(({ key, plan, dueFor }): GroupStep => {
    if (!plan) return { key, dueFor, contributions: [], reduce: (value) => postponed(value, watermark) };
    const ctx = run.context(plan);
    const position = { stream: 'watermark', partition: key, sequence: String(ctx.watermark ?? 0) };
    return {
      key,
      dueFor,
      contributions: [],
      reduce: (value) => guarded(run, plan, position, () => closeState(plan, value, ctx)),
    };
  });
  run.report.advanced(await advance(run.state, steps, (caused) => handOn(run, caused), run.clock));
}

/** Partition of the `due` index: one per set of feeds, since each set has a watermark of its own. */
export function dueForOf(tenant: string, { sources }: CorrelationPlan): string {
  return `${tenant}#${sources.join('+')}`;
}

/** A state whose rule is gone or changed is looked at seldom, until it expires: another process may have that rule. */
function postponed(value: RuleState | undefined, watermark: Micros): Reduced<RuleState, RuleCaused> | undefined {
  if (!value) return undefined;
  const expiry = value.until === undefined ? {} : { expiresAt: value.until };
  return { value, caused: [], due: watermark + MICROS_PER_HOUR, ...expiry };
}

/** A rule that throws fails alone: its contributions are dropped, the others go on. */
function guarded(
  run: RuleRun,
  plan: CorrelationPlan,
  position: Position | undefined,
  reduce: () => RuleStep | undefined,
): Reduced<RuleState, RuleCaused> | undefined {
  try {
    const step = reduce();
    if (!step) return undefined;
    const life = Math.max(plan.info.timespanMs, plan.info.forgetMs ?? 0);
    const expiresAt = Math.ceil((run.clock().getTime() + life) / 1000) + SPARE_SECONDS;
    return {
      value: { ...step.state, until: expiresAt },
      caused: step.outcome ? [{ ...step.outcome, tenant: run.tenant }] : [],
      expiresAt,
      ...(step.due === undefined ? {} : { due: step.due }),
    };
  } catch (error) {
    if (position) run.failed({ tenant: run.tenant, rule: plan.info.key, error: String(error), position });
    return undefined;
  }
}

async function handOn(run: RuleRun, caused: readonly Caused<RuleCaused>[]): Promise<void> {
  const findings: Finding[] = [];
  const days: SeriesDays[] = [];
  const chained = new Map<string, GroupContributions>();
  for (const { key, version, items } of caused) {
    for (const outcome of items) {
      findings.push(...findingsOf(outcome, outcome.tenant, key, version));
      days.push(...daysOf(outcome, key, version));
      const position = { stream: 'state', partition: key, sequence: String(version) };
      for (const each of run.engine.chained(outcome, outcome.tenant, position)) join(chained, each);
    }
  }
  await absorbGroups(run, [...chained.values()]);
  await addToFleets(run.state, run.clock, days);
  await run.tell(findings);
}

function daysOf({ tenant, fleet }: RuleCaused, seriesKey: string, stateVersion: number): SeriesDays[] {
  const parts = fleet && parseRuleStateKey(tenant, seriesKey);
  if (!parts) return [];
  return [{ tenant, rule: { key: parts.rule, version: parts.version }, seriesKey, stateVersion, days: fleet }];
}

/** A State item may stand in one step only: what several groups caused for it goes in together. */
function join(groups: Map<string, GroupContributions>, more: GroupContributions): void {
  const known = groups.get(more.key);
  const contributions = [...(known?.contributions ?? []), ...more.contributions];
  groups.set(more.key, { ...more, contributions });
}
