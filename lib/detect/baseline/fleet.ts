/** What all series of a rule do: counts that add up in any order. */
import { CURVE_RATES, CURVES, HIGH_SHARES } from './curves.ts';
import type { AddToFleet, FleetAt, FleetCounts, FleetState, FleetSummary, MergeFleets } from './types.ts';

/** The daily highest scores of a series. */
export interface DayScores {
  readonly up: number;
  readonly ramp: number;
}

/** A quarter of an octave. */
const BINS_PER_LOG = 4 / Math.LN2;
const SCORE_BINS = 8;
/** Newest days that are kept one by one; older ones are kept per week. */
const SINGLE_DAYS = 3;
const KEPT_WEEKS = 5;

/** 1 to 255: quarter octaves from 1; 0: nothing. */
export function binOf(value: number): number {
  return value < 1 ? 0 : Math.min(255, 1 + Math.floor(Math.log(value) * BINS_PER_LOG));
}

/** The lower end of a bin. */
function valueOfBin(bin: number): number {
  return bin === 0 ? 0 : Math.exp((bin - 1) / BINS_PER_LOG);
}

/** Eighths. */
export function scoreBin(score: number): number {
  return Math.floor(score * SCORE_BINS);
}

export const addToFleet: AddToFleet = (state, contributions) => {
  const days: Record<string, Record<string, number>> = {};
  // Summed up first: to merge them one by one into what is known would copy all of it for each.
  for (const { day, counts } of contributions) {
    const total = days[day] ?? {};
    days[day] = total;
    for (const key in counts) total[key] = (total[key] ?? 0) + (counts[key] ?? 0);
  }
  return mergeFleets(state ?? { days: {}, weeks: {} }, { days, weeks: {} });
};

export const mergeFleets: MergeFleets = (a, b) => {
  const newest = Math.max(newestOf(a), newestOf(b));
  const days: Record<string, FleetCounts> = {};
  const weeks: Record<string, FleetCounts> = {};
  for (const state of [a, b]) {
    for (const [day, counts] of Object.entries(state.days)) {
      if (Number(day) > newest - SINGLE_DAYS) days[day] = sum(days[day], counts);
      else weeks[weekOf(Number(day))] = sum(weeks[weekOf(Number(day))], counts);
    }
    for (const [week, counts] of Object.entries(state.weeks)) weeks[week] = sum(weeks[week], counts);
  }
  for (const week of Object.keys(weeks)) if (Number(week) <= weekOf(newest) - KEPT_WEEKS) delete weeks[week];
  return { days: inOrder(days), weeks: inOrder(weeks) };
};

function weekOf(day: number): number {
  return Math.floor(day / 7);
}

/** The days decide; weeks alone are never there. */
function newestOf({ days }: FleetState): number {
  return Math.max(0, ...Object.keys(days).map(Number));
}

function sum(a: FleetCounts | undefined, b: FleetCounts): FleetCounts {
  const total: Record<string, number> = { ...a };
  for (const [key, count] of Object.entries(b)) total[key] = (total[key] ?? 0) + count;
  return inOrder(total);
}

function inOrder<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

const summaries = new WeakMap<FleetState, Map<number, FleetSummary | undefined>>();

export const fleetAt: FleetAt = (state, day) => {
  if (!state) return undefined;
  const known = summaries.get(state) ?? new Map<number, FleetSummary | undefined>();
  summaries.set(state, known);
  if (!known.has(day)) known.set(day, summaryOf(state, day));
  return known.get(day);
};

function summaryOf(state: FleetState, day: number): FleetSummary | undefined {
  const days = Object.entries(state.days).filter(([at]) => Number(at) <= day - 2);
  const parts = [...Object.values(state.weeks), ...days.map(([, counts]) => counts)];
  if (parts.length === 0) return undefined;
  const all = parts.reduce(sum);
  const perDay = days.length > 0 ? days.reduce((total, [, counts]) => total + (counts['n'] ?? 0), 0) / days.length : 0;
  const oldest = Math.min(
    ...Object.keys(state.weeks).map((week) => Number(week) * 7),
    ...days.map(([at]) => Number(at)),
  );
  const highs = histogram(all, 'm');
  return {
    series: perDay > 0 ? perDay : (all['n'] ?? 0) / (7 * Object.keys(state.weeks).length),
    seriesDays: all['n'] ?? 0,
    days: day - 1 - oldest,
    highs: HIGH_SHARES.map((share) => valueOfBin(1 + binAbove(highs, share))),
    births: (30 * (all['b'] ?? 0)) / Math.max(1, all['n'] ?? 0),
    scale: { up: scaleOf(histogram(all, 'u'), 'up'), ramp: scaleOf(histogram(all, 'r'), 'ramp') },
  };
}

