import type { Source } from '../model/event.ts';
import { MICROS_PER_DAY, type Micros } from '../model/timestamp.ts';

/** State `watermark#<tenant>#<source>`: up to when each partition has said that everything is in. */
export interface WatermarkState {
  readonly shown: Readonly<Record<string, Micros>>;
  /** The first watermark of all: what lies before was there before anybody watched. */
  readonly first: Micros;
  /** The latest partition that is complete and forgotten. */
  readonly done?: string;
}

const LENGTH: Readonly<Record<Source, Micros>> = { audit: MICROS_PER_DAY, traffic: MICROS_PER_DAY / 24 };

export function watermarkKey(tenant: string, source: Source): string {
  return `watermark#${tenant}#${source}`;
}

/** A feed whose events may come `lateness` (microseconds) after their time. */
export interface Feed {
  readonly source: Source;
  readonly lateness: Micros;
}

/** Takes in what one partition shows. The same object where it says nothing new. */
export function withShown(
  state: WatermarkState | undefined,
  feed: Feed,
  news: { readonly bucket: string; readonly upTo: Micros },
): WatermarkState {
  if (!state) return { shown: { [news.bucket]: news.upTo }, first: news.upTo };
  const known = state.shown[news.bucket];
  if ((state.done && news.bucket <= state.done) || (known !== undefined && known >= news.upTo)) return state;
  return withoutDone({ ...state, shown: { ...state.shown, [news.bucket]: news.upTo } }, feed);
}

/** The time up to which all partitions have shown theirs; undefined before the first. */
export function watermarkOf(state: WatermarkState | undefined, feed: Feed): Micros | undefined {
  if (!state) return undefined;
  let reached = Number.POSITIVE_INFINITY;
  const buckets = Object.keys(state.shown).sort();
  for (const [index, bucket] of buckets.entries()) {
    const shown = state.shown[bucket] ?? 0;
    const end = endOf(bucket, feed);
    if (!isDone(bucket, shown, feed)) reached = Math.min(reached, shown);
    const next = buckets[index + 1];
    // Of the partition after it nothing is known yet.
    if (next === undefined || startOf(next) !== end) return Math.min(reached, shown, end);
  }
  return undefined;
}

/** Late events come into a partition after its end, so it is complete only a lateness later. */
function isDone(bucket: string, shown: Micros, feed: Feed): boolean {
  return shown >= endOf(bucket, feed) + feed.lateness;
}

/** Without the oldest partitions that are complete, as long as the next one carries the watermark on. */
function withoutDone(state: WatermarkState, feed: Feed): WatermarkState {
  const buckets = Object.keys(state.shown).sort();
  const carriesOn = (index: number): boolean => {
    const [bucket = '', next] = [buckets[index], buckets[index + 1]];
    return (
      next !== undefined && isDone(bucket, state.shown[bucket] ?? 0, feed) && startOf(next) === endOf(bucket, feed)
    );
  };
  let from = 0;
  while (carriesOn(from)) from++;
  const done = from === 0 ? state.done : buckets[from - 1];
  const shown = Object.fromEntries(buckets.slice(from).map((bucket) => [bucket, state.shown[bucket] ?? 0]));
  return { shown, first: state.first, ...(done === undefined ? {} : { done }) };
}

function endOf(bucket: string, { source }: Feed): Micros {
  return startOf(bucket) + LENGTH[source];
}

function startOf(bucket: string): Micros {
  return Date.parse(bucket.length === 10 ? `${bucket}T00:00:00Z` : `${bucket}:00:00Z`) * 1000;
}
