import { createHash } from 'node:crypto';
import { type AuditEvent, auditIdentity, type StoredEvent, type StoredTrafficEvent } from '../../model/event.ts';
import { type Micros, microsText } from '../../model/timestamp.ts';
import { trafficIdentity } from '../../model/traffic.ts';
import type { TrafficBucket } from '../../model/traffic-partition.ts';
import { sumKey, type TrafficSum } from '../../model/traffic-sum.ts';
import { grownRow } from '../grown-row.ts';
import type {
  EventQuery,
  EventStore,
  QuarantinedRow,
  TrafficFate,
  TrafficHour,
  TrafficPut,
  WatermarkRow,
} from '../ports.ts';

type Audit = StoredEvent<AuditEvent>;

/** Events in this process: for backtests and tests of rules. */
export class MemoryEventStore implements EventStore {
  /** tenant → identity → event. */
  readonly #events = new Map<string, Map<string, Audit>>();
  /** tenant → identities in event order; absent after a put, made again by the next reader. */
  readonly #sorted = new Map<string, string[]>();
  /** `<tenant>#traffic#<bucket>|<identity>` → row. */
  readonly traffic = new Map<string, StoredTrafficEvent>();
  /** `<tenant>#<hour>#<sumKey>` → what rows come to. */
  readonly sums = new Map<string, TrafficSum>();
  readonly quarantined = new Map<string, QuarantinedRow>();
  /** `<tenant>#<source>#<bucket>` → its newest watermark. */
  readonly watermarks = new Map<string, WatermarkRow>();

  async putNew(events: readonly Audit[]): Promise<boolean[]> {
    return events.map((event) => this.#putIfAbsent(event));
  }

  async putUnknown(events: readonly Audit[]): Promise<void> {
    for (const event of events) this.#putIfAbsent(event);
  }

  async knownIdentities(tenant: string, from: Micros, to: Micros): Promise<Set<string>> {
    return new Set(this.#identitiesIn(tenant, from, to));
  }

  async has(tenant: string, event: AuditEvent): Promise<boolean> {
    return this.#events.get(tenant)?.has(auditIdentity(event)) ?? false;
  }

  async putTraffic(rows: readonly TrafficPut[]): Promise<TrafficFate[]> {
    const keys = rows.map(({ row, bucket }) => `${row.tenant}#traffic#${bucket}|${trafficIdentity(row)}`);
    const fates = new Map<string, TrafficFate>();
    for (const [index, { row }] of rows.entries()) {
      const key = keys[index] ?? '';
      const fate = this.#putRow(key, row);
      if (fate === 'new' || (fate === 'grown' && !fates.has(key))) fates.set(key, fate);
    }
    const last = new Map(keys.map((key, index) => [key, index]));
    return keys.map((key, index) => (last.get(key) === index ? (fates.get(key) ?? 'known') : 'known'));
  }

  async *trafficIn(tenant: string, bucket: TrafficBucket): AsyncIterable<StoredTrafficEvent> {
    const begin = `${tenant}#traffic#${bucket}|`;
    for (const key of [...this.traffic.keys()].filter((each) => each.startsWith(begin)).sort()) {
      const row = this.traffic.get(key);
      if (row) yield row;
    }
  }

  async putTrafficSums({ tenant, hour }: TrafficHour, sums: readonly TrafficSum[]): Promise<void> {
    for (const sum of sums) this.sums.set(`${tenant}#${hour}#${sumKey(sum)}`, sum);
  }

  async putQuarantined(row: QuarantinedRow): Promise<boolean> {
    const hash = createHash('sha256').update(row.raw).digest('hex').slice(0, 16);
    const key = `${row.tenant}#${row.receivedAt}#${hash}`;
    if (this.quarantined.has(key)) return false;
    this.quarantined.set(key, row);
    return true;
  }

  async putWatermark(watermark: WatermarkRow): Promise<void> {
    this.watermarks.set(`${watermark.tenant}#${watermark.source}#${watermark.bucket}`, watermark);
  }

  async *query(query: EventQuery): AsyncIterable<StoredEvent> {
    const events = this.#events.get(query.tenant);
    const identities = this.#identitiesIn(query.tenant, query.since ?? 0, query.until ?? Number.MAX_SAFE_INTEGER);
    for (const identity of identities) {
      const event = events?.get(identity);
      if (event && matches(event, query)) yield event;
    }
  }

  #putRow(key: string, row: StoredTrafficEvent): TrafficFate {
    const before = this.traffic.get(key);
    const next = before ? grownRow(before, row) : row;
    if (!next) return 'known';
    this.traffic.set(key, next);
    return before ? 'grown' : 'new';
  }

  #putIfAbsent(event: Audit): boolean {
    const events = this.#events.get(event.tenant) ?? new Map<string, Audit>();
    this.#events.set(event.tenant, events);
    const identity = auditIdentity(event);
    if (events.has(identity)) return false;
    events.set(identity, event);
    this.#sorted.delete(event.tenant);
    return true;
  }

  #identitiesIn(tenant: string, from: Micros, to: Micros): string[] {
    const sorted = this.#sorted.get(tenant) ?? [...(this.#events.get(tenant)?.keys() ?? [])].sort();
    this.#sorted.set(tenant, sorted);
    const [low, high] = [microsText(Math.max(0, from)), `${microsText(Math.max(0, to))}#~`];
    return from > to ? [] : sorted.filter((identity) => identity >= low && identity <= high);
  }
}

function matches(event: Audit, query: EventQuery): boolean {
  const { activity = '', actorId = '', targetId = '' } = query;
  return (
    (activity === '' || event.activity_code === activity) &&
    (actorId === '' || event.initiator_id === actorId) &&
    (targetId === '' || event.target_id === targetId)
  );
}
