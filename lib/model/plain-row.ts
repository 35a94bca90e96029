import { parseTimestamp } from './timestamp.ts';
import type { TrafficEvent } from './traffic.ts';

type Fields = Record<string, unknown>;

/** What the schema of traffic rows takes and leaves as it is: nearly every row, at a tenth of the schema's cost. */
export function isPlainRow(value: unknown): value is TrafficEvent {
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
    (user === undefined || isUser(user)) &&
    (policy === undefined || isPolicy(policy)) &&
    (icmp === undefined || isIcmp(icmp))
  );
}

function isUser(value: unknown): boolean {
  return (
    isFields(value) &&
    typeof value['id'] === 'string' &&
    typeof value['email'] === 'string' &&
    typeof value['name'] === 'string'
  );
}

function isPolicy(value: unknown): boolean {
  return isFields(value) && typeof value['id'] === 'string' && typeof value['name'] === 'string';
}

function isIcmp(value: unknown): boolean {
  return isFields(value) && typeof value['type'] === 'number' && typeof value['code'] === 'number';
}

function hasPlainCounters(row: Fields): boolean {
  return (
    typeof row['rx_bytes'] === 'number' &&
    typeof row['tx_bytes'] === 'number' &&
    isCounter(row['rx_packets']) &&
    isCounter(row['tx_packets']) &&
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
  return isTimed && (events === undefined || (Array.isArray(events) && events.every(isSubEvent)));
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
