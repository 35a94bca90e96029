import { type TrafficEvent, trafficEventSchema } from '../model/traffic.ts';

const WINDOW_START = '"window_start":"';
const OPTIONAL_NUMBERS = ['rx_packets', 'tx_packets', 'num_of_starts', 'num_of_ends', 'num_of_drops'] as const;

/** No row is as long; an answer with many rows is. */
const LONGEST_ROW = 6000;

/** The time of a line that is one traffic row, without reading all of it; undefined where that is not certain. */
export function windowStartIn(text: string): string | undefined {
  if (text.charCodeAt(0) !== 123 || text.length > LONGEST_ROW) return undefined;
  const at = text.indexOf(WINDOW_START);
  // Quotes inside a text are escaped, so this is a key.
  if (at < 0) return undefined;
  const start = at + WINDOW_START.length;
  const end = text.indexOf('"', start);
  return end - start > 40 ? undefined : text.slice(start, end);
}

/** A row as its schema takes it, or what is wrong with it. The schema itself is asked only where something is unusual. */
export function trafficRowOf(value: object): { readonly row: TrafficEvent } | { readonly reason: string } {
  if (isPlainRow(value as Readonly<Record<string, unknown>>)) return { row: value as TrafficEvent };
  const parsed = trafficEventSchema.safeParse(value);
  if (parsed.success) return { row: parsed.data };
  const [issue] = parsed.error.issues;
  return { reason: `${issue?.path.join('.')}: ${issue?.message}` };
}

/** Whether it is certain, at a glance, that the schema takes it as it stands. */
function isPlainRow(row: Readonly<Record<string, unknown>>): boolean {
  return (
    areTexts(row, ['flow_id', 'reporter_id', 'direction']) &&
    areNumbers(row, ['protocol', 'rx_bytes', 'tx_bytes']) &&
    OPTIONAL_NUMBERS.every((name) => row[name] === undefined || typeof row[name] === 'number') &&
    isEnd(row['source']) &&
    isEnd(row['destination']) &&
    isPart(row['user'], ['id', 'email', 'name']) &&
    isPart(row['policy'], ['id', 'name']) &&
    isIcmp(row['icmp']) &&
    isTimeOrNone(row['window_start']) &&
    isTimeOrNone(row['window_end']) &&
    areSubEvents(row['events'])
  );
}

const UTC_TIME = /^\d{4}-[01]\d-[0-2]\dT[0-2]\d:[0-5]\d:[0-5]\d(\.\d{1,9})?Z$/;

/** Other times, such as those of the last days of a month, are left to the schema. */
function isTimeOrNone(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && UTC_TIME.test(value));
}

function isEnd(value: unknown): boolean {
  if (!isRecord(value) || !areTexts(value, ['id', 'name', 'address'])) return false;
  const { type, os, dns_label: label, geo_location: place } = value;
  return isTextOr(type, undefined) && isTextOr(os, null) && isTextOr(label, null) && isPart(place, PLACE);
}

const PLACE = ['city_name', 'country_code'];

function isPart(value: unknown, texts: readonly string[]): boolean {
  return value === undefined || (isRecord(value) && areTexts(value, texts));
}

function isIcmp(value: unknown): boolean {
  return value === undefined || (isRecord(value) && areNumbers(value, ['type', 'code']));
}

function areSubEvents(value: unknown): boolean {
  if (value === undefined) return true;
  return (
    Array.isArray(value) &&
    value.every(
      (each) =>
        isRecord(each) &&
        typeof each['type'] === 'string' &&
        typeof each['timestamp'] === 'string' &&
        UTC_TIME.test(each['timestamp']),
    )
  );
}

function isTextOr(value: unknown, other: null | undefined): boolean {
  return typeof value === 'string' || value === undefined || value === other;
}

function areTexts(value: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
  for (const name of names) if (typeof value[name] !== 'string') return false;
  return true;
}

function areNumbers(value: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
  for (const name of names) if (typeof value[name] !== 'number') return false;
  return true;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
