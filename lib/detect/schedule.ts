import type { Schedule } from '../model/rule.ts';
import type { Micros } from '../model/timestamp.ts';
import { wallClock } from '../sigma/event/time-part.ts';

const DAY_MS = 86_400_000;

/** Whether a rule with this schedule counts at `at`. A window that crosses midnight belongs to the day it began. */
export function isWithin(schedule: Schedule, at: Micros): boolean {
  const { day, minute } = localTime(schedule.zone, at);
  const yesterday = (day + 6) % 7;
  return schedule.windows.some(({ days, from, to }) => {
    if (from < to) return days.includes(day) && from <= minute && minute < to;
    return (days.includes(day) && minute >= from) || (days.includes(yesterday) && minute < to);
  });
}

function localTime(zone: string, at: Micros): { day: number; minute: number } {
  const clock = wallClock(Math.floor(at / 1000), zone);
  const date = Math.floor(clock / DAY_MS);
  // 1970 began on a Thursday.
  return { day: (date + 4) % 7, minute: Math.floor((clock - date * DAY_MS) / 60_000) };
}
