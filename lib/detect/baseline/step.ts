import { learnDrop, learnRamp, learnRampDay, learnUp, NOTHING_YET } from './channels.ts';
import { InvalidSeriesError } from './errors.ts';
import { learn } from './expectation.ts';
import { explain } from './explain.ts';
import { binOf, type DayScores, scoreBin } from './fleet.ts';
import { type Frame, frameOf } from './frame.ts';
import { type Judgement, judge, scaleOf } from './judge.ts';
import { AT, DAYS, Memory, RECENT } from './memory.ts';
import { TUNING } from './tuning.ts';
import type {
  Bucket,
  Early,
  FleetContribution,
  FleetCounts,
  PackedSeries,
  Step,
  StepContext,
  Verdict,
} from './types.ts';

const MINUTE = 60_000_000;
const DAY = 1440 * MINUTE;
/** Steps whose scores are not those of a series that knows itself. */
const UNSCORED_HOURS = 336;
const RAMP_UNSCORED_HOURS = 672;
/** Days after an alarm whose scores are its echo. */
const QUIET_DAYS = 3;
/** Fits the 32-bit floats of the memory. */
const MOST = 1e30;
const GOLDEN = 0.618_033_988_749_894_9;

/** One bucket: judge it by what was there before, then learn it. */
export const step: Step = (series, given, context) => {
  const frame = frameOf(context.size);
  const bucket = volumeOf(given);
  const memory = open(series, bucket, context, frame);
  const contribution = turnDays(memory, frame, bucket, context);
  const judgement = judge(memory, frame, bucket.value, context);
  const verdict = verdictOf(memory, frame, bucket, context, judgement);
  absorb(memory, frame, bucket, context, judgement);
  return { series: memory.packed(), verdict, ...(contribution ? { contribution } : {}) };
};

/** The open bucket, judged as if nothing more came. */
export const early: Early = (series, given, context) => {
  const frame = frameOf(context.size);
  const bucket = volumeOf(given);
  const memory = open(series, bucket, context, frame);
  turnDays(memory, frame, bucket, context);
  const judgement = judge(memory, frame, bucket.value, context);
  if (judgement.channel !== 'drop') return verdictOf(memory, frame, bucket, context, judgement);
  // What is missing may still come.
  const { drop: _, ...thresholds } = context.thresholds;
  const rising = { ...context, thresholds };
  return verdictOf(memory, frame, bucket, rising, judge(memory, frame, bucket.value, rising));
};

/** A sum of any field may come out below nothing, or as no number at all: that is no volume. */
function volumeOf({ start, value }: Bucket): Bucket {
  return { start, value: value > 0 ? Math.min(value, MOST) : 0 };
}

function open(series: PackedSeries | undefined, bucket: Bucket, context: StepContext, frame: Frame): Memory {
  const memory = new Memory(series, scaleOf(context));
  const minutes = Math.floor(bucket.start / MINUTE);
  if (series === undefined) {
    begin(memory, frame, bucket, context);
    return memory;
  }
  if (memory.whole(AT.size) !== frame.minutes) {
    throw new InvalidSeriesError(`has buckets of ${memory.whole(AT.size)} minutes, not ${frame.minutes}`);
  }
  const last = memory.view.getUint32(AT.start, true);
  if (minutes < last + frame.minutes) throw new InvalidSeriesError(`is already past minute ${minutes}`);
  if (minutes > last + frame.minutes) pass(memory, frame, (minutes - last) / frame.minutes - 1);
  return memory;
}

function begin(memory: Memory, frame: Frame, { start }: Bucket, { local }: StepContext): void {
  memory.setWhole(AT.size, frame.minutes);
  memory.setWhole(AT.localDay, local.day);
  memory.setWhole(AT.utcDay, Math.floor(start / DAY));
  memory.setNumber(AT.tailEdge, 2 * TUNING.tailExcess);
  memory.setNumber(AT.tailExcess, TUNING.tailExcess);
  memory.setByte(AT.tailCount, TUNING.tailWeight);
  memory.setNumber(AT.rampMean, TUNING.rampMean);
  memory.setNumber(AT.rampSpread, TUNING.rampSpread);
  memory.setByte(AT.rampCount, TUNING.rampDays);
  memory.setByte(AT.quietDays, QUIET_DAYS);
  memory.setNumber(AT.rampDay, NOTHING_YET);
}

