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

const TEXTS = ['flow_id', 'reporter_id', 'direction'] as const;
const COUNTERS = ['rx_bytes', 'tx_bytes'] as const;
const MORE_COUNTERS = ['rx_packets', 'tx_packets', 'num_of_starts', 'num_of_ends', 'num_of_drops'] as const;

/** Reads elements of a page; the schema decides, and what the store can take. All at once where all are JSON. */
export function parseTrafficRows(raws: readonly RawElement[]): ParsedRow[] {
  let values: unknown[] | undefined;
  try {
    values = JSON.parse(`[${raws.join(',')}]`) as unknown[];
  } catch {
    values = undefined;
  }
  // Elements that are no JSON by themselves may be some together.
  if (values?.length !== raws.length) return raws.map((raw) => checked(raw, parsedAlone(raw)));
  return raws.map((raw, index) => checked(raw, values[index]));
}

function checked(raw: RawElement, value: unknown): ParsedRow {
  if (raw.length * 3 > MAX_BYTES && Buffer.byteLength(raw) > MAX_BYTES) {
    return { row: undefined, raw, reason: `row: has more than ${MAX_BYTES} bytes` };
  }
  if (value === NOT_JSON) return { row: undefined, raw, reason: 'row: is not JSON' };
  if (!isPlainRow(value)) {
    const parsed = trafficEventSchema.safeParse(value);
    if (!parsed.success) return { row: undefined, raw, reason: complaintOf(parsed.error, 'row') };
  }
  const row = value as TrafficEvent;
  if (row.reporter_id.length * 3 > MAX_KEY_BYTES && Buffer.byteLength(row.reporter_id) > MAX_KEY_BYTES) {
    return { row: undefined, raw, reason: `reporter_id: has more than ${MAX_KEY_BYTES} bytes` };
  }
  if (!trafficTime(row))
    return { row: undefined, raw, reason: 'window_start: is missing, and there are no sub-events' };
  return { row, raw };
}

const NOT_JSON = Symbol('not JSON');

function parsedAlone(raw: RawElement): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return NOT_JSON;
  }
}

type Fields = Record<string, unknown>;

/** What the schema takes: nearly every row, at a tenth of the schema's cost. Times are looked at by `trafficTime`. */
function isPlainRow(value: unknown): boolean {
  if (!isFields(value)) return false;
  const { source, destination, user, policy, icmp, protocol, window_start, window_end, events } = value;
  return (
    TEXTS.every((name) => typeof value[name] === 'string') &&
    typeof protocol === 'number' &&
    COUNTERS.every((name) => typeof value[name] === 'number') &&
    MORE_COUNTERS.every((name) => isOptional(value[name], 'number')) &&
    isEnd(source) &&
    isEnd(destination) &&
    hasOnly(user, ['id', 'email', 'name'], 'string') &&
    hasOnly(policy, ['id', 'name'], 'string') &&
    hasOnly(icmp, ['type', 'code'], 'number') &&
    typeof window_start === 'string' &&
    isTime(window_end) &&
    Array.isArray(events) &&
    events.length === 0
  );
}

function isEnd(value: unknown): boolean {
  if (!isFields(value)) return false;
  const { id, name, address, type, os, dns_label, geo_location } = value;
  return (
    typeof id === 'string' &&
    typeof name === 'string' &&
    typeof address === 'string' &&
    isOptional(type, 'string') &&
    (os === null || isOptional(os, 'string')) &&
    (dns_label === null || isOptional(dns_label, 'string')) &&
    hasOnly(geo_location, ['city_name', 'country_code'], 'string')
  );
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && parseTimestamp(value) !== undefined;
}

function hasOnly(value: unknown, names: readonly string[], type: 'string' | 'number'): boolean {
  return isFields(value) && names.every((name) => typeof value[name] === type);
}

function isOptional(value: unknown, type: 'string' | 'number'): boolean {
  return value === undefined || typeof value === type;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Object.hasOwn(value, '__proto__');
}
