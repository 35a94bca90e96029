/** What live would be told of events, in the order given. */
import type { EventChange, EventOrder, Position } from '../model/change.ts';
import type { AuditEvent, Source } from '../model/event.ts';
import { dayOf, type Micros, parseTimestamp } from '../model/timestamp.ts';
import {
  type DerivedTrafficFields,
  derivedFields,
  type TrafficEvent,
  trafficRowKey,
  trafficTime,
} from '../model/traffic.ts';
import { growthOf, progressOf } from '../model/traffic-growth.ts';
import { type Seen, SeenRows } from './seen-rows.ts';
import { TimeReader } from './time-reader.ts';

/** Makes changes of events and numbers them, as one stream would. */
export class ReplayedChanges {
  readonly #tenant: string;
  readonly #seen = new SeenRows();
  readonly #times = new TimeReader();
  /** One partition for all rows: a replay is one stream. */
  readonly #rows: string;
  #count = 0;

  constructor(tenant: string) {
    this.#tenant = tenant;
    this.#rows = `${tenant}#traffic`;
  }

  /** Throws RangeError for an event without a time. */
  ofAudit(event: AuditEvent, source: Source = 'audit'): EventChange {
    const time = parseTimestamp(event.timestamp);
    if (!time) throw noTime(event);
    const tenant = this.#tenant;
    const order = { nanosText: time.nanosText, id: event.id };
    const position = this.#position(`${tenant}#${source}#${dayOf(time.micros)}`);
    return { kind: 'event', tenant, source, event, at: time.micros, order, history: false, position };
  }

  /**
   * Of a row's first copy all of it, of later ones what has come since; undefined where that is nothing. The row itself
   * gets the derived fields. Throws RangeError for a row without a time.
   */
  ofRow(served: TrafficEvent): EventChange | undefined {
    const start = this.#startOf(served);
    const seen = this.#seen.take(served, start);
    if (!seen) return undefined;
    const event = seen.before ? growthOf(seen.before, seen.row) : seen.row;
    if (!event) return undefined;
    const at = served.window_start === undefined ? (trafficTime(seen.row)?.micros ?? start) : start;
    const position = this.#position(this.#rows);
    return new RowChange(this.#tenant, withDerived(event), at, seen, position);
  }

  #startOf(row: TrafficEvent): Micros {
    const start = row.window_start === undefined ? startWithoutWindow(row) : this.#times.micros(row.window_start);
    if (start === undefined) throw noTime(row);
    return start;
  }

  #position(partition: string): Position {
    this.#count += 2;
    return { stream: 'replay', partition, sequence: String(this.#count - 1) };
  }
}

/** Its order among rows of one time is asked for seldom, and dear: a hash. */
class RowChange implements EventChange {
  readonly kind = 'event';
  readonly source = 'traffic';
  readonly history = false;
  readonly tenant: string;
  readonly event: TrafficEvent;
  readonly at: Micros;
  readonly growth?: true;
  readonly position: Position;
  readonly #seen: Seen;
  #order: EventOrder | undefined;

  constructor(tenant: string, event: TrafficEvent, at: Micros, seen: Seen, position: Position) {
    this.tenant = tenant;
    this.event = event;
    this.at = at;
    this.position = position;
    this.#seen = seen;
    if (seen.before) this.growth = true;
  }

  get order(): EventOrder {
    this.#order ??= orderOf(this.#seen);
    return this.#order;
  }
}

function orderOf({ row, before }: Seen): EventOrder {
  const key = trafficRowKey(row);
  const nanosText = trafficTime(row)?.nanosText ?? '';
  return { nanosText, id: before ? `${key}+${progressOf(row)}` : key };
}

const DERIVED: readonly (keyof DerivedTrafficFields)[] = [
  'total_bytes',
  'total_packets',
  'src_ip',
  'src_port',
  'dst_ip',
  'dst_port',
  'is_reporter_source',
  'connection_type',
  'has_counters',
];

/** In place: a copy of every row would cost more than all that is derived. */
function withDerived(row: TrafficEvent): TrafficEvent {
  const derived = derivedFields(row);
  const isServed = DERIVED.some((name) => name in row);
  return Object.assign(row, isServed ? { ...derived, ...row } : derived);
}

function startWithoutWindow({ events = [] }: TrafficEvent): Micros | undefined {
  const times = events.flatMap(({ timestamp }) => parseTimestamp(timestamp)?.micros ?? []);
  return times.length > 0 ? Math.min(...times) : undefined;
}

function noTime(event: object): RangeError {
  return new RangeError(`an event has no time that can be read: ${JSON.stringify(event).slice(0, 200)}`);
}
