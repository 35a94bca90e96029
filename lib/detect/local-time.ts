import { MICROS_PER_DAY, type Micros } from '../model/timestamp.ts';
import { wallClock } from '../sigma/event/time-part.ts';
import type { LocalTime } from './baseline/types.ts';

/** The wall clock of a zone, for whoever sorts by hour of the day. */
export interface LocalClock {
  at(time: Micros): LocalTime;
  /** Where buckets of `size` begin: so many microseconds before a multiple of it, so that days begin at midnight of standard time. */
  phase(size: Micros): Micros;
}

const MINUTE = 60_000_000;
/** Zones change their offset at full quarters of an hour only. */
const QUARTER = 15 * MINUTE;
const MOST_CACHED = 10_000;
const clocks = new Map<string, LocalClock>();

/** The clock of an IANA zone. Throws RangeError for a name that is none. */
export function localClock(zone: string): LocalClock {
  const known = clocks.get(zone);
  if (known) return known;
  const offsetAt = zone === 'UTC' ? () => 0 : offsetsOf(zone);
  const clock: LocalClock = {
    at(time) {
      const local = time + offsetAt(time);
      const day = Math.floor(local / MICROS_PER_DAY);
      const minute = Math.floor((local - day * MICROS_PER_DAY) / MINUTE);
      // 1 January 1970 was a Thursday.
      const weekday = (((day + 4) % 7) + 7) % 7;
      return { day, minute, weekend: weekday === 0 || weekday === 6 };
    },
    phase: (size) => ((standardOffset(offsetAt) % size) + size) % size,
  };
  clocks.set(zone, clock);
  return clock;
}

/** Of the two half-years, the offset that is smaller: summer time only adds. */
function standardOffset(offsetAt: (time: Micros) => Micros): Micros {
  return Math.min(...[0, 6].map((month) => offsetAt(Date.UTC(2026, month, 1) * 1000)));
}

/** Microseconds that the zone is ahead of UTC, remembered per quarter of an hour: asking Intl costs thousands of times more. */
function offsetsOf(zone: string): (time: Micros) => Micros {
  const offsets = new Map<number, Micros>();
  return (time) => {
    const quarter = Math.floor(time / QUARTER);
    const known = offsets.get(quarter);
    if (known !== undefined) return known;
    if (offsets.size >= MOST_CACHED) offsets.clear();
    const offset = wallClock((quarter * QUARTER) / 1000, zone) * 1000 - quarter * QUARTER;
    offsets.set(quarter, offset);
    return offset;
  };
}
