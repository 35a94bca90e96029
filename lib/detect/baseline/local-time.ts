import type { Micros } from '../../model/timestamp.ts';
import { wallClock } from '../../sigma/event/time-part.ts';
import type { LocalTime } from './types.ts';

/** Offsets change on quarters of an hour, in every zone. */
const QUARTER_MS = 900_000;
const KEPT = 4096;
const DAY_MS = 86_400_000;

/** Reads the wall clock of an IANA zone. Throws RangeError for a zone that there is not. */
export function localTimes(zone: string): (start: Micros) => LocalTime {
  // A zone that there is not is told now, not at the first bucket.
  wallClock(0, zone);
  // Formatting takes longer than a step.
  const known = new Map<number, LocalTime>();
  return (start) => {
    const quarter = Math.floor(start / 1000 / QUARTER_MS);
    const within = Math.floor((start / 1000 - quarter * QUARTER_MS) / 60_000);
    const at = known.get(quarter) ?? readClock(quarter * QUARTER_MS, zone);
    if (known.size >= KEPT) known.clear();
    known.set(quarter, at);
    return within === 0 ? at : { ...at, minute: at.minute + within };
  };
}

function readClock(millis: number, zone: string): LocalTime {
  const clock = wallClock(millis, zone);
  const day = Math.floor(clock / DAY_MS);
  const weekday = (day + 4) % 7;
  return { day, minute: Math.floor((clock - day * DAY_MS) / 60_000), weekend: weekday === 0 || weekday === 6 };
}
