/**
 * Pure: stored traffic rows ↔ items. Most of what NetBird serves in a row is empty, and DynamoDB bills every byte: what
 * is empty is left out, and put back exactly when the item is read.
 */
import type { StoredTrafficEvent } from '../../model/event.ts';
import type { TrafficBucket } from '../../model/traffic-partition.ts';
import type { Image, Item } from './attribute.ts';
import { fieldsFromItem } from './from-item.ts';
import { trafficKey } from './keys.ts';
import { fieldsToItem, TRAFFIC_RESERVED } from './to-item.ts';

type Empty = '' | 0 | null | readonly [] | EmptyFields;
interface EmptyFields {
  readonly [field: string]: Empty;
}

const ENDPOINT: EmptyFields = { geo_location: { city_name: '', country_code: '' }, os: null, dns_label: null };

/** What stands for nothing in each field that a row has. */
const EMPTY: EmptyFields = {
  reporter_id: '',
  source: ENDPOINT,
  destination: ENDPOINT,
  user: { id: '', email: '', name: '' },
  policy: { id: '', name: '' },
  icmp: { type: 0, code: 0 },
  rx_bytes: 0,
  tx_bytes: 0,
  rx_packets: 0,
  tx_packets: 0,
  num_of_starts: 0,
  num_of_ends: 0,
  num_of_drops: 0,
  window_start: '',
  window_end: '',
  events: [],
};

/**
 * The item of a row in the part of the table that `bucket` names. The window's start stands in the sort key, and
 * sub-events as one line of text, `TYPE_START 2026-11-23T15:00:00Z, TYPE_END …`.
 */
export function trafficToItem(row: StoredTrafficEvent, bucket: TrafficBucket): Item {
  const { pk, sk } = trafficKey(row.tenant, row, bucket);
  const notServed: string[] = [];
  const kept = withoutEmpty({ ...row }, EMPTY, '', notServed);
  if (kept['window_start'] === startIn(sk)) delete kept['window_start'];
  if (row.events && row.events.length > 0) kept['events'] = textOf(row.events);
  const item = fieldsToItem(kept, TRAFFIC_RESERVED);
  item['pk'] = { S: pk };
  item['sk'] = { S: sk };
  if (notServed.length > 0) item['notServed'] = { S: notServed.join(' ') };
  return item;
}

/** The row that `trafficToItem` wrote, with exactly the fields that were served. */
export function trafficFromItem(image: Image): StoredTrafficEvent {
  const notServed = new Set((image['notServed']?.S ?? '').split(' '));
  const row = withEmpty(fieldsFromItem(image, TRAFFIC_RESERVED), EMPTY, '', notServed);
  if (row['window_start'] === '') row['window_start'] = startIn(image['sk']?.S ?? '');
  if (typeof row['events'] === 'string') row['events'] = eventsIn(row['events']);
  return row as unknown as StoredTrafficEvent;
}

type SubEvents = NonNullable<StoredTrafficEvent['events']>;

/** As NetBird writes the time that begins a sort key: without zeros at the end of its fraction. */
function startIn(sk: string): string {
  return `${sk.slice(0, sk.indexOf('Z#')).replace(/\.?0+$/, '')}Z`;
}

/** Sub-events as text, or as they are where that would lose something. */
function textOf(events: SubEvents): SubEvents | string {
  const plain = events.every(
    ({ type, timestamp, ...more }) => /^\w+$/.test(type) && !/[ ,]/.test(timestamp) && Object.keys(more).length === 0,
  );
  return plain ? events.map(({ type, timestamp }) => `${type} ${timestamp}`).join(', ') : events;
}

function eventsIn(text: string): SubEvents {
  return text.split(', ').map((event) => {
    const [type = '', timestamp = ''] = event.split(' ');
    return { type, timestamp };
  });
}

type Fields = Record<string, unknown>;

function withoutEmpty(value: Fields, empty: EmptyFields, path: string, notServed: string[]): Fields {
  const kept: Fields = { ...value };
  for (const [name, nothing] of Object.entries(empty)) {
    const served = value[name];
    if (served === undefined) {
      notServed.push(path + name);
      continue;
    }
    const left =
      isFields(nothing) && isFields(served) ? withoutEmpty(served, nothing, `${path}${name}.`, notServed) : served;
    if (isEmpty(left, nothing)) delete kept[name];
    else kept[name] = left;
  }
  return kept;
}

function withEmpty(value: Fields, empty: EmptyFields, path: string, notServed: ReadonlySet<string>): Fields {
  const whole: Fields = { ...value };
  for (const [name, nothing] of Object.entries(empty)) {
    if (!notServed.has(path + name)) whole[name] = filled(value[name], nothing, path + name, notServed);
  }
  return whole;
}

function filled(stored: unknown, nothing: Empty, path: string, notServed: ReadonlySet<string>): unknown {
  if (isFields(nothing)) {
    const fields = stored ?? {};
    return stored !== null && isFields(fields) ? withEmpty(fields, nothing, `${path}.`, notServed) : stored;
  }
  return stored === undefined ? (Array.isArray(nothing) ? [] : nothing) : stored;
}

function isFields(value: unknown): value is Fields & EmptyFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(left: unknown, nothing: Empty): boolean {
  if (Array.isArray(nothing)) return Array.isArray(left) && left.length === 0;
  return isFields(nothing) ? isFields(left) && Object.keys(left).length === 0 : Object.is(left, nothing);
}
