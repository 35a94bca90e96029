import type { AuditEvent, Source, SourceEvent } from './event.ts';
import type { Micros } from './timestamp.ts';

/**
 * Where something stands in an ordered stream. Order holds within one `partition` only (a source partition key, or
 * the key of the state that caused it); `sequence` is a decimal number of 1 to 40 digits.
 */
export interface Position {
  /** The stream's ARN: a re-created stream starts its numbers anew. `state` for what another state caused. */
  readonly stream: string;
  readonly partition: string;
  readonly sequence: string;
}

/** What detect reads: one stored event, or the news that everything up to a time is in. */
export type Change = EventChange | WatermarkChange;

export interface EventChange {
  readonly kind: 'event';
  readonly tenant: string;
  readonly source: Source;
  readonly event: SourceEvent;
  /** Event time. */
  readonly at: Micros;
  /** Sorts events of one source as rules see them: time to the nanosecond, then numeric id. */
  readonly order: EventOrder;
  /** True for the first run's old history: it trains state and alerts nobody. */
  readonly history: boolean;
  /** A traffic row that was seen before and has grown: `event` holds the differences of its counters. */
  readonly growth?: true;
  readonly position: Position;
}

export interface EventOrder {
  readonly nanosText: string;
  readonly id: string;
}

export interface WatermarkChange {
  readonly kind: 'watermark';
  readonly tenant: string;
  readonly source: Source;
  /** The UTC day (audit) or `TrafficBucket` whose partition says so. */
  readonly bucket: string;
  /** The first day or hour that a first run had to say of; nothing is known to be in before all of them have spoken. */
  readonly from?: string;
  /** Everything up to this event time is in. */
  readonly upTo: Micros;
  /**
   * [lostFrom, lostTo) was never read and never will be: older than what the source kept when it was asked, or cut off by
   * it. Of a first run: from 0 to where its history begins. What happened there is unknown, which is not nothing.
   */
  readonly lostFrom?: Micros;
  readonly lostTo?: Micros;
  readonly position: Position;
}

/** (timestamp, numeric id): the order in which rules see events. Ids are decimal text of any length. */
export function compareOrder(a: EventOrder, b: EventOrder): number {
  if (a.nanosText !== b.nanosText) return a.nanosText < b.nanosText ? -1 : 1;
  return compareDecimal(a.id, b.id);
}

const ZERO = 48;

/** Compares decimal integers of any length; other text after them, as text. */
export function compareDecimal(a: string, b: string): number {
  // Most are of one length, without zeros before them: such text compares as it stands.
  if (a.length === b.length && a.charCodeAt(0) !== ZERO && b.charCodeAt(0) !== ZERO) return a < b ? -1 : a > b ? 1 : 0;
  const [x, y] = [a.replace(/^0+(?=\d)/, ''), b.replace(/^0+(?=\d)/, '')];
  if (x.length !== y.length) return x.length - y.length;
  if (x === y) return 0;
  return x < y ? -1 : 1;
}

export function isAuditEvent(event: SourceEvent): event is AuditEvent {
  return 'activity_code' in event;
}
