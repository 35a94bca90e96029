import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import { type Micros, microsText, parseTimestamp, type Timestamp } from './timestamp.ts';

const timestamp = z
  .string()
  .check(
    z.refine((text) => parseTimestamp(text) !== undefined, 'is not an RFC 3339 time such as 2026-11-23T15:51:34.035Z'),
  );

/** Bytes, packets and counters. Signed, since what a rule sees of a row that grew is a difference. */
const counter = z.number();

/** `address` is `1.2.3.4:443`, `[2001:db8::1]:443`, a bare address, or with `:0` for "no port". */
const endpoint = z.looseObject({
  id: z.string(),
  name: z.string(),
  address: z.string(),
  /** UNKNOWN, PEER, HOST_RESOURCE, SUBNET_RESOURCE, DOMAIN_RESOURCE, ROUTE; open. */
  type: z.optional(z.string()),
  geo_location: z.optional(z.looseObject({ city_name: z.string(), country_code: z.string() })),
  os: z.optional(z.nullable(z.string())),
  dns_label: z.optional(z.nullable(z.string())),
});

/**
 * One row of `GET /api/events/network-traffic`. Bytes and packets are from the reporter's point of view. What is optional
 * here, older servers do not send (`window_*`, `num_of_*` since v0.75, sub-events where available).
 */
export const trafficEventSchema = z.looseObject({
  /** Neither unique nor stable: see `trafficRowKey`. */
  flow_id: z.string(),
  reporter_id: z.string(),
  source: endpoint,
  destination: endpoint,
  user: z.optional(z.looseObject({ id: z.string(), email: z.string(), name: z.string() })),
  policy: z.optional(z.looseObject({ id: z.string(), name: z.string() })),
  icmp: z.optional(z.looseObject({ type: z.number(), code: z.number() })),
  /** IANA number. */
  protocol: z.number(),
  /** INGRESS, EGRESS, DIRECTION_UNKNOWN; open. */
  direction: z.string(),
  rx_bytes: counter,
  tx_bytes: counter,
  rx_packets: z.optional(counter),
  tx_packets: z.optional(counter),
  num_of_starts: z.optional(counter),
  num_of_ends: z.optional(counter),
  num_of_drops: z.optional(counter),
  window_start: z.optional(timestamp),
  window_end: z.optional(timestamp),
  events: z.optional(z.array(z.looseObject({ type: z.string(), timestamp }))),
});
export type TrafficEvent = z.infer<typeof trafficEventSchema>;

/** What grows in a row while a flow goes on; what rules see of a change is the difference. */
export const TRAFFIC_COUNTERS = [
  'rx_bytes',
  'tx_bytes',
  'rx_packets',
  'tx_packets',
  'num_of_starts',
  'num_of_ends',
  'num_of_drops',
] as const;

/**
 * Where a row lies in the store: the start of its window, or its first sub-event where a server sends no window. It never
 * changes while the row grows. Undefined: the row has no time at all.
 */
export function trafficStart(row: TrafficEvent): Timestamp | undefined {
  return parseTimestamp(row.window_start ?? extremeOf(row, 'first') ?? '');
}

/**
 * When what a row reports happened: the start of its window; without a window, its latest sub-event, since such a row grows
 * in place and brings the bytes of days at its end.
 */
export function trafficTime(row: TrafficEvent): Timestamp | undefined {
  return parseTimestamp(row.window_start ?? extremeOf(row, 'last') ?? '');
}

function extremeOf({ events = [] }: TrafficEvent, which: 'first' | 'last'): string | undefined {
  let best: { text: string; nanos: string } | undefined;
  for (const { timestamp: text } of events) {
    const nanos = parseTimestamp(text)?.nanosText;
    if (nanos === undefined) continue;
    if (!best || (which === 'first' ? nanos < best.nanos : nanos > best.nanos)) best = { text, nanos };
  }
  return best?.text;
}

/**
 * What makes a row itself, 20 hex digits: who reported, which flow, its start to the microsecond, direction, protocol,
 * source address without its port (that of the earliest member), destination, ICMP type. Counters are no part of it.
 * Throws RangeError for a row without a time.
 */
export function trafficRowKey(row: TrafficEvent): string {
  return rowKeyOf(row, microsText(startOf(row)));
}

