import { parseTimestamp } from '../../model/timestamp.ts';
import type { TimePart } from '../ast.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const SPACED = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:\d{2})?$/;
/** Numbers above this are milliseconds, below it seconds: the year 5138 or 1973. */
const MILLIS_FROM = 1e11;
const DAY_MS = 86_400_000;

/** A part of a date-valued field: RFC 3339, a bare date (UTC), or epoch seconds or milliseconds. */
export function timePart(value: unknown, part: TimePart, zone: string): number | undefined {
  const millis = millisOf(value);
  if (millis === undefined) return undefined;
  const local = new Date(zone === 'UTC' ? millis : wallClock(millis, zone));
  switch (part) {
    case 'minute':
      return local.getUTCMinutes();
    case 'hour':
      return local.getUTCHours();
    case 'day':
      return local.getUTCDate();
    case 'week':
      return isoWeek(local);
    case 'month':
      return local.getUTCMonth() + 1;
    case 'year':
      return local.getUTCFullYear();
  }
}

function millisOf(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) {
    const millis = Math.abs(value) >= MILLIS_FROM ? value : value * 1000;
    return Math.abs(millis) <= 8.64e15 ? millis : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const rfc = DATE.test(value)
    ? `${value}T00:00:00Z`
    : value.replace(SPACED, (_, day, time, z = 'Z') => `${day}T${time}${z}`);
  const time = parseTimestamp(rfc);
  return time && Math.floor(time.micros / 1000);
}

/** ISO 8601: the week of the year's first Thursday is week 1. */
function isoWeek(date: Date): number {
  const day = Math.floor(date.getTime() / DAY_MS);
  const thursday = day + 3 - ((day + 3) % 7);
  const first = Date.UTC(new Date(thursday * DAY_MS).getUTCFullYear(), 0, 1) / DAY_MS;
  return Math.floor((thursday - first) / 7) + 1;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The zone's clock at an instant, as the UTC time that shows the same digits. */
export function wallClock(millis: number, zone: string): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(millis).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** Whether the runtime knows an IANA zone. */
export function isZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en-US', { timeZone: zone }));
  } catch {
    return false;
  }
}