interface Histogram {
  readonly total: number;
  /** Highest bin first. */
  readonly bins: readonly (readonly [bin: number, count: number])[];
}

function histogram(counts: FleetCounts, kind: string): Histogram {
  const bins: [number, number][] = [];
  let total = 0;
  for (const [key, count] of Object.entries(counts)) {
    if (!key.startsWith(kind)) continue;
    bins.push([Number(key.slice(kind.length)), count]);
    total += count;
  }
  return { total, bins: bins.sort(([a], [b]) => b - a) };
}

/** The lowest bin above which at most this share lies. */
function binAbove({ total, bins }: Histogram, share: number): number {
  let above = 0;
  for (const [bin, count] of bins) {
    above += count;
    if (above > share * total) return bin;
  }
  return 0;
}

/** Alarms a month at which the fleet's scores are compared with the curve's, and how much each says about rarer ones. */
const COMPARED: Readonly<Record<'up' | 'ramp', readonly (readonly [perMonth: number, weight: number])[]>> = {
  up: [
    [2, 1],
    [1, 1],
    [0.5, 2],
    [0.25, 3],
  ],
  // A ramp takes days, all of which look a little like one.
  ramp: [
    [4, 1],
    [2, 2],
    [1, 1],
  ],
};
/** Days above a score that are believed as much as the curve is. */
const DOUBT = 12;
const LEAST_COMPARED = 0.25;
/** What is rarer than this on the curve, yet comes more often, is no chance: the rate (a month) and how much lies below. */
const NO_CHANCE = 0.01;
const BELOW_TOO = 1.3;

/**
 * How the fleet's scores compare with the curve's, by their ratio at several rates. What attacks (or faults) add is
 * taken out: they score far beyond anything that chance makes, so that their number is seen there.
 */
function scaleOf(scores: Histogram, channel: 'up' | 'ramp'): number {
  const months = scores.total / 30;
  const first = compared(scores, channel, months, 0, COMPARED[channel].slice(0, 2));
  const beyond = countAbove(scores, first * (curveAt(channel, NO_CHANCE) ?? 1));
  return compared(scores, channel, months, BELOW_TOO * Math.max(0, beyond - NO_CHANCE * months), COMPARED[channel]);
}

function compared(
  scores: Histogram,
  channel: 'up' | 'ramp',
  months: number,
  strangers: number,
  rates: (typeof COMPARED)['up'],
): number {
  let [log, weights] = [0, 0.0001];
  for (const [perMonth, preference] of rates) {
    const wanted = perMonth * months;
    const score = scoreAbove(scores, wanted + strangers);
    // Where buckets are long, a series is hardly ever in its tail: nothing to compare.
    if (score < LEAST_COMPARED) continue;
    const weight = (preference * wanted) / (wanted + DOUBT + strangers);
    log += weight * Math.log(score / (curveAt(channel, perMonth) ?? 1));
    weights += weight;
  }
  const [seen] = rates.map(([perMonth]) => perMonth * months);
  return Math.exp((log / weights) * ((seen ?? 0) / ((seen ?? 0) + DOUBT)));
}

function curveAt(channel: 'up' | 'ramp', perMonth: number): number | undefined {
  return CURVES[channel][CURVE_RATES.indexOf(perMonth)];
}

function countAbove({ bins }: Histogram, score: number): number {
  const at = score * SCORE_BINS;
  let count = 0;
  for (const [bin, days] of bins) {
    if (bin + 1 <= at) break;
    count += bin >= at ? days : days * (bin + 1 - at);
  }
  return count;
}

/** The score that as many days exceed. */
function scoreAbove({ bins }: Histogram, days: number): number {
  let above = 0;
  for (const [bin, count] of bins) {
    const wanted = days - above;
    if (count >= wanted) return (bin + 1 - wanted / count) / SCORE_BINS;
    above += count;
  }
  return 0;
}
