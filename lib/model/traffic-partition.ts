import { type Micros, microsText } from './timestamp.ts';

/**
 * Which part of the store a row lies in: `<YYYY-MM-DDTHH>` of its start, and `#<shard>/<shards>` where the rows of that
 * hour are spread over several parts. Each part says for itself up to when everything is in.
 */
export type TrafficBucket = string;

export const MICROS_PER_HOUR = 3_600_000_000;

/** From which hour on (`YYYY-MM-DDTHH`, oldest first) rows are spread over how many parts. Before the first: one. */
export type ShardPlan = readonly { readonly from: string; readonly shards: number }[];

/** `2026-11-23T15`, the UTC hour. */
export function hourOf(micros: Micros): string {
  return microsText(micros).slice(0, 13);
}

/** Every UTC hour that overlaps [from, to], oldest first. */
export function hoursBetween(from: Micros, to: Micros): string[] {
  const hours: string[] = [];
  for (let at = Math.floor(from / MICROS_PER_HOUR) * MICROS_PER_HOUR; at <= to; at += MICROS_PER_HOUR) {
    hours.push(hourOf(at));
  }
  return hours;
}

export function shardsOf(plan: ShardPlan, hour: string): number {
  return plan.findLast(({ from }) => from <= hour)?.shards ?? 1;
}

/** The part of a row with this sort key, `trafficIdentity(row)`. */
export function bucketOfRow(identity: string, plan: ShardPlan): TrafficBucket {
  const hour = identity.slice(0, 13);
  const shards = shardsOf(plan, hour);
  if (shards === 1) return hour;
  // The row key is a hash: any of its digits spread evenly.
  const key = identity.slice(identity.indexOf('#') + 1);
  return `${hour}#${Number.parseInt(key.slice(0, 8), 16) % shards}/${shards}`;
}

/** All parts of an hour. */
export function bucketsOfHour(hour: string, plan: ShardPlan): TrafficBucket[] {
  const shards = shardsOf(plan, hour);
  return shards === 1 ? [hour] : Array.from({ length: shards }, (_, shard) => `${hour}#${shard}/${shards}`);
}
