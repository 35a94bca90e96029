/** What alarms are worth on series whose attacks are known. */
import type { VolumeSeries } from '../support/generate-volumes.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** An alarm within this time of the last one is the same alert. */
const ONE_ALERT = 12 * HOUR;

/** Which buckets alarm, per series. */
export type Alarms = readonly (readonly boolean[])[];

export interface Outcome {
  /** False alerts per series and month. */
  readonly falseAlarms: number;
  readonly recall: number;
  /** Detected attacks beside detected attacks and false alerts. */
  readonly precision: number;
  /** Attack type → share detected. */
  readonly byType: Readonly<Record<string, number>>;
  /** Of those detected: hours to the end of the first bucket that alarms; the median. */
  readonly hours: number;
}

interface Tally {
  false: number;
  seconds: number;
  readonly attacks: Record<string, { all: number; detected: number }>;
  readonly hours: number[];
}

/**
 * An attack is detected if a bucket that begins in it alarms. Nobody is blamed for alarms in the network's first 14
 * days, a newcomer's first 7, 3 days of a lasting shift, and 48 hours after an attack.
 */
export function outcomeOf(list: readonly VolumeSeries[], alarms: Alarms): Outcome {
  const tally: Tally = { false: 0, seconds: 0, attacks: {}, hours: [] };
  for (const [index, series] of list.entries()) {
    countFalse(series, alarms[index] ?? [], tally);
    countDetected(series, alarms[index] ?? [], tally);
  }
  const totals = Object.values(tally.attacks);
  const all = totals.reduce((sum, type) => sum + type.all, 0);
  const detected = totals.reduce((sum, type) => sum + type.detected, 0);
  return {
    falseAlarms: tally.false / (tally.seconds / (30 * DAY)),
    recall: detected / all,
    precision: detected / (detected + tally.false),
    byType: Object.fromEntries(Object.entries(tally.attacks).map(([type, of]) => [type, of.detected / of.all])),
    hours: tally.hours.toSorted((a, b) => a - b)[Math.floor(tally.hours.length / 2)] ?? Number.NaN,
  };
}

export function bucketSeconds({ t }: VolumeSeries): number {
  return (t[1] ?? 0) - (t[0] ?? 0);
}

function countFalse(series: VolumeSeries, alarms: readonly boolean[], tally: Tally): void {
  const bucket = bucketSeconds(series);
  let last = Number.NEGATIVE_INFINITY;
  for (const [index, at] of series.t.entries()) {
    if (isExcused(series, at)) continue;
    tally.seconds += bucket;
    if (!alarms[index] || at - last < ONE_ALERT) continue;
    last = at;
    tally.false++;
  }
}

function isExcused({ T0, born, benign, anomalies }: VolumeSeries, at: number): boolean {
  if (at < T0 + 14 * DAY || (born > T0 && at < born + 7 * DAY)) return true;
  if (benign.some(({ type, start }) => type === 'levelshift' && at >= start && at < start + 3 * DAY)) return true;
  return anomalies.some(({ start, end }) => at >= start && at < end + 48 * HOUR);
}

function countDetected(series: VolumeSeries, alarms: readonly boolean[], tally: Tally): void {
  for (const { type, start, end } of series.anomalies) {
    const of = tally.attacks[type] ?? { all: 0, detected: 0 };
    tally.attacks[type] = of;
    of.all++;
    const index = series.t.findIndex((at, position) => at >= start && at < end && alarms[position]);
    if (index < 0) continue;
    of.detected++;
    tally.hours.push(((series.t[index] ?? 0) + bucketSeconds(series) - start) / HOUR);
  }
}

/** The least threshold at which scores give no more false alerts than the budget. */
export function tuned(list: readonly VolumeSeries[], scores: readonly Float64Array[], budget: number): Alarms {
  const above = (threshold: number): Alarms => scores.map((of) => Array.from(of, (score) => score >= threshold));
  let [low, high] = [0, Math.max(...scores.map((of) => of.reduce((a, b) => Math.max(a, b), 0))) * 2 + 1];
  for (let round = 0; round < 40; round++) {
    // Scores differ by orders of magnitude.
    const middle = low > 0 ? Math.sqrt(low * high) : high / 1e6;
    if (low === 0 && middle < 1e-9) break;
    if (outcomeOf(list, above(middle)).falseAlarms > budget) low = middle;
    else high = middle;
  }
  return above(high);
}
