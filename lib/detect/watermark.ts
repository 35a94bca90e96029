import type { WatermarkChange } from '../model/change.ts';
import type { Source } from '../model/event.ts';
import { MICROS_PER_DAY, type Micros } from '../model/timestamp.ts';
import { type Gap, withGap } from './coverage.ts';

/**
 * State `watermark#<tenant>#<source>`: up to when each partition has said that everything is in. A partition is a UTC day
 * or hour, or, where an hour is spread over several, `<hour>#<shard>/<shards>`.
 */
export interface WatermarkState {
  readonly shown: Readonly<Record<string, Micros>>;
  /** The first watermark of all: what lies before was there before anybody watched. */
  readonly first: Micros;
  /** The latest day or hour that is complete and forgotten. */
  readonly done?: string;
  /** What was never read, oldest first. */
  readonly gaps?: readonly Gap[];
  /** The last UTC midnight up to which everything that waits for time was closed. */
  readonly settled?: Micros;
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
export function withShown(state: WatermarkState | undefined, feed: Feed, news: WatermarkNews): WatermarkState {
  return withLost(withReached(state, feed, news), news);
}

export type WatermarkNews = Pick<WatermarkChange, 'bucket' | 'upTo' | 'from' | 'lostFrom' | 'lostTo'>;

function withLost(state: WatermarkState, { lostFrom, lostTo }: WatermarkNews): WatermarkState {
  if (lostFrom === undefined || lostTo === undefined) return state;
  const gaps = withGap(state.gaps ?? [], [lostFrom, lostTo]);
  return JSON.stringify(gaps) === JSON.stringify(state.gaps ?? []) ? state : { ...state, gaps };
}

function withReached(state: WatermarkState | undefined, feed: Feed, news: WatermarkNews): WatermarkState {
  if (!state) {
    const shown = { [news.bucket]: news.upTo };
    return { shown, first: news.upTo, ...(news.from === undefined ? {} : { done: periodBefore(news.from, feed) }) };
  }
  const known = state.shown[news.bucket];
  if ((state.done && periodOf(news.bucket) <= state.done) || (known !== undefined && known >= news.upTo)) return state;
  return withoutDone({ ...state, shown: { ...state.shown, [news.bucket]: news.upTo } }, feed);
}

/** The time up to which all partitions have shown theirs; undefined before the first. */
export function watermarkOf(state: WatermarkState | undefined, feed: Feed): Micros | undefined {
  if (!state) return undefined;
  let reached = Number.POSITIVE_INFINITY;
  const periods = periodsOf(state.shown);
  const [first] = periods;
  if (!first) return undefined;
  if (state.done && startOf(first.period) !== endOf(state.done, feed)) return endOf(state.done, feed);
  for (const [index, { period, shown }] of periods.entries()) {
    const end = endOf(period, feed);
    if (!isDone(period, shown, feed)) reached = Math.min(reached, shown);
    const next = periods[index + 1];
    // Of the partition after it nothing is known yet.
    if (next === undefined || startOf(next.period) !== end) return Math.min(reached, shown, end);
  }
  return undefined;
}

/** A day or hour, and up to when all of its partitions have shown that everything is in. */
interface Period {
  readonly period: string;
  readonly shown: Micros;
}

/** Oldest first. An hour that is spread over partitions is one of them when all have shown theirs. */
function periodsOf(shown: WatermarkState['shown']): Period[] {
  const periods = new Map<string, { shown: Micros; parts: number; of: number }>();
  for (const [bucket, upTo] of Object.entries(shown)) {
    const period = periodOf(bucket);
    const known = periods.get(period);
    const of = Number(bucket.slice(bucket.lastIndexOf('/') + 1));
    if (known) periods.set(period, { ...known, shown: Math.min(known.shown, upTo), parts: known.parts + 1 });
    else periods.set(period, { shown: upTo, parts: 1, of: bucket.includes('/') ? of : 1 });
  }
  return [...periods]
    .filter(([, { parts, of }]) => parts >= of)
    .map(([period, { shown: upTo }]) => ({ period, shown: upTo }))
    .sort((a, b) => (a.period < b.period ? -1 : 1));
}

/** Late events come into a partition after its end, so it is complete only a lateness later. */
function isDone(period: string, shown: Micros, feed: Feed): boolean {
  return shown >= endOf(period, feed) + feed.lateness;
}

/** Without the oldest partitions that are complete, as long as the next one carries the watermark on. */
function withoutDone(state: WatermarkState, feed: Feed): WatermarkState {
  const periods = periodsOf(state.shown);
  if (state.done && periods[0] && startOf(periods[0].period) !== endOf(state.done, feed)) return state;
  const carriesOn = (index: number): boolean => {
    const [at, next] = [periods[index], periods[index + 1]];
    if (!at || !next) return false;
    return isDone(at.period, at.shown, feed) && startOf(next.period) === endOf(at.period, feed);
  };
  let from = 0;
  while (carriesOn(from)) from++;
  if (from === 0) return state;
  const done = periods[from - 1]?.period ?? '';
  const left = Object.entries(state.shown).filter(([bucket]) => periodOf(bucket) > done);
  return { ...state, shown: Object.fromEntries(left), done };
}

function periodOf(bucket: string): string {
  const end = bucket.indexOf('#');
  return end < 0 ? bucket : bucket.slice(0, end);
}

function periodBefore(period: string, { source }: Feed): string {
  const start = new Date((startOf(period) - LENGTH[source]) / 1000);
  return start.toISOString().slice(0, period.length);
}

function endOf(period: string, { source }: Feed): Micros {
  return startOf(period) + LENGTH[source];
}

function startOf(period: string): Micros {
  return Date.parse(period.length === 10 ? `${period}T00:00:00Z` : `${period}:00:00Z`) * 1000;
}
