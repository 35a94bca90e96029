import {
  BLIND_HOURS,
  dropScore,
  isLow,
  newScore,
  type RampScore,
  rampScore,
  type UpScore,
  upScore,
} from './channels.ts';
import { type Expectation, expectationOf, floorOf } from './expectation.ts';
import { type Frame, slotOf } from './frame.ts';
import { AT, type Memory } from './memory.ts';
import type { Channel, StepContext } from './types.ts';

/** Until which age a series is learning. */
const LEARNING_HOURS = 336;

/** A bucket as all channels see it; nothing is learned yet. */
export interface Judgement {
  readonly slot: number;
  readonly log: number;
  readonly expected: Expectation;
  readonly up: UpScore;
  readonly ramp: RampScore;
  readonly low: boolean;
  readonly drop: number;
  readonly channel: Channel;
  readonly score: number;
  readonly threshold: number;
  readonly alarm: boolean;
  readonly learning: boolean;
}

export function judge(memory: Memory, frame: Frame, value: number, context: StepContext): Judgement {
  const min = scaleOf(context);
  const slot = slotOf(frame, context.local);
  const log = Math.log1p(value / floorOf(min));
  const expected = expectationOf(memory, frame, slot);
  const up = upScore(memory, value, log, expected, min);
  const ramp = rampScore(memory, frame, value, expected.mean, min);
  const low = isLow(value, expected, min);
  const drop = dropScore(memory, frame, low);
  const age = memory.whole(AT.steps) * frame.hours;
  const learning = age < LEARNING_HOURS;
  const counts = value >= context.min && value > 0;
  const verdict = strongest(context, cautionOf(age), {
    up: counts ? up.score : 0,
    ramp: counts ? ramp.score : 0,
    drop,
    new: counts ? newScore(memory, frame, value, context.fleet) : 0,
  });
  return { slot, log, expected, up, ramp, low, drop, learning, ...verdict };
}

/** By how much more a series must score while it is young: it knows itself too little for the chance that it tells. */
function cautionOf(hours: number): number {
  if (hours < BLIND_HOURS) return Number.POSITIVE_INFINITY;
  const rest = 1 - hours / LEARNING_HOURS;
  return rest > 0 ? 1.08 + 1.4 * rest : 1 + 0.08 * Math.max(0, 1 + rest);
}

/** The scale of volumes that a series is kept with. */
export function scaleOf({ min }: StepContext): number {
  return min > 0 ? min : 1;
}

type Strongest = Pick<Judgement, 'channel' | 'score' | 'threshold' | 'alarm'>;

function strongest({ thresholds }: StepContext, caution: number, scores: Record<Channel, number>): Strongest {
  let [best, most]: [Channel, number] = ['up', -1];
  for (const channel of CHANNELS) {
    const ratio = scores[channel] / needed(thresholds[channel], channel, caution);
    if (ratio > most) [best, most] = [channel, ratio];
  }
  const threshold = needed(thresholds[best], best, caution);
  return { channel: best, score: scores[best], threshold, alarm: scores[best] >= threshold };
}

export const CHANNELS: readonly Channel[] = ['up', 'ramp', 'drop', 'new'];

function needed(threshold: number | undefined, channel: Channel, caution: number): number {
  if (threshold === undefined) return Number.POSITIVE_INFINITY;
  return channel === 'new' ? threshold : threshold * caution;
}
