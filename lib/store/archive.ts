/** How history is read: newest first, however much there is. Adapter: `dynamodb/archive.ts`. */
import type { StoredEvent, StoredTrafficEvent } from '../model/event.ts';
import { type Micros, parseTimestamp } from '../model/timestamp.ts';

/** Reads what was stored, as it was first seen. Both feeds throw StoreError, and read on only while they are asked. */
export interface Archive {
  /** Audit events by their full-precision time, then numeric id, both descending. */
  audit(query: AuditHistoryQuery): AsyncIterable<StoredEvent>;
  /** Traffic rows by the start of their window (microseconds), then row key, both descending. */
  traffic(query: TrafficHistoryQuery): AsyncIterable<StoredTrafficRow>;
  /** How many traffic rows there are, counted as far as `most`. Costs as many read units as to read them, and no more. */
  countTraffic(query: TrafficRange, most: number): Promise<number>;
}

export interface AuditHistoryQuery {
  readonly tenant: string;
  /** First and last microsecond. Absent: no bound. */
  readonly since?: Micros;
  readonly until?: Micros;
  /** An activity code; `*` stands for any text: `peer.*`, `*.delete`. */
  readonly activity?: string;
  /** Ids, as stored in `initiator_id` / `target_id`. */
  readonly initiatorId?: string;
  readonly targetId?: string;
  /** Only what comes after this in the order, which is older. */
  readonly after?: AuditPosition;
  /** How many the reader means to take: about so many are read, and more when it goes on. Absent: all. */
  readonly expected?: number;
}

/** Where an audit event stands in the order. It stays there for ever, whatever is stored later. */
export interface AuditPosition {
  /** The event's time, 9 fraction digits. */
  readonly nanosText: string;
  /** The event's id, decimal digits. */
  readonly id: string;
}

export interface TrafficRange {
  readonly tenant: string;
  /** First and last microsecond of the start of a row's window (without a window: of its first sub-event). */
  readonly since: Micros;
  readonly until: Micros;
  /** Only rows after the one with this sort key in the order, which are older. */
  readonly after?: string;
}

export interface TrafficHistoryQuery extends TrafficRange {
  /** Only what this peer reported. */
  readonly reporterId?: string;
  /** As for audit events. */
  readonly expected?: number;
}

export interface StoredTrafficRow {
  /** `trafficIdentity(row)`: where it stands in the order, also when it grows. */
  readonly sortKey: string;
  /** Made when it is first asked for: what is only passed over costs little. */
  readonly row: StoredTrafficEvent;
}

/** Where an event that its schema has accepted stands in the order. */
export function auditPosition(event: { readonly timestamp: string; readonly id: string }): AuditPosition {
  const time = parseTimestamp(event.timestamp);
  if (!time) throw new RangeError('auditPosition needs an event that its schema has accepted');
  return { nanosText: time.nanosText, id: event.id };
}

/** Negative where `a` comes before `b`: it is newer, or as new with a higher id. */
export function newestFirst(a: AuditPosition, b: AuditPosition): number {
  if (a.nanosText !== b.nanosText) return a.nanosText > b.nanosText ? -1 : 1;
  const [one, other] = [a.id.replace(/^0+/, ''), b.id.replace(/^0+/, '')];
  // Decimal integers of any length: the longer is the higher.
  if (one.length !== other.length) return other.length - one.length;
  return one === other ? 0 : one > other ? -1 : 1;
}

/** Whether `code` fits a pattern in which `*` stands for any text, also none. */
export function fitsActivity(pattern: string, code: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  if (others.length === 0) return code === pattern;
  const last = others.pop() ?? '';
  if (!code.startsWith(first) || code.length < first.length + last.length || !code.endsWith(last)) return false;
  const end = code.length - last.length;
  let from = first.length;
  for (const part of others) {
    const at = code.indexOf(part, from);
    if (at < 0 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}
