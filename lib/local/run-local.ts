import { setTimeout as sleep } from 'node:timers/promises';
import type { CollectReport } from '../collect/collect-audit.ts';
import type { TrafficReport } from '../collect/collect-traffic.ts';
import { isOfTheServer } from '../collect/shared-problem.ts';
import { createKnownRows, type KnownRows } from '../collect/traffic-known.ts';
import type { LocalReport, LocalRun, LocalSummary } from './local-run.ts';
import { type LocalSteps, openSteps } from './local-steps.ts';
import { pollAudit, pollTraffic } from './polls.ts';

const GROUP_WAIT_MARGIN_MS = 100;

/** Polls, detects, dispatches and tells, as in AWS, until it is caught up (`once`) or told to stop. */
export async function runLocal(run: LocalRun): Promise<LocalSummary> {
  const counted = { audit: 0, traffic: 0, quarantined: 0, bytesRead: 0, problems: 0 };
  const tally: Tally = { ...counted, sourceReached: true, isOver: false, known: createKnownRows() };
  const steps = await openSteps(run);
  while (await turn(run, steps, tally)) {
    if (run.stop.aborted) {
      await steps.finish();
      break;
    }
    await pause(run, steps);
  }
  const { audit, traffic, quarantined, bytesRead, sourceReached } = tally;
  const { problems, ...rest } = steps.counted();
  const collected = { audit, traffic, quarantined };
  return { collected, bytesRead, sourceReached, ...rest, problems: tally.problems + problems };
}

/** One poll and all that follows from it. False: that was the last one. */
async function turn(run: LocalRun, steps: LocalSteps, tally: Tally): Promise<boolean> {
  const next = run.feed.next();
  if (!next) {
    await steps.finish('over');
    if (!run.once && !tally.isOver)
      await run.report.note('That was all. Ctrl-C ends; until then the store can be read.');
    tally.isOver = true;
    return !run.once;
  }
  if (next.title !== undefined) await run.report.chapter(next.title);
  const polled = await pollAudit(run, steps);
  const flows = isOfTheServer(polled) ? undefined : await pollTraffic(run, steps, tally.known);
  await count(tally, polled, flows, run.report);
  await steps.goOn();
  if (!run.once || run.feed.isPlayed || !isThrough(polled) || !isThrough(flows)) return true;
  await steps.finish();
  return false;
}

/** All that there is to be had was collected. */
function isThrough(polled: Pick<CollectReport, 'caughtUp' | 'sourceReached'> | undefined): boolean {
  return !polled || polled.caughtUp || !polled.sourceReached;
}

interface Tally {
  readonly known: KnownRows;
  audit: number;
  traffic: number;
  quarantined: number;
  bytesRead: number;
  problems: number;
  sourceReached: boolean;
  /** There is nothing more to poll. */
  isOver: boolean;
}

async function count(
  tally: Tally,
  polled: CollectReport,
  flows: TrafficReport | undefined,
  report: LocalReport,
): Promise<void> {
  tally.audit += polled.stored;
  tally.traffic += flows?.stored ?? 0;
  tally.sourceReached = polled.sourceReached && flows?.sourceReached !== false;
  if (polled.stored > 0) await report.collected(polled.stored, 'audit');
  if (flows && flows.stored > 0) await report.collected(flows.stored, 'traffic');
  for (const each of flows ? [polled, flows] : [polled]) {
    tally.quarantined += each.quarantined;
    tally.bytesRead += each.bytesRead;
    tally.problems += each.problems.length;
    for (const problem of each.problems) await report.problem(problem);
  }
  for (const { message } of flows?.notes ?? []) await report.note(message);
}

/** Until the next poll, or until it is time to stop. In between, what has waited for its group is told. */
async function pause({ once, everyMs, stop, config }: LocalRun, steps: LocalSteps): Promise<void> {
  if (once) return;
  const untilTold = Math.min(config.groupWaitMs + GROUP_WAIT_MARGIN_MS, everyMs);
  await sleep(untilTold, undefined, { signal: stop }).catch(() => undefined);
  if (stop.aborted || untilTold === everyMs) return;
  await steps.goOn();
  await sleep(everyMs - untilTold, undefined, { signal: stop }).catch(() => undefined);
}
