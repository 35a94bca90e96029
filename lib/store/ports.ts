/** What the steps need of a store. Adapters: `dynamodb/` and `memory/`; one contract suite runs over both. */
import type { Alert, AlertStatus } from '../model/alert.ts';
import type { AuditEvent, Source, StoredEvent, StoredTrafficEvent } from '../model/event.ts';
import type { Micros } from '../model/timestamp.ts';
import type { TrafficBucket } from '../model/traffic-partition.ts';
import type { TrafficSum } from '../model/traffic-sum.ts';

export interface EventStore {
  /**
   * Puts each event on condition that it is not there. True where it was new.
   * Oldest first: a death half-way leaves a prefix in event order.
   */
  putNew(events: readonly StoredEvent<AuditEvent>[]): Promise<boolean[]>;
  /** Writes in batches without a condition: only for events whose keys were asked for and are unknown. */
  putUnknown(events: readonly StoredEvent<AuditEvent>[]): Promise<void>;
  /** Identities (`auditIdentity`) of the stored audit events in [from, to]. Consistent. */
  knownIdentities(tenant: string, from: Micros, to: Micros): Promise<Set<string>>;
  /** Whether one audit event is stored. Consistent. */
  has(tenant: string, event: AuditEvent): Promise<boolean>;
  /**
   * Stores traffic rows that are new or have grown (`furtherRow`); each such row is written once, others not at all, and
   * no counter ever falls. Says what became of each, in the order given; of several copies of one row, the last says it.
   */
  putTraffic(rows: readonly TrafficPut[]): Promise<TrafficFate[]>;
  /** Rows of one part of the store, by the start of their window. What was stored within the last second may miss. */
  trafficIn(tenant: string, bucket: TrafficBucket): AsyncIterable<StoredTrafficEvent>;
  /** Stores what the rows of an hour come to; sums that are stored as they are are not written again. */
  putTrafficSums(hour: TrafficHour, sums: readonly TrafficSum[]): Promise<void>;
  /** Keeps what could not be understood. True when it was new. */
  putQuarantined(row: QuarantinedRow): Promise<boolean>;
  /** Overwrites the watermark item of one partition (UTC day or hour): its stream record closes windows. */
  putWatermark(watermark: WatermarkRow): Promise<void>;
  /** Stored events, oldest first within the best index for the question. */
  query(query: EventQuery): AsyncIterable<StoredEvent>;
}

export interface TrafficPut {
  readonly row: StoredTrafficEvent;
  /** The part of the store that the row lies in; always the same for one row. */
  readonly bucket: TrafficBucket;
}

export interface TrafficHour {
  readonly tenant: string;
  /** `YYYY-MM-DDTHH` */
  readonly hour: string;
  /** Epoch seconds. */
  readonly expiresAt?: number | undefined;
}

/** `new`: first seen. `grown`: written anew. `known`: it says nothing that is not stored. */
export type TrafficFate = 'new' | 'grown' | 'known';

export interface QuarantinedRow {
  readonly tenant: string;
  readonly source: Source;
  /** RFC 3339, milliseconds. */
  readonly receivedAt: string;
  /** The bytes as they came, cut at 100 KB. */
  readonly raw: string;
  /** Why it was not understood: field and complaint. */
  readonly reason: string;
  readonly expiresAt?: number;
}

export interface WatermarkRow {
  readonly tenant: string;
  readonly source: Source;
  /** `YYYY-MM-DD` (audit), a `TrafficBucket` (traffic). */
  readonly bucket: string;
  readonly upTo: Micros;
  /**
   * [lostFrom, lostTo) was never read and never will be: older than what the source kept when it was asked, or cut off by
   * it. Of a first run: from 0 to where its history begins. What happened there is unknown, which is not nothing.
   */
  readonly lostFrom?: Micros;
  readonly lostTo?: Micros;
  /** Of a first run: the first day or hour of those that are written with this time. */
  readonly from?: string;
}

export interface EventQuery {
  readonly tenant: string;
  readonly since?: Micros;
  readonly until?: Micros;
  readonly activity?: string;
  /** Ids, as stored in `initiator_id` / `target_id`. */
  readonly actorId?: string;
  readonly targetId?: string;
}

/**
 * Versioned items of the State table. `key` is `<kind>#<tenant>#…`; `body` is JSON, at most 350 KB.
 * Cursors, leases, names, lists, rule state and open alerts are all made of this.
 */
export interface StateItem {
  readonly key: string;
  /** 1 for the first write; each write adds 1. */
  readonly version: number;
  readonly body: unknown;
  /** Sparse index of what must be looked at again: by event time (microseconds), or 0 for "at once". */
  readonly due?: { readonly for: string; readonly at: number };
  /** Epoch seconds. */
  readonly expiresAt?: number;
}

export interface StateStore {
  /** Consistent; absent keys are absent from the map. */
  getMany(keys: readonly string[]): Promise<Map<string, StateItem>>;
  /** Writes on condition that the stored version is `item.version - 1` (none stored: 0). */
  put(item: StateItem): Promise<'written' | 'conflict'>;
  /**
   * Writes first versions in batches without a condition: only for keys that were asked for and are unknown, and where
   * losing a race does no harm.
   */
  putUnknown(items: readonly StateItem[]): Promise<void>;
  delete(key: string, version: number): Promise<'deleted' | 'conflict'>;
  /** Keys of items due for `dueFor` at or before `upTo`, earliest first. May lag behind the last writes. */
  due(dueFor: string, upTo: number): AsyncIterable<string>;
  /** Every item whose key starts with `prefix`. A scan: for people's commands, not for the pipeline. */
  scan(prefix: string): AsyncIterable<StateItem>;
}

export interface AlertStore {
  /** Writes what dispatch knows of an alert, unless the row has this revision or a newer one. Leaves notices alone. */
  upsert(alert: Alert, expiresAt?: number): Promise<void>;
  /** Consistent. */
  get(tenant: string, id: string): Promise<Alert | undefined>;
  /**
   * Moves the outbox from `toSendAt` to `until` (epoch ms) on condition that it still holds `toSendAt`: only who gets
   * true may send, and `until` is when another may. False: somebody else did.
   */
  claim(tenant: string, id: string, claim: { toSendAt: number; until: number }): Promise<boolean>;
  /** Empties the outbox on condition that it still holds `toSendAt`. False: somebody else did. */
  markSent(tenant: string, id: string, sent: { toSendAt: number; notifiedAt: number; count: number }): Promise<boolean>;
  /** Alerts whose outbox is due at or before `upTo` (epoch ms), earliest first. May lag. */
  toSend(tenant: string, upTo: number): AsyncIterable<string>;
  /** Newest first. */
  list(query: { tenant: string; status?: AlertStatus; rule?: string; since?: Micros }): AsyncIterable<Alert>;
}
