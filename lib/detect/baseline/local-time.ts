import type { Micros } from '../../model/timestamp.ts';
import type { LocalTime } from './types.ts';

/** Offsets change on quarters of an hour, in every zone. */
const QUARTER_MS = 900_000;
const KEPT = 4096;

/** Reads the wall clock of an IANA zone. Throws RangeError for a zone that there is not. */
export function localTimes(zone: string): (start: Micros) => LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  // Formatting takes longer than a step.
  const known = new Map<number, LocalTime>();
  return (start) => {
    const quarter = Math.floor(start / 1000 / QUARTER_MS);
    const within = Math.floor((start / 1000 - quarter * QUARTER_MS) / 60_000);
    const at = known.get(quarter) ?? readClock(format, quarter * QUARTER_MS);
    if (known.size >= KEPT) known.clear();
    known.set(quarter, at);
    return within === 0 ? at : { ...at, minute: at.minute + within };
  };
}

function readClock(format: Intl.DateTimeFormat, millis: number): LocalTime {
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(millis)) parts[type] = Number(value);
  const { year = 1970, month = 1, day: date = 1, hour = 0, minute = 0 } = parts;
  const day = Date.UTC(year, month - 1, date) / 86_400_000;
  const weekday = (day + 4) % 7;
  return { day, minute: hour * 60 + minute, weekend: weekday === 0 || weekday === 6 };
}
