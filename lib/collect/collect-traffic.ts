/**
 * One run of collect over traffic: closed windows, from the watermark to ten minutes ago, and now and then the last 48
 * hours for rows that came late.
 *
 * How it works: a lease keeps runs apart; a range of time is read, every page, into the store, which writes what is new
 * or has grown; then what the operator must know is told; then the watermark is put into every part of the store that it
 * speaks of; then the cursor moves over the range, and the next one follows while there is time. A run that dies anywhere
 * is simply done again from the cursor.
 *
 * Gotchas: a first run puts no watermark before it has everything, so that nothing is decided on half of the history.
 */
import { loadTrafficCursor } from '../store/cursor.ts';
import { takeLease } from '../store/lease.ts';
import { NOTHING_TO_COLLECT, type TrafficDeps, type TrafficReport, type TrafficSettings } from './traffic-job.ts';
import { isDue } from './traffic-plan.ts';
import { TrafficRun } from './traffic-run.ts';

export type { TrafficDeps, TrafficReport, TrafficSettings } from './traffic-job.ts';

/** Collects what is new. Rejects only where a store or `tell` fails; nothing is lost then, and the next run goes on. */
export async function collectTraffic(deps: TrafficDeps, settings: TrafficSettings): Promise<TrafficReport> {
  const now = deps.clock();
  const { tenant, owner, leaseMs, everyMs } = settings;
  const { cursor } = await loadTrafficCursor(deps.state, tenant);
  if (!isDue(cursor, now, everyMs)) {
    return { ...NOTHING_TO_COLLECT, skipped: cursor.unavailableAt === undefined ? 'not_due' : 'unavailable' };
  }
  const wish = { key: `lease#${tenant}#traffic`, owner, now: now.getTime(), millis: leaseMs };
  const lease = await takeLease(deps.state, wish);
  if (!lease) return { ...NOTHING_TO_COLLECT, caughtUp: false, skipped: 'busy' };
  try {
    return await new TrafficRun(deps, settings, lease, now).collect();
  } catch (error) {
    deps.known.clear();
    throw error;
  } finally {
    await lease.release();
  }
}
