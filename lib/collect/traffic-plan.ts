/** PURE: which part of traffic a run reads next, what that makes of the cursor, and what must be told. */
import { dateOf, type Micros, microsOf } from '../model/timestamp.ts';
import {
  bucketsOfHour,
  hourOf,
  hoursBetween,
  MICROS_PER_HOUR,
  type ShardPlan,
  shardsOf,
  type TrafficBucket,
} from '../model/traffic-partition.ts';
import type { TrafficCursor } from '../store/cursor.ts';

/** NetBird keeps rows for 7 days at most, and for 48 hours at least. */
const RETENTION_HOURS = 7 * 24;
const SURE_RETENTION_HOURS = 48;
/** Rows are shown up to 10 minutes after their window. */
export const DELAY_MS = 10 * 60_000;
/** The longest range that is read at a time: what it brought is kept, even if the next one fails. */
const LONGEST_SLICE_MS = 6 * 3_600_000;
const SHORTEST_SLICE_MS = 5 * 60_000;
/** How often rows that came late are looked for, where nobody says otherwise. */
const SWEEP_EVERY_MS = 6 * 3_600_000;
const UNAVAILABLE_FOR_MS = 24 * 3_600_000;
const SECOND = 1_000_000;

/** A part of traffic that is read at a time. Whole seconds. */
export interface TrafficRange {
  readonly from: Micros;
  readonly to: Micros;
  /** There is nothing after it to be read yet. */
  readonly isLast: boolean;
}

/** Whether a run has anything to do: a poll is due, or the last one did not come to its end. */
export function isDue(cursor: TrafficCursor, now: Date, everyMs: number): boolean {
  const { unavailableAt, lastPollAt = 0, caughtUp } = cursor;
  if (unavailableAt !== undefined) return now.getTime() - unavailableAt >= UNAVAILABLE_FOR_MS;
  // Schedules come a little early and late: half a minute must not make a poll wait for another.
  return !caughtUp || now.getTime() - lastPollAt >= everyMs - Math.min(30_000, everyMs / 2);
}

/** The next range to read for the first time: windows that are closed, with an overlap for rows that came late. */
export function nextRange(cursor: TrafficCursor, now: Date, overlap: Micros): TrafficRange {
  const end = closedUntil(now);
  const slice = (cursor.sliceMs ?? LONGEST_SLICE_MS) * 1000;
  const oldest = wholeSecond(microsOf(now) - RETENTION_HOURS * MICROS_PER_HOUR);
  if (cursor.watermark === undefined) {
    const { from: origin, reached } = cursor.firstRun ?? { from: oldest, reached: oldest };
    const to = Math.min(end, reached + slice);
    return { from: wholeSecond(Math.max(origin, reached - overlap)), to, isLast: to === end };
  }
  // A day more than NetBird has: nothing says from when its seven days count.
  const reached = Math.max(cursor.watermark, oldest - 24 * MICROS_PER_HOUR);
  const to = Math.max(reached, Math.min(end, reached + slice));
  return { from: wholeSecond(reached - overlap), to, isLast: to >= end };
}

/** The next range to look through for rows that came late; undefined: it is not time for that, or it was done. */
export function nextSweep(
  cursor: TrafficCursor,
  now: Date,
  overlap: Micros,
  everyMs = SWEEP_EVERY_MS,
): TrafficRange | undefined {
  const { sweptAt = 0, sweepReached, watermark } = cursor;
  if (watermark === undefined || now.getTime() - sweptAt <= everyMs) return undefined;
  const end = watermark - overlap;
  // After an outage from where the last search would have begun, had it been made now.
  const since = Math.min(now.getTime(), sweptAt + everyMs) - SURE_RETENTION_HOURS * 3_600_000;
  const oldest = now.getTime() - RETENTION_HOURS * 3_600_000;
  const from = wholeSecond(sweepReached ?? Math.max(since, oldest) * 1000);
  const to = Math.min(end, from + (cursor.sliceMs ?? LONGEST_SLICE_MS) * 1000);
  if (to <= from) return undefined;
  // Windows that begin in one range and end in the next are whole in neither.
  return { from: from - DELAY_MS * 1000, to, isLast: to === end };
}

/** Windows that ended before this are all there to be read. */
export function closedUntil(now: Date): Micros {
  return wholeSecond(microsOf(now) - DELAY_MS * 1000);
}

/**
 * What a range that was read up to `upTo` makes of the cursor. `first`, at the end of a first run: where that began, and
 * where its rows do. `oldest`: the start of the oldest row that the range brought.
 */
