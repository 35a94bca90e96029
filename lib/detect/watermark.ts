import type { Source } from '../model/event.ts';
import { MICROS_PER_DAY, type Micros } from '../model/timestamp.ts';

/** State `watermark#<tenant>#<source>`: up to when each partition has said that everything is in. */
export interface WatermarkState {
  readonly shown: Readonly<Record<string, Micros>>;
  /** The first watermark of all: what lies before was there before anybody watched. */
  readonly first: Micros;
}

const LENGTH: Readonly<Record<Source, Micros>> = { audit: MICROS_PER_DAY, traffic: MICROS_PER_DAY / 24 };

export function watermarkKey(tenant: string, source: Source): string {
  return `watermark#${tenant}#${source}`;
}

/** Takes in what one partition shows. The same object where it says nothing new. */
export function withShown(
  state: WatermarkState | undefined,
  source: Source,
  news: { readonly bucket: string; readonly upTo: Micros },
): WatermarkState {
  if (!state) return { shown: { [news.bucket]: news.upTo }, first: news.upTo };
  const oldest = Object.keys(state.shown).sort()[0];
  const known = state.shown[news.bucket];
  // Partitions before the oldest one are complete and forgotten.
  if ((oldest && news.bucket < oldest) || (known !== undefined && known >= news.upTo)) return state;
  return { ...state, shown: pruned({ ...state.shown, [news.bucket]: news.upTo }, source) };
}

/** The time up to which all partitions have shown theirs; undefined before the first. */
export function watermarkOf(state: WatermarkState | undefined, source: Source): Micros | undefined {
  if (!state) return undefined;
  const buckets = Object.keys(state.shown).sort();
  let reached: Micros | undefined;
  for (const bucket of buckets) {
    const shown = state.shown[bucket] ?? 0;
    const start = startOf(bucket);
    // A partition in between has not shown anything: what it holds may still come.
    if (reached !== undefined && start > reached) return reached;
    const end = start + LENGTH[source];
    if (shown < end) return Math.max(shown, reached ?? 0);
    reached = end;
  }
  return reached;
}

/** Without the partitions that are complete, as long as a later one carries the watermark on. */
function pruned(shown: Readonly<Record<string, Micros>>, source: Source): Record<string, Micros> {
  const buckets = Object.keys(shown).sort();
  const isDone = (index: number): boolean => {
    const [bucket, next] = [buckets[index] ?? '', buckets[index + 1]];
    const end = startOf(bucket) + LENGTH[source];
    return (shown[bucket] ?? 0) >= end && next !== undefined && startOf(next) === end;
  };
  let from = 0;
  while (isDone(from)) from++;
  return Object.fromEntries(buckets.slice(from).map((bucket) => [bucket, shown[bucket] ?? 0]));
}

function startOf(bucket: string): Micros {
  return Date.parse(bucket.length === 10 ? `${bucket}T00:00:00Z` : `${bucket}:00:00Z`) * 1000;
}
