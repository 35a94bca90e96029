import type { Schedule } from '../model/rule.ts';
import type { Micros } from '../model/timestamp.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const formats = new Map<string, Intl.DateTimeFormat>();

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
  const parts = new Map(
    formatOf(zone)
      .formatToParts(Math.floor(at / 1000))
      .map((part) => [part.type, part.value]),
  );
  return {
    day: DAYS.indexOf(parts.get('weekday') ?? ''),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}

/** Kept: making a format is a hundred times dearer than using it. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(zone, format);
  return format;
}
