/**
 * NetBird's timestamps: RFC 3339 with 0 to 9 fraction digits, trailing zeros trimmed.
 * They never compare as text (`…57Z` > `…57.1Z`), and `Date` drops what is below the millisecond.
 */

/** Microseconds since the epoch. Safe as a number until the year 2255. */
export type Micros = number;

export interface Timestamp {
  /** Microseconds since the epoch, cut (not rounded) as Postgres does. */
  readonly micros: Micros;
  /** UTC with exactly 9 fraction digits: compares as text. */
  readonly nanosText: string;
}

const RFC_3339 = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d{2}:\d{2})$/;

/** From here on, microseconds are no safe integers: in the year 2255. */
const END_MILLIS = Math.floor(Number.MAX_SAFE_INTEGER / 1000);

/** Reads an RFC 3339 time from 1970 to 2255. Undefined when it is not one (also for dates such as 30 February). */
export function parseTimestamp(text: string): Timestamp | undefined {
  const parts = RFC_3339.exec(text);
  if (!parts) return undefined;
  const [, date = '', time = '', fraction = '', zone = 'Z'] = parts;
  const isUtc = zone === 'Z' || zone === 'z';
  const millis = Date.parse(`${date}T${time}${isUtc ? 'Z' : zone}`);
  if (Number.isNaN(millis) || millis < 0 || millis >= END_MILLIS || !isRealDay(date)) return undefined;
  const nanos = fraction.padEnd(9, '0');
  // NetBird serves UTC, and every event read comes through here: formatting a Date would cost more than all the rest.
  const seconds = isUtc && !time.startsWith('24') ? `${date}T${time}` : new Date(millis).toISOString().slice(0, 19);
  return { micros: millis * 1000 + Number(nanos.slice(0, 6)), nanosText: `${seconds}.${nanos}Z` };
}

/** `2026-11-23T15:51:34.035000Z`: exactly 6 fraction digits, so that text order is time order. */
export function microsText(micros: Micros): string {
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = String(micros - seconds * 1_000_000).padStart(6, '0');
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}

/** `2026-11-23`, the UTC day. */
export function dayOf(micros: Micros): string {
  return new Date(Math.floor(micros / 1000)).toISOString().slice(0, 10);
}

/** Every UTC day that overlaps [from, to], oldest first. */
export function daysBetween(from: Micros, to: Micros): string[] {
  const days: string[] = [];
  for (let at = startOfDay(from); at <= to; at += MICROS_PER_DAY) days.push(dayOf(at));
  return days;
}

/** The first microsecond of the UTC day that `micros` lies in. */
export function startOfDay(micros: Micros): Micros {
  return Math.floor(micros / MICROS_PER_DAY) * MICROS_PER_DAY;
}

export const MICROS_PER_DAY = 86_400_000_000;

export function microsOf(date: Date): Micros {
  return date.getTime() * 1000;
}

export function dateOf(micros: Micros): Date {
  return new Date(Math.floor(micros / 1000));
}

/** `Date.parse` takes 30 February for 2 March; the calendar does not. */
function isRealDay(date: string): boolean {
  const day = Number(date.slice(8));
  if (day <= 28) return day > 0;
  // Day 0 of the next month is the last of this one.
  return day <= new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)), 0)).getUTCDate();
}
