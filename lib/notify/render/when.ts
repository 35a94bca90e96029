import { dateOf, type Micros, microsText } from '../../model/timestamp.ts';

/** `2026-11-23 15:51:34 UTC`. */
export function utc(at: Micros): string {
  return `${microsText(at).slice(0, 19).replace('T', ' ')} UTC`;
}

/** `2026-11-23 15:51:34 UTC (2026-11-23 16:51:34 Europe/Berlin)`; UTC alone where that is the zone. */
export function utcAndZone(at: Micros, zone: string): string {
  if (isUtc(zone)) return utc(at);
  const { year, month, day, hour, minute, second } = partsIn(at, zone, 'numeric');
  return `${utc(at)} (${year}-${month}-${day} ${hour}:${minute}:${second} ${zone})`;
}

/** `23 Nov 16:51 GMT+1`, for texts. */
export function shortTime(at: Micros, zone: string): string {
  const { month, day, hour, minute, timeZoneName } = partsIn(at, zone, 'short');
  return `${day} ${month?.slice(0, 3)} ${hour}:${minute} ${isUtc(zone) ? 'UTC' : timeZoneName}`;
}

/** `02:00`, in the zone. */
export function clockTime(at: Micros, zone: string): string {
  const { hour, minute } = partsIn(at, zone, 'numeric');
  return `${hour}:${minute}`;
}

function isUtc(zone: string): boolean {
  return zone === 'UTC' || zone === 'Etc/UTC';
}

function partsIn(at: Micros, timeZone: string, style: 'numeric' | 'short'): Partial<Record<string, string>> {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: style === 'short' ? 'short' : '2-digit',
    day: style === 'short' ? 'numeric' : '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'shortOffset',
  });
  return Object.fromEntries(format.formatToParts(dateOf(at)).map(({ type, value }) => [type, value]));
}
