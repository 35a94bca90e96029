import { MICROS_PER_DAY, type Micros } from '../model/timestamp.ts';
import { type LocalTime, localTimes } from './baseline/index.ts';

/** The wall clock of a zone, for whoever sorts by hour of the day. */
export interface LocalClock {
  at(time: Micros): LocalTime;
  /**
   * Buckets of `size` begin so many microseconds before a multiple of it: those of a day, and of parts of it, at midnight of
   * the zone's standard time.
   */
  phase(size: Micros): Micros;
}

const MINUTE = 60_000_000;
const clocks = new Map<string, LocalClock>();

/** The clock of an IANA zone. Throws RangeError for a name that is none. */
export function localClock(zone: string): LocalClock {
  const known = clocks.get(zone);
  if (known) return known;
  const at = localTimes(zone);
  const standard = Math.min(...[0, 6].map((month) => offsetAt(at, Date.UTC(2026, month, 1) * 1000)));
  const clock = { at, phase: (size: Micros) => ((standard % size) + size) % size };
  clocks.set(zone, clock);
  return clock;
}

/** Of the two halves of a year the lesser is standard time: summer time only adds. */
function offsetAt(at: LocalClock['at'], time: Micros): Micros {
  const { day, minute } = at(time);
  return day * MICROS_PER_DAY + minute * MINUTE - time;
}