export function movedOver(
  cursor: TrafficCursor,
  range: TrafficRange,
  upTo: Micros,
  oldest: Micros | undefined,
): { readonly moved: Partial<TrafficCursor>; readonly first?: { readonly from: Micros; readonly oldest: Micros } } {
  if (cursor.watermark !== undefined) return { moved: { watermark: Math.max(cursor.watermark, upTo) } };
  const from = cursor.firstRun?.from ?? range.from;
  const met = cursor.firstRun?.oldest ?? (oldest && Math.max(oldest, range.from));
  if (!range.isLast) return { moved: { firstRun: { from, oldest: met, reached: range.to } } };
  return { moved: { watermark: upTo, firstRun: undefined }, first: { from, oldest: met ?? upTo } };
}

/** A range was too much for the time there was, or not: the next one is shorter, or longer again. */
export function nextSlice(sliceMs: number | undefined, was: 'read' | 'too_long'): number | undefined {
  const now = sliceMs ?? LONGEST_SLICE_MS;
  if (was === 'too_long') return Math.max(SHORTEST_SLICE_MS, Math.round(now / 2));
  return now * 2 >= LONGEST_SLICE_MS ? undefined : now * 2;
}

/**
 * The plan of parts with the configured number of them from the next hour on: an hour that has begun keeps its number,
 * since a row must stay where it is. Before the first run, that number holds for all hours.
 */
export function withShards(cursor: TrafficCursor, shards: number, now: Date): ShardPlan {
  const { shards: plan } = cursor;
  if (cursor.watermark === undefined && cursor.firstRun === undefined)
    return shards === 1 ? [] : [{ from: '', shards }];
  const next = hourOf(microsOf(now) + MICROS_PER_HOUR);
  const cut = hourOf(microsOf(now) - 2 * RETENTION_HOURS * MICROS_PER_HOUR);
  const needed = plan.filter((_, index) => (plan[index + 1]?.from ?? '~') > cut);
  return shardsOf(plan, next) === shards
    ? needed
    : [...needed.filter(({ from }) => from < next), { from: next, shards }];
}

/**
 * Every part of the store that must say that everything up to `upTo` is in: those of the hours that overlap
 * (`from`, `upTo`], and those that were written to.
 */
export function bucketsToMark(
  from: Micros,
  upTo: Micros,
  shards: ShardPlan,
  touched: ReadonlySet<TrafficBucket>,
): TrafficBucket[] {
  const buckets = new Set(hoursBetween(from, upTo).flatMap((hour) => bucketsOfHour(hour, shards)));
  for (const bucket of touched) if (bucket.slice(0, 13) <= hourOf(upTo)) buckets.add(bucket);
  return [...buckets].sort();
}

/** From where on it is not sure that NetBird still has everything that came after the watermark. */
export function silenceBefore(cursor: TrafficCursor, now: Date): Micros | undefined {
  if (cursor.silentSince !== undefined || cursor.watermark === undefined) return cursor.silentSince;
  const sure = microsOf(now) - SURE_RETENTION_HOURS * MICROS_PER_HOUR;
  // Who is catching up has been judged.
  const isStill = (cursor.advancedAt ?? 0) * 1000 < sure;
  return isStill && cursor.watermark < sure ? cursor.watermark : undefined;
}

export interface Gap {
  readonly from: Micros;
  readonly to: Micros;
}

/**
 * What has passed unseen in an outage that was longer than NetBird keeps rows for sure: `none` where a row from before it
 * is still served, a gap up to the oldest one otherwise; undefined: nothing was served yet that tells.
 */
export function judgeSilence(
  silentSince: Micros,
  served: { readonly oldest: Micros | undefined; readonly sawKnown: boolean },
  range: TrafficRange,
): Gap | 'none' | undefined {
  const { oldest, sawKnown } = served;
  if (sawKnown || (oldest !== undefined && oldest <= silentSince)) return 'none';
  if (oldest !== undefined) return { from: silentSince, to: oldest };
  return range.isLast ? { from: silentSince, to: range.to } : undefined;
}

/** What stays unknown of a range that was read: nothing was served since an outage, or more than NetBird shows. */
export function unreadIn(
  { silentSince, capped }: { readonly silentSince?: Micros | undefined; readonly capped: readonly Micros[] },
  upTo: Micros,
): Gap | undefined {
  if (silentSince !== undefined) return { from: silentSince, to: upTo };
  const [first] = capped;
  return first === undefined ? undefined : { from: first, to: (capped.at(-1) ?? first) + SECOND };
}

/** What happened, from when to when, and what to do next. */
export function gapMessage({ from, to }: Gap): string {
  const [begin, end] = [dateOf(from).toISOString(), dateOf(to).toISOString()];
  return `Traffic between ${begin} and ${end} may have passed unseen: it was not collected for longer than NetBird keeps it. Volumes of that time count as unknown. Find out why nothing was collected, for instance in the alerts about the source.`;
}

export function wholeSecond(micros: Micros): Micros {
  return Math.floor(micros / SECOND) * SECOND;
}
