import type { Micros } from '../model/timestamp.ts';
import {
  bucketsOfHour,
  hourOf,
  hoursBetween,
  MICROS_PER_HOUR,
  type ShardPlan,
  type TrafficBucket,
} from '../model/traffic-partition.ts';
import { TrafficSummer } from '../model/traffic-sum.ts';
import type { EventStore } from '../store/ports.ts';

/**
 * Hours that are over and whose rows are in, but for late ones: those after `from` that ended before `upTo`, oldest
 * first.
 */
export function hoursToSum(from: Micros, upTo: Micros): string[] {
  const last = Math.floor(upTo / MICROS_PER_HOUR) * MICROS_PER_HOUR - 1;
  return last < from ? [] : hoursBetween(from, last);
}

/** Rows live for eight days; what came into an hour that is nearly so old cannot be told from what is left of it. */
const SUMMED_AGAIN_FOR = 180 * MICROS_PER_HOUR;

/** Hours before `summedUntil` that rows have come into, as long as all of their rows are there. */
export function hoursToSumAgain(buckets: ReadonlySet<TrafficBucket>, summedUntil: Micros, now: Micros): string[] {
  const hours = new Set([...buckets].map((bucket) => bucket.slice(0, 13)));
  const [first, end] = [hourOf(Math.max(0, now - SUMMED_AGAIN_FOR)), hourOf(summedUntil)];
  return [...hours].filter((hour) => hour >= first && hour < end).sort();
}

/**
 * Adds up the rows of an hour. What was stored before is replaced, so that doing it again, at whatever time, counts
 * nothing twice.
 */
export async function sumHour(
  events: EventStore,
  { tenant, hour, shards }: { readonly tenant: string; readonly hour: string; readonly shards: ShardPlan },
  keepMs: number | undefined,
): Promise<void> {
  const summer = new TrafficSummer();
  for (const bucket of bucketsOfHour(hour, shards)) {
    for await (const row of events.trafficIn(tenant, bucket)) summer.add(row);
  }
  const end = Date.parse(`${hour}:00:00Z`) + MICROS_PER_HOUR / 1000;
  const expiresAt = keepMs === undefined ? undefined : Math.ceil((end + keepMs) / 1000);
  const sums = summer.sums();
  if (sums.length > 0) await events.putTrafficSums({ tenant, hour, expiresAt }, sums);
}