function rowKeyOf(row: TrafficEvent, start: string): string {
  const { reporter_id, flow_id, direction, protocol, source, destination, icmp } = row;
  const { ip } = splitAddress(source.address);
  const parts = [reporter_id, flow_id, start, direction, protocol, ip, destination.address, icmp?.type ?? 0];
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 20);
}

/** `<start, 6 fraction digits>#<row key>`: the row's sort key. Throws RangeError for a row without a time. */
export function trafficIdentity(row: TrafficEvent): string {
  const start = microsText(startOf(row));
  return `${start}#${rowKeyOf(row, start)}`;
}

function startOf(row: TrafficEvent): Micros {
  const start = trafficStart(row);
  if (!start) throw new RangeError('a traffic row without window_start and sub-events has no time');
  return start.micros;
}

/** Fields that rules may use beside the API's own; docs/writing-rules.md lists them. */
export interface DerivedTrafficFields {
  /** rx + tx: of one row, both directions of the flow. Never sum it over both reporters: see `is_reporter_source`. */
  readonly total_bytes: number;
  readonly total_packets: number;
  readonly src_ip: string;
  /** Absent where there is no port. */
  readonly src_port?: number;
  readonly dst_ip: string;
  readonly dst_port?: number;
  /** The reporter is the flow's source peer: true for one of the rows that both ends report. */
  readonly is_reporter_source: boolean;
  /** P2P where the reporter is one of the two ends (the API does not say it), else ROUTED. */
  readonly connection_type: 'P2P' | 'ROUTED';
  /** False: no bytes and no packets although there were starts or ends: the reporter does not count (kernel mode). */
  readonly has_counters: boolean;
}

/** The row as rules see it: the API's own fields, and the derived ones. An API field of the same name is kept. */
export function withDerivedFields(row: TrafficEvent): TrafficEvent & DerivedTrafficFields {
  return { ...derivedFields(row), ...row };
}

/** What is derived of a row. */
export function derivedFields(row: TrafficEvent): DerivedTrafficFields {
  const source = splitAddress(row.source.address);
  const destination = splitAddress(row.destination.address);
  const total_bytes = row.rx_bytes + row.tx_bytes;
  const total_packets = (row.rx_packets ?? 0) + (row.tx_packets ?? 0);
  return {
    total_bytes,
    total_packets,
    src_ip: source.ip,
    ...(source.port === undefined ? {} : { src_port: source.port }),
    dst_ip: destination.ip,
    ...(destination.port === undefined ? {} : { dst_port: destination.port }),
    is_reporter_source: row.reporter_id !== '' && row.reporter_id === row.source.id,
    connection_type: connectionTypeOf(row),
    has_counters: total_bytes !== 0 || total_packets !== 0,
  };
}

/** The answer does not say it; NetBird's dashboard tells the two apart like this. */
export function connectionTypeOf({ reporter_id, source, destination }: TrafficEvent): 'P2P' | 'ROUTED' {
  return reporter_id === source.id || reporter_id === destination.id ? 'P2P' : 'ROUTED';
}

/** `1.2.3.4:443`, `[2001:db8::1]:443`, `1.2.3.4`, `2001:db8::1`, `:0`. Port 0 is none. */
export function splitAddress(address: string): { readonly ip: string; readonly port?: number } {
  const colon = address.indexOf(':');
  if (colon < 0) return { ip: address };
  // Nearly all are an IPv4 address and a port.
  const digitsOnly = colon > 0 ? portAt(address, colon + 1) : undefined;
  if (digitsOnly !== undefined && address.charCodeAt(0) !== BRACKET) {
    return digitsOnly === 0 ? { ip: address.slice(0, colon) } : { ip: address.slice(0, colon), port: digitsOnly };
  }
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(address) ?? [];
  const ip = bracketed ?? plain;
  // More than one colon and no brackets: a bare IPv6 address.
  if (ip === undefined) return { ip: address };
  const port = Number(digits ?? 0);
  return port === 0 ? { ip } : { ip, port };
}

const BRACKET = 91;

/** The number that the text ends with from `start` on, of one to five digits; undefined where there is anything else. */
function portAt(text: string, start: number): number | undefined {
  const count = text.length - start;
  if (count < 1 || count > 5) return undefined;
  let port = 0;
  for (let at = start; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return undefined;
    port = port * 10 + digit;
  }
  return port;
}
