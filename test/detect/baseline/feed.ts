import {
  type Bucket,
  localTimes,
  type PackedSeries,
  type StepContext,
  step,
  type Thresholds,
  type Verdict,
} from '../../../lib/detect/baseline/index.ts';
import { Random } from '../../support/random.ts';
import { normal } from '../../support/volume-kinds.ts';

export const HOUR = 3_600_000_000;
export const MB = 1_000_000;
/** A Monday, a month before daylight saving begins in Berlin. */
export const MONDAY = Date.UTC(2025, 2, 3) * 1000;

export const THRESHOLDS: Thresholds = { up: 5, ramp: 3.5, drop: 2.6, new: 1.2 };

export interface Feed {
  readonly size?: number;
  readonly min?: number;
  readonly zone?: string;
  readonly thresholds?: Thresholds;
  readonly fleet?: StepContext['fleet'];
  readonly from?: PackedSeries | undefined;
}

export interface Fed {
  readonly series: PackedSeries;
  readonly verdicts: readonly (Verdict & { readonly start: number })[];
  readonly alarms: readonly (Verdict & { readonly start: number })[];
}

export function contextOf(start: number, feed: Feed = {}): StepContext {
  const { size = HOUR, min = MB, zone = 'UTC', thresholds = THRESHOLDS, fleet } = feed;
  return { size, min, thresholds, local: localTimes(zone)(start), ...(fleet ? { fleet } : {}) };
}

/** Steps through buckets in order. */
export function fed(buckets: readonly Bucket[], feed: Feed = {}): Fed {
  const local = localTimes(feed.zone ?? 'UTC');
  const context = contextOf(MONDAY, feed);
  const verdicts: (Verdict & { start: number })[] = [];
  let series: PackedSeries | undefined = feed.from;
  for (const bucket of buckets) {
    const result = step(series, bucket, { ...context, local: local(bucket.start) });
    series = result.series;
    verdicts.push({ ...result.verdict, start: bucket.start });
  }
  return { series: series ?? '', verdicts, alarms: verdicts.filter(({ alarm }) => alarm) };
}

/** Hours from `MONDAY`; `volume` gets the hour's number. */
export function hours(from: number, to: number, volume: (hour: number) => number): Bucket[] {
  return Array.from({ length: to - from }, (_, index) => ({
    start: MONDAY + (from + index) * HOUR,
    value: Math.round(volume(from + index)),
  }));
}

/** A server: 100 MB an hour, a third more by day, noise of 20 %. */
export function server(seed = 1): (hour: number) => number {
  const random = new Random(seed);
  return (hour) => 100 * MB * (hour % 24 > 7 && hour % 24 < 19 ? 1.3 : 1) * Math.exp(0.2 * normal(random));
}

/** Works on weekdays from 9 to 17, and is silent otherwise. */
export function office(seed = 1): (hour: number) => number {
  const random = new Random(seed);
  return (hour) => {
    const isWork = Math.floor(hour / 24) % 7 < 5 && hour % 24 >= 9 && hour % 24 < 17;
    return isWork ? 80 * MB * Math.exp(0.5 * normal(random)) : 0;
  };
}

export const WEEK = 168;
