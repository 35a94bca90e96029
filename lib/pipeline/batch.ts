import type { Groups } from '../detect/contributions.ts';
import type { CorrelationContext } from '../detect/correlations/index.ts';
import type { Detected, Engine, FailureAt, Matched } from '../detect/engine.ts';
import type { CorrelationPlan } from '../detect/plan.ts';
import { watermarkOf } from '../detect/watermark.ts';
import type { Change, EventChange } from '../model/change.ts';
import { compareDecimal } from '../model/change.ts';
import { SOURCES, type Source } from '../model/event.ts';
import { groupBy } from '../model/group-by.ts';
import type { DetectionInfo } from '../model/rule.ts';
import { MICROS_PER_DAY, type Micros } from '../model/timestamp.ts';
import type { RuleSet } from '../sigma/types.ts';
import { recallNames } from '../store/names.ts';
import type { RuleRun } from './advance-rules.ts';
import { closeDueStates } from './close-due.ts';
import type { Fleets } from './fleets.ts';
import type { ReportBuilder } from './process-report.ts';
import { failingRules, noteRuleErrors, type RuleOutcomeAt, ruleErrorsKey } from './rule-errors.ts';
import { noteRuleVersions, ruleVersionsKey } from './rule-versions.ts';
import { latenessOf } from './settings.ts';
import { midnightsTo, noteSettled, waitsOf } from './settle-days.ts';
import { contextOf, noteWatermarks, readStanding, type Standing, type Watermarks } from './standing.ts';
import { type Dispatch, finishTelling, tellFindings } from './tell.ts';

/** What all batches of a pipeline have in common. */
export interface Surroundings extends Dispatch {
  readonly engine: Engine;
  readonly ruleSet: RuleSet;
  /** Tenants whose rule versions were compared. */
  readonly greeted: Set<string>;
  readonly fleets: Fleets;
}

/** One tenant's part of what the stream delivered, and all that is needed to take it in. */
export interface Batch extends RuleRun {
  readonly surroundings: Surroundings;
  readonly changes: readonly Change[];
  readonly standing: Standing;
  readonly failures: FailureAt[];
}

export interface Found extends Detected {
  readonly matched: readonly Matched[];
}

export async function openBatch(
  surroundings: Surroundings,
  tenant: string,
  changes: readonly Change[],
  report: ReportBuilder,
): Promise<Batch> {
  const { state, ruleSet, greeted } = surroundings;
  const standing = await readStanding(state, tenant, [ruleVersionsKey(tenant), ruleErrorsKey(tenant)]);
  if (!greeted.has(tenant)) {
    const known = standing.items.get(ruleVersionsKey(tenant));
    report.notes.push(...(await noteRuleVersions(state, known, tenant, ruleSet.rules)));
    greeted.add(tenant);
  }
  const failures: FailureAt[] = [];
  const batch = {
    surroundings,
    engine: surroundings.engine,
    state,
    clock: surroundings.clock,
    tenant,
    report,
    changes,
    standing,
    failures,
    tell: (findings: Detected['findings']) => tellFindings(surroundings, findings, report),
    failed: (failure: FailureAt) => void failures.push(failure),
  };
  return at(batch, standing.watermarks);
}

/** Which rules the batch's events match, and what follows from that; with `into`, groups beside those of other parts. */
export async function matchEvents(batch: Batch, into?: Groups): Promise<Found> {
  const { engine, state, tenant, changes, failures, report } = batch;
  const events = changes.filter((change) => change.kind === 'event');
  count(batch, events);
  const { matched, failures: broken } = engine.match(events);
  const live = matched.filter(({ change }) => !change.history);
  report.counts.unmatched += events.filter(({ history }) => !history).length - live.length;
  report.counts.quiet += live.filter(({ rules }) => !rules.some(tells)).length;
  const names = await recallNames(state, tenant, engine.idsToName(matched));
  const detected = engine.detect(matched, names, into);
  failures.push(...broken, ...detected.failures);
  report.counts.lacking += detected.lacking;
  return { ...detected, matched };
}

/** Experimental rules record, and those that only feed correlations have nothing to say by themselves. */
function tells({ alerts, status }: DetectionInfo): boolean {
  return alerts && status !== 'experimental';
}

/** Takes in what the watermarks say, and closes what is due by them. */
export async function passTime(batch: Batch): Promise<void> {
  const { surroundings, changes, state, clock, tenant } = batch;
  const news = groupBy(
    changes.filter((change) => change.kind === 'watermark'),
    ({ source }) => source,
  );
  const watermarks = new Map(batch.standing.watermarks);
  for (const [source, shown] of news) {
    const feed = { source, lateness: latenessOf(surroundings.settings, source) };
    watermarks.set(source, await noteWatermarks(state, clock, tenant, feed, shown));
  }
  for (const source of news.keys()) {
    await closeUpTo(batch, watermarks, source);
    await finishTelling(surroundings, tenant);
  }
}

