import { besideSlot, type Frame } from './frame.ts';
import { AT, type Memory } from './memory.ts';
import { TUNING } from './tuning.ts';

/** What a series is expected to hold in a slot. */
export interface Expectation {
  /** Arithmetic mean. */
  readonly mean: number;
  /** Mean and mean distance of `log(1 + value / floor)`. */
  readonly level: number;
  readonly spread: number;
}

/** Below this, a volume is nothing. */
export function floorOf(min: number): number {
  return min / 50;
}

/** The slot, its neighbours, and the series as a whole, each weighted by what has been seen of it. */
export function expectationOf(memory: Memory, frame: Frame, slot: number): Expectation {
  let weight: number = TUNING.prior;
  let mean = weight * memory.number(AT.mean);
  let level = weight * memory.number(AT.level);
  let spread = weight * memory.number(AT.spread);
  for (let offset = -1; offset <= 1; offset++) {
    const share = offset === 0 ? 1 : frame.neighbour;
    if (share === 0) continue;
    const at = besideSlot(frame, slot, offset);
    const own = share * Math.min(10, memory.slotVisits(at) / frame.visits);
    if (own === 0) continue;
    weight += own;
    mean += own * memory.slotMean(at);
    level += own * memory.slotLevel(at);
    spread += own * memory.slotSpread(at);
  }
  return { mean: mean / weight, level: level / weight, spread: spread / weight };
}

/** What `learn` needs beside the value. */
export interface Lesson {
  readonly value: number;
  /** `log(1 + value / floor)`. */
  readonly log: number;
  readonly slot: number;
  readonly expected: Expectation;
  readonly suspect: boolean;
  readonly floor: number;
  /** From 0 to 1, differs from bucket to bucket. */
  readonly dither: number;
}

/** Moves a slot and the series towards a bucket, no further than something usual would. */
export function learn(memory: Memory, frame: Frame, lesson: Lesson): void {
  const hours = memory.whole(AT.steps) * frame.hours;
  learnSlot(memory, frame, lesson, hours);
  learnRange(memory, frame, lesson);
  learnSeries(memory, frame, lesson, hours);
}

function learnSlot(memory: Memory, frame: Frame, lesson: Lesson, hours: number): void {
  const { value, log, slot, expected, floor, dither } = lesson;
  const seriesMean = memory.number(AT.mean);
  const visits = memory.slotVisits(slot);
  if (visits === 0) {
    memory.setSlotMean(slot, hours > 24 ? Math.min(value, 5 * seriesMean + 3 * expected.mean) : value);
    memory.setSlotLevel(slot, log);
    memory.setSlotSpread(slot, Math.max(0.01, memory.number(AT.spread)), dither);
  } else {
    const rate = Math.max(1 / (TUNING.memory * frame.visits), 1 / (visits + 1));
    const most = 3 * expected.mean + floor + 0.5 * seriesMean;
    const mean = memory.slotMean(slot);
    const by = rate * (lesson.suspect ? TUNING.suspectRate : 1);
    memory.setSlotMean(slot, Math.max(0, mean + by * clamp(value - mean, most)));
    const level = memory.slotLevel(slot);
    const distance = clamp(log - level, 9 * Math.max(0.15, expected.spread));
    memory.setSlotLevel(slot, Math.max(0, level + rate * distance));
    const spread = memory.slotSpread(slot);
    memory.setSlotSpread(slot, Math.max(0.01, spread + rate * (Math.abs(distance) - spread)), dither);
  }
  memory.setSlotVisits(slot, visits + 1);
}

/** Percentiles by steps: up by a share of the spread where the bucket lies above, down where it lies below. */
function learnRange(memory: Memory, frame: Frame, { value, slot, dither }: Lesson): void {
  const visits = memory.slotVisits(slot);
  const rate = Math.max(1 / (TUNING.memory * frame.visits), 1 / visits);
  const empty = memory.slotEmpty(slot);
  memory.setSlotEmpty(slot, empty + rate * ((value > 0 ? 0 : 1) - empty), dither);
  if (value <= 0) return;
  const log = memory.logOf(value);
  const high = memory.slotHigh(slot);
  if (high === 0) {
    memory.setSlotRange(slot, Math.max(0, log - 0.2), log + 0.2, dither);
    return;
  }
  const low = memory.slotLow(slot);
  const step = Math.max(0.2, high - low) * Math.max(1.6 * rate, 0.1 / frame.visits);
  const nextLow = low + step * (log < low ? -0.9 : 0.1);
  const nextHigh = high + step * (log > high ? 0.9 : -0.1);
  memory.setSlotRange(slot, Math.max(0, Math.min(nextLow, nextHigh)), Math.max(nextLow, nextHigh), dither);
}

function learnSeries(memory: Memory, frame: Frame, { value, log, floor }: Lesson, hours: number): void {
  const rate = Math.max(frame.hours / TUNING.seriesHours, 1 / (memory.whole(AT.steps) + 1));
  const mean = memory.number(AT.mean);
  const by = hours > 48 ? Math.min(value - mean, 20 * mean + floor) : value - mean;
  memory.setNumber(AT.mean, mean + rate * by);
  const level = memory.number(AT.level);
  memory.setNumber(AT.level, level + rate * (log - level));
  const spread = memory.number(AT.spread);
  memory.setNumber(AT.spread, spread + rate * (Math.abs(log - level) - spread));
}

function clamp(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}