/** Buckets that nobody saw: what was going on may have ended. */
function pass(memory: Memory, frame: Frame, missing: number): void {
  memory.setByte(AT.run, 0);
  memory.setNumber(AT.carried, memory.number(AT.carried) * frame.keep ** missing);
}

/** Closes the local and the UTC day if the bucket is the first of another. */
function turnDays(
  memory: Memory,
  frame: Frame,
  { start }: Bucket,
  { local }: StepContext,
): FleetContribution | undefined {
  const localDay = memory.whole(AT.localDay);
  if (local.day > localDay) {
    learnRampDay(memory, frame);
    for (let day = Math.max(localDay + 1, local.day - DAYS + 1); day <= local.day; day++) memory.setHigh(day, 0);
    memory.setWhole(AT.localDay, local.day);
  }
  const utcDay = Math.floor(start / DAY);
  const before = memory.whole(AT.utcDay);
  if (utcDay === before) return undefined;
  memory.setWhole(AT.utcDay, utcDay);
  return { day: before, counts: takeCounts(memory, frame) };
}

function takeCounts(memory: Memory, frame: Frame): FleetCounts {
  const hours = memory.whole(AT.steps) * frame.hours;
  const counts: Record<string, number> = { n: 1 };
  if (hours <= 24) counts['b'] = 1;
  if (hours > UNSCORED_HOURS) {
    counts[`m${binOf(memory.volume(AT.todayHigh))}`] = 1;
    // What an alarm leaves behind is not how the series is.
    if (memory.byte(AT.quietDays) >= QUIET_DAYS) {
      counts[`u${scoreBin(memory.score(AT.todayUp))}`] = 1;
      if (hours > RAMP_UNSCORED_HOURS) counts[`r${scoreBin(memory.score(AT.todayRamp))}`] = 1;
    }
  }
  memory.setByte(AT.quietDays, memory.byte(AT.alarmed) ? 0 : memory.byte(AT.quietDays) + 1);
  memory.setByte(AT.alarmed, 0);
  memory.setVolume(AT.todayHigh, 0);
  memory.setScore(AT.todayUp, 0);
  memory.setScore(AT.todayRamp, 0);
  return counts;
}

function verdictOf(
  memory: Memory,
  frame: Frame,
  { value }: Bucket,
  context: StepContext,
  judgement: Judgement,
): Verdict {
  const { alarm, channel, score, threshold, learning } = judgement;
  const verdict = { alarm, channel, score, threshold, value, learning };
  return alarm ? { ...verdict, explanation: explain(memory, frame, value, context, judgement) } : verdict;
}

function absorb(memory: Memory, frame: Frame, bucket: Bucket, context: StepContext, judgement: Judgement): void {
  const { value, start } = bucket;
  const { slot, log, expected, up, ramp, low, drop } = judgement;
  const min = scaleOf(context);
  noteScores(memory, value >= context.min, { up: up.score, ramp: ramp.score });
  learnUp(memory, frame, up);
  learnRamp(memory, frame, ramp);
  learnDrop(memory, frame, low, drop);
  const dither = ((start / context.size) * GOLDEN) % 1;
  learn(memory, frame, {
    value,
    log,
    slot,
    expected,
    suspect: up.alone > TUNING.suspect,
    floor: min / 50,
    dither,
  });
  const at = memory.byte(AT.recentAt);
  memory.setRecent(at, value, slot);
  memory.setByte(AT.recentAt, (at + 1) % RECENT);
  if (value > memory.high(context.local.day)) memory.setHigh(context.local.day, value);
  if (value > memory.volume(AT.todayHigh)) memory.setVolume(AT.todayHigh, value);
  if (judgement.alarm) memory.setByte(AT.alarmed, 1);
  memory.setWhole(AT.steps, memory.whole(AT.steps) + 1);
  memory.view.setUint32(AT.start, Math.floor(start / MINUTE), true);
}

function noteScores(memory: Memory, counts: boolean, { up, ramp }: DayScores): void {
  if (!counts) return;
  if (up > memory.score(AT.todayUp)) memory.setScore(AT.todayUp, up);
  if (ramp > memory.score(AT.todayRamp)) memory.setScore(AT.todayRamp, ramp);
}
