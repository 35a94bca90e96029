import { HIGH_SHARES } from './curves.ts';
import { type Expectation, floorOf } from './expectation.ts';
import type { Frame } from './frame.ts';
import { AT, type Memory } from './memory.ts';
import { TUNING } from './tuning.ts';
import type { FleetSummary } from './types.ts';

/** Hours before a series judges itself. */
export const BLIND_HOURS = 48;
const TAIL_SCORE = -Math.log10(TUNING.tail);

/** How unusual a bucket is by itself, and with what came before. */
export interface UpScore {
  /** Distance above what is expected; 0 and more. */
  readonly distance: number;
  /** −log10 of its chance in this series, by itself; 0 below the tail. */
  readonly alone: number;
  readonly score: number;
}

/** `up`: the distance from what is expected, in terms of this series' own tail, plus what recent hours left. */
export function upScore(memory: Memory, value: number, log: number, expected: Expectation, min: number): UpScore {
  const floor = floorOf(min) + TUNING.floorShare * memory.number(AT.mean);
  const above = Math.max(0, log - expected.level);
  const usual = Math.max(0.15, 1.25 * expected.spread, 0.25 * memory.number(AT.spread));
  const linear = Math.log((value + floor) / (expected.mean + floor));
  const distance = Math.max(0, linear + TUNING.logWeight * Math.log1p(above / usual));
  const edge = memory.number(AT.tailEdge);
  const alone = distance > edge ? TAIL_SCORE + (distance - edge) / (memory.number(AT.tailExcess) * Math.LN10) : 0;
  // Whatever came before, a bucket like any other is no alarm.
  return { distance, alone, score: alone > 0 ? alone + memory.number(AT.carried) : 0 };
}

export function learnUp(memory: Memory, frame: Frame, { distance, alone }: UpScore): void {
  // What is expected of the first buckets is nothing, so that all are far above it.
  if (memory.whole(AT.steps) * frame.hours < BLIND_HOURS) return;
  const next =
    frame.keep * memory.number(AT.carried) +
    frame.carry * (alone > 0 ? Math.min(alone, TUNING.carryMost) : -TUNING.calm);
  memory.setNumber(AT.carried, Math.max(0, next));
  memory.setByte(AT.run, alone > 0 ? memory.byte(AT.run) + 1 : 0);
  const edge = memory.number(AT.tailEdge);
  const isAbove = distance > edge;
  const step = TUNING.tailStep * Math.min(1, frame.hours);
  const moved = Math.max(0.05, edge + step * ((isAbove ? 1 : 0) - TUNING.tail));
  memory.setNumber(AT.tailEdge, moved);
  if (distance <= moved) return;
  const excess = memory.number(AT.tailExcess);
  const count = memory.byte(AT.tailCount);
  memory.setNumber(AT.tailExcess, Math.max(TUNING.tailLeast, excess + (distance - moved - excess) / (count + 1)));
  memory.setByte(AT.tailCount, Math.min(TUNING.tailMost, count + 1));
}

export interface RampScore {
  /** The moving day after this bucket, and what was expected of it. */
  readonly mean: number;
  readonly expected: number;
  readonly distance: number;
  readonly score: number;
}

/** `ramp`: the last day's volume beside what was expected of it and its decayed maximum, in terms of its own ups and downs. */
export function rampScore(memory: Memory, frame: Frame, value: number, expected: number, min: number): RampScore {
  const rate = Math.max(frame.dayShare, 1 / (memory.whole(AT.steps) + 1));
  const before = memory.volume(AT.dayMean);
  const expectedBefore = memory.volume(AT.dayExpected);
  const mean = before + rate * (value - before);
  const dayExpected = expectedBefore + rate * (expected - expectedBefore);
  const record = memory.volume(AT.dayRecord);
  const floor = floorOf(min) + TUNING.rampFloor * memory.number(AT.mean);
  const base = record ** TUNING.recordWeight * Math.max(dayExpected, 0.01 * record) ** (1 - TUNING.recordWeight);
  const distance = Math.log((mean + floor) / (base + floor));
  const spread = Math.max(frame.rampLeast, memory.number(AT.rampSpread));
  const score = (distance - memory.number(AT.rampMean)) / spread;
  // After an outburst the day stays high for a day; only buckets that add to it tell so.
  const adds = value + floor > TUNING.rampAdds * (expected + floor);
  return { mean, expected: dayExpected, distance, score: adds ? Math.max(0, score) : 0 };
}