/** Closes what is due at a feed's watermark, or at `given`; where there are baselines, day by day. */
export async function closeUpTo(batch: Batch, watermarks: Watermarks, source: Source, given?: Micros): Promise<void> {
  const { surroundings, state, clock, tenant, engine } = batch;
  const lateness = latenessOf(surroundings.settings, source);
  const known = watermarks.get(source);
  const watermark = given ?? watermarkOf(known, { source, lateness }) ?? 0;
  const waits = waitsOf(engine.plans.byKey.values(), source, lateness);
  const midnights = waits.length === 0 ? [] : midnightsTo(known, watermark, waits.at(-1) ?? 0);
  for (const midnight of midnights) {
    for (const wait of waits) {
      const stop = midnight + wait;
      await closeDueStates(await at(batch, watermarks, stop), source, stop);
    }
  }
  const last = midnights.at(-1);
  if (last !== undefined) await noteSettled(state, clock, { tenant, source }, last);
  await closeDueStates(await at(batch, watermarks), source, watermark);
}

/** Rules that failed are counted, and those that work again are not any more. */
export async function noteFailures(batch: Batch, found: Found | undefined): Promise<void> {
  const { failures, report, state, clock, tenant, engine, changes } = batch;
  const position = changes[0]?.position;
  // A rule that could not be compiled fails at every batch.
  if (position) for (const failure of engine.plans.failures) failures.push({ ...failure, tenant, position });
  report.errors.push(...failures.map(({ rule, error }) => ({ rule, error })));
  await noteRuleErrors(state, clock, tenant, [...failures, ...recovered(batch, found?.matched ?? [])], batch.tell);
}

function recovered({ standing, failures, tenant }: Batch, matched: readonly Matched[]): RuleOutcomeAt[] {
  const failed = new Set(failures.map(({ rule }) => rule));
  return failingRules(standing.items.get(ruleErrorsKey(tenant)))
    .filter((rule) => !failed.has(rule))
    .flatMap((rule) => {
      const last = matched.findLast(({ rules }) => rules.some(({ key }) => key === rule));
      return last ? [{ rule, position: last.change.position }] : [];
    });
}

/** The batch as it is at the watermarks, or at `upTo` where that is earlier, with what baselines may ask of their fleets. */
async function at<B extends Omit<RuleRun, 'context'> & { readonly surroundings: Surroundings }>(
  batch: B,
  watermarks: Watermarks,
  upTo?: Micros,
): Promise<B & Pick<RuleRun, 'context'>> {
  const { surroundings, state, tenant, engine } = batch;
  const { fleets, settings } = surroundings;
  const contexts = new Map<CorrelationPlan, CorrelationContext>();
  const context = (plan: CorrelationPlan): CorrelationContext => {
    const known = contexts.get(plan) ?? contextOf(plan, watermarks, settings, upTo);
    contexts.set(plan, known);
    return known;
  };
  const baselines = [...engine.plans.byKey.values()].filter(({ info }) => info.baseline);
  await fleets.load(
    state,
    tenant,
    baselines.map((plan) => ({ plan, day: Math.floor((context(plan).watermark ?? 0) / MICROS_PER_DAY) })),
  );
  for (const plan of baselines) contexts.set(plan, { ...context(plan), fleetAt: fleets.at(tenant, plan) });
  return { ...batch, context };
}

function count({ report, standing, surroundings, changes }: Batch, events: readonly EventChange[]): void {
  const lateness = (source: Source): Micros => latenessOf(surroundings.settings, source);
  const reached = new Map(
    SOURCES.map((source) => {
      const feed = { source, lateness: lateness(source) };
      return [source, watermarkOf(standing.watermarks.get(source), feed) ?? 0];
    }),
  );
  const isLate = ({ source, at }: EventChange): boolean => at + lateness(source) < (reached.get(source) ?? 0);
  report.counts.events += events.length;
  report.counts.history += events.filter(({ history }) => history).length;
  report.counts.late += events.filter(isLate).length;
  report.counts.outOfOrder += outOfOrder(changes);
}

function outOfOrder(changes: readonly Change[]): number {
  const last = new Map<string, string>();
  let broken = 0;
  for (const { position } of changes) {
    const before = last.get(position.partition);
    if (before !== undefined && compareDecimal(position.sequence, before) <= 0) broken++;
    last.set(position.partition, position.sequence);
  }
  return broken;
}
