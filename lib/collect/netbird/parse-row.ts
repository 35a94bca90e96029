import { parseTimestamp } from '../../model/timestamp.ts';
import { type TrafficEvent, trafficEventSchema, trafficTime } from '../../model/traffic.ts';
import { complaintOf } from './complaint.ts';
import type { RawElement } from './split-array.ts';

/** A row, or why the element is none: field and complaint. */
export type ParsedRow =
  | { readonly row: TrafficEvent; readonly raw: RawElement }
  | { readonly row: undefined; readonly raw: RawElement; readonly reason: string };

/** A stored item may have 400 KB, and nested lists of short values take half as much again there as in JSON. */
const MAX_BYTES = 256 * 1024;
/** Of the reporter, which is a key of the store. */
const MAX_KEY_BYTES = 900;

/** Reads elements of a page; the schema decides, and what the store can take. */
export function parseTrafficRows(raws: readonly RawElement[]): ParsedRow[] {
  return raws.map((raw) => checked(raw, parsed(raw)));
}

/** `__proto__` is a field of JSON that copying would take for something else; the schema leaves it out. */
const ODD_FIELD = '"__proto__"';

function checked(raw: RawElement, value: unknown): ParsedRow {
  if (raw.length * 3 > MAX_BYTES && Buffer.byteLength(raw) > MAX_BYTES) {
    return { row: undefined, raw, reason: `row: has more than ${MAX_BYTES} bytes` };
  }
  if (value === NOT_JSON) return { row: undefined, raw, reason: 'row: is not JSON' };
  if (!isPlainRow(value) || raw.includes(ODD_FIELD)) {
    const { data, error } = trafficEventSchema.safeParse(value);
    return data ? storable(raw, data) : { row: undefined, raw, reason: complaintOf(error, 'row') };
  }
  return storable(raw, value);
}

function storable(raw: RawElement, row: TrafficEvent): ParsedRow {
  if (row.reporter_id.length * 3 > MAX_KEY_BYTES && Buffer.byteLength(row.reporter_id) > MAX_KEY_BYTES) {
    return { row: undefined, raw, reason: `reporter_id: has more than ${MAX_KEY_BYTES} bytes` };
  }
  // The window's times are right by now.
  if (row.window_start === undefined && !trafficTime(row))
    return { row: undefined, raw, reason: 'window_start: is missing, and there are no sub-events' };
  return { row, raw };
}

const NOT_JSON = Symbol('not JSON');

function parsed(raw: RawElement): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return NOT_JSON;
  }
}

type Fields = Record<string, unknown>;

/** What the schema takes and leaves as it is: nearly every row, at a tenth of the schema's cost. */
function isPlainRow(value: unknown): value is TrafficEvent {
  if (!isFields(value)) return false;
  return (
    hasPlainHead(value) &&
    hasPlainCounters(value) &&
    hasPlainTimes(value) &&
    isEnd(value['source']) &&
    isEnd(value['destination'])
  );
}

function hasPlainHead({ flow_id, reporter_id, direction, protocol, user, policy, icmp }: Fields): boolean {
  return (
    typeof flow_id === 'string' &&
    typeof reporter_id === 'string' &&
    typeof direction === 'string' &&
    typeof protocol === 'number' &&
    isFields(user) &&
    typeof user['id'] === 'string' &&
    typeof user['email'] === 'string' &&
    typeof user['name'] === 'string' &&
    isFields(policy) &&
    typeof policy['id'] === 'string' &&
    typeof policy['name'] === 'string' &&
    isFields(icmp) &&
    typeof icmp['type'] === 'number' &&
    typeof icmp['code'] === 'number'
  );
}

function hasPlainCounters(row: Fields): boolean {
  return (
    typeof row['rx_bytes'] === 'number' &&
    typeof row['tx_bytes'] === 'number' &&
    typeof row['rx_packets'] === 'number' &&
    typeof row['tx_packets'] === 'number' &&
    isCounter(row['num_of_starts']) &&
    isCounter(row['num_of_ends']) &&
    isCounter(row['num_of_drops'])
  );
}

function isCounter(value: unknown): boolean {
  return value === undefined || typeof value === 'number';
}

function hasPlainTimes({ window_start, window_end, events }: Fields): boolean {
  const isTimed = window_start === undefined ? window_end === undefined : isWindow(window_start, window_end);
  return isTimed && Array.isArray(events) && (events.length === 0 || events.every(isSubEvent));
}

function isSubEvent(value: unknown): boolean {
  return isFields(value) && typeof value['type'] === 'string' && isTime(value['timestamp']);
}

function isEnd(value: unknown): boolean {
  if (!isFields(value)) return false;
  const { id, name, address, type, os, dns_label, geo_location: place } = value;
  return (
    typeof id === 'string' &&
    typeof name === 'string' &&
    typeof address === 'string' &&
    typeof type === 'string' &&
    (os === null || typeof os === 'string') &&
    (dns_label === null || typeof dns_label === 'string') &&
    isFields(place) &&
    typeof place['city_name'] === 'string' &&
    typeof place['country_code'] === 'string'
  );
}

/** Surely a time, and found out at a tenth of the cost of reading it; others may be one, too. */
const PLAIN_TIME =
  /^(?:19[7-9]\d|20\d\d)-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/;

/** Rows of one window stand together. */
const lastWindow = { start: '', end: '' };

function isWindow(start: unknown, end: unknown): boolean {
  if (start === lastWindow.start && end === lastWindow.end) return true;
  if (!isTime(start) || !isTime(end)) return false;
  Object.assign(lastWindow, { start, end });
  return true;
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && (PLAIN_TIME.test(value) || parseTimestamp(value) !== undefined);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
