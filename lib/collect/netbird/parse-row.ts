import { isPlainRow } from '../../model/plain-row.ts';
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