export function learnRamp(memory: Memory, frame: Frame, { mean, expected, distance }: RampScore): void {
  memory.setVolume(AT.dayMean, mean);
  memory.setVolume(AT.dayExpected, expected);
  const record = memory.volume(AT.dayRecord);
  const decayed = record * (1 - frame.hours / (24 * TUNING.recordDays));
  const followed = record + Math.min(1, TUNING.recordStep * frame.hours) * (mean - record);
  const isFirstDay = memory.whole(AT.steps) * frame.hours < 24;
  memory.setVolume(AT.dayRecord, isFirstDay ? mean : Math.max(decayed, followed));
  if (distance > memory.number(AT.rampDay)) memory.setNumber(AT.rampDay, distance);
}

/** At the end of a local day: how far such a day goes at most. */
export function learnRampDay(memory: Memory, frame: Frame): void {
  const highest = memory.number(AT.rampDay);
  memory.setNumber(AT.rampDay, NOTHING_YET);
  if (memory.whole(AT.steps) * frame.hours <= 72 || highest === NOTHING_YET) return;
  const days = memory.byte(AT.rampCount);
  const mean = memory.number(AT.rampMean);
  const spread = memory.number(AT.rampSpread);
  const run = highest > mean + TUNING.rampHigh * spread ? memory.byte(AT.rampRun) + 1 : 0;
  memory.setByte(AT.rampRun, run);
  // What stays is a new level, not a ramp.
  const stays = run >= TUNING.rampStays ? TUNING.rampStaysRate : 0;
  const rate = Math.max(1 / TUNING.rampMemory, 1 / (days + 1), stays);
  const by = Math.max(-10 * spread, Math.min(10 * spread, highest - mean));
  memory.setNumber(AT.rampMean, mean + rate * by);
  memory.setNumber(AT.rampSpread, spread + rate * (1.25 * Math.abs(by) - spread));
  memory.setByte(AT.rampCount, days + 1);
}

/** Below every distance. */
export const NOTHING_YET = -64;

/** Whether a bucket holds next to nothing of what is expected. */
export function isLow(value: number, expected: Expectation, min: number): boolean {
  return value < TUNING.low * floorOf(min) * Math.expm1(expected.level);
}

/** `drop`: −log10 of the chance that an always-on series is low for as many buckets in a row. */
export function dropScore(memory: Memory, frame: Frame, low: boolean): number {
  if (!low) return 0;
  const steps = memory.whole(AT.steps);
  const share = memory.number(AT.lowShare);
  if (steps * frame.hours < 168 || share > TUNING.lowShare) return 0;
  return memory.score(AT.silenceScore) - Math.log10(share + 1 / Math.min(steps + 1, TUNING.lowHours / frame.hours));
}

export function learnDrop(memory: Memory, frame: Frame, low: boolean, score: number): void {
  memory.setScore(AT.silenceScore, Math.min(30, score));
  memory.setByte(AT.silence, low ? memory.byte(AT.silence) + 1 : 0);
  const rate = Math.max(frame.hours / TUNING.lowHours, 1 / (memory.whole(AT.steps) + 1));
  const share = memory.number(AT.lowShare);
  memory.setNumber(AT.lowShare, share + rate * ((low ? 1 : 0) - share));
}

/** Hours after which a series is no newcomer. */
const NEW_HOURS = 168;
/** The fleet must be this many days older. */
const FLEET_DAYS = 14;

/** `new`: −log10 of the share of the fleet's days whose busiest bucket holds as much, fading as the series ages. */
export function newScore(memory: Memory, frame: Frame, value: number, fleet: FleetSummary | undefined): number {
  const age = memory.whole(AT.steps) * frame.hours;
  if (!fleet || age >= NEW_HOURS || fleet.days < FLEET_DAYS) return 0;
  return rarityOf(fleet.highs, value) * (1 - age / NEW_HOURS);
}

/** Linear in the logarithm of the value, and beyond the last quantile as within the last part. */
function rarityOf(highs: readonly number[], value: number): number {
  if (value < (highs[0] ?? Number.POSITIVE_INFINITY)) return 0;
  let index = 1;
  while (index < HIGH_SHARES.length - 1 && value > (highs[index] ?? 0)) index++;
  const [low, high] = [highs[index - 1] ?? 1, highs[index] ?? 1];
  const [from, to] = [-Math.log10(HIGH_SHARES[index - 1] ?? 1), -Math.log10(HIGH_SHARES[index] ?? 1)];
  return from + ((to - from) * Math.log(value / low)) / Math.max(0.1, Math.log(high / low));
}
