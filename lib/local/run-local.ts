import { setTimeout as sleep } from 'node:timers/promises';
import { type CollectReport, collectAudit } from '../collect/collect-audit.ts';
import type { LocalReport, LocalRun, LocalSummary } from './local-run.ts';
import { type LocalSteps, openSteps } from './local-steps.ts';

/** With `once`, a source that fails is given up after 10 s, in which the program also starts and tells. Milliseconds. */
const GIVE_UP_MS = 8000;
const LEASE_MS = 300_000;
const GROUP_WAIT_MARGIN_MS = 100;
/** More tries within a poll, where waiting may help. */
const RETRIES = 3;

/** Polls, detects, dispatches and tells, as in AWS, until it is caught up (`once`) or told to stop. */
export async function runLocal(run: LocalRun): Promise<LocalSummary> {
  const tally: Tally = { audit: 0, quarantined: 0, bytesRead: 0, problems: 0, sourceReached: true, isOver: false };
  const steps = await openSteps(run);
  while (await turn(run, steps, tally)) {
    if (run.stop.aborted) {
      await steps.finish();
      break;
    }
    await pause(run, steps);
  }
  const { audit, quarantined, bytesRead, sourceReached } = tally;
  const { problems, ...counted } = steps.counted();
  const collected = { audit, traffic: 0, quarantined };
  return { collected, bytesRead, sourceReached, ...counted, problems: tally.problems + problems };
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
  const polled = await poll(run, steps);
  await count(tally, polled, run.report);
  await steps.goOn();
  if (!run.once || run.feed.isPlayed || !(polled.caughtUp || !polled.sourceReached)) return true;
  await steps.finish();
  return false;
}

function poll({ feed, config, once }: LocalRun, steps: LocalSteps): Promise<CollectReport> {
  const { tenant, overlapMs, alertHistoryMs, keepMs } = config;
  const { events, state } = steps.stores;
  return collectAudit(
    { source: feed.source, events, state, clock: feed.clock, tell: (findings) => steps.tell(findings) },
    {
      tenant,
      overlapMs,
      alertHistoryMs,
      keepMs,
      deadline: undefined,
      retries: feed.isPlayed ? 0 : RETRIES,
      giveUpAfterMs: once && !feed.isPlayed ? GIVE_UP_MS : undefined,
      leaseMs: LEASE_MS,
      // A folder has one process at a time, so that a killed one's lease is ours.
      owner: 'local',
    },
  );
}

interface Tally {
  audit: number;
  quarantined: number;
  bytesRead: number;
  problems: number;
  sourceReached: boolean;
  /** There is nothing more to poll. */
  isOver: boolean;
}

async function count(tally: Tally, polled: CollectReport, report: LocalReport): Promise<void> {
  tally.audit += polled.stored;
  tally.quarantined += polled.quarantined;
  tally.bytesRead += polled.bytesRead;
  tally.problems += polled.problems.length;
  tally.sourceReached = polled.sourceReached;
  if (polled.stored > 0) await report.collected(polled.stored);
  for (const problem of polled.problems) await report.problem(problem);
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
