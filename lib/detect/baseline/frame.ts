import type { Micros } from '../../model/timestamp.ts';
import { SLOTS } from './memory.ts';
import { TUNING } from './tuning.ts';
import type { LocalTime } from './types.ts';

const MINUTE: Micros = 60_000_000;
const DAY_MINUTES = 1440;

/** What follows from the length of a bucket alone. */
export interface Frame {
  readonly minutes: number;
  readonly hours: number;
  /** Minutes of a slot: an hour, or a bucket where that is longer. */
  readonly slotMinutes: number;
  readonly slotsPerDay: number;
  /** Visits that one slot gets in a day. */
  readonly visits: number;
  /** How much the slots before and after say about this one. */
  readonly neighbour: number;
  /** Share of the persistence that is left after a bucket. */
  readonly keep: number;
  readonly carry: number;
  /** The least deviation of a moving day: the fewer buckets it is made of, the more. */
  readonly rampLeast: number;
  /** Share of a new bucket in the moving day. */
  readonly dayShare: number;
}

const frames = new Map<number, Frame>();

/** Throws RangeError where buckets are no whole minutes, shorter than a minute or longer than a day. */
export function frameOf(size: Micros): Frame {
  const known = frames.get(size);
  if (known) return known;
  const minutes = size / MINUTE;
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > DAY_MINUTES) {
    throw new RangeError(`a bucket of ${minutes} minutes: give a whole number from 1 to ${DAY_MINUTES}`);
  }
  const hours = minutes / 60;
  const slotMinutes = Math.max(60, minutes);
  const keep = TUNING.keep ** hours;
  const frame: Frame = {
    minutes,
    hours,
    slotMinutes,
    slotsPerDay: Math.min(SLOTS / 2, Math.ceil(DAY_MINUTES / slotMinutes)),
    visits: Math.max(1, slotMinutes / minutes),
    neighbour: slotMinutes === 60 ? 0.5 : 0,
    keep,
    // As much in an hour, in however many buckets.
    carry: TUNING.carry * Math.min(1, (1 - keep) / (1 - TUNING.keep)),
    rampLeast: TUNING.rampLeast * Math.sqrt(Math.max(1, hours)),
    dayShare: Math.min(0.5, hours / 24),
  };
  frames.set(size, frame);
  return frame;
}

export function slotOf(frame: Frame, { minute, weekend }: LocalTime): number {
  const slot = Math.min(frame.slotsPerDay - 1, Math.floor(minute / frame.slotMinutes));
  return weekend ? slot + frame.slotsPerDay : slot;
}

/** The slot `offset` before or after, on a day of the same kind. */
export function besideSlot(frame: Frame, slot: number, offset: number): number {
  const { slotsPerDay } = frame;
  const first = slot >= slotsPerDay ? slotsPerDay : 0;
  return first + ((slot - first + offset + slotsPerDay) % slotsPerDay);
}
