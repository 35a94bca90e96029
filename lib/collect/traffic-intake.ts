import type { StoredTrafficEvent } from '../model/event.ts';
import { type Micros, microsOf } from '../model/timestamp.ts';
import { type TrafficEvent, trafficIdentity, trafficStart, trafficTime } from '../model/traffic.ts';
import { bucketOfRow, type ShardPlan, type TrafficBucket } from '../model/traffic-partition.ts';
import type { EventStore, TrafficPut } from '../store/ports.ts';
import { parseTrafficRows } from './netbird/parse-row.ts';
import type { RawElement } from './netbird/split-array.ts';
import { hashOfRow, type KnownRows } from './traffic-known.ts';

/** Rows that are stored together. */
const BATCH = 500;
/** Elements of one run that are no rows and are kept raw; the others are counted, and come again at the next poll. */
const MAX_GARBAGE = 1000;

export interface IntakeSettings {
  readonly tenant: string;
  /** Stands in every row as `collectedAt`. */
  readonly now: Date;
  /** How long rows are kept; absent: for ever. */
  readonly keepMs: number | undefined;
  readonly firstRun: boolean;
  /** First-run rows older than this train rules and alert nobody. */
  readonly alertHistoryMs: number;
  readonly shards: ShardPlan;
}

/** Takes what a source serves into the store; only what is new or has grown costs anything. */
export class TrafficIntake {
  /** Rows that were new or have grown, and how many of those are history of the first run. */
  stored = 0;
  history = 0;
  /** Elements that are no row → why; and how many there were in all. */
  readonly garbage = new Map<RawElement, string>();
  garbageCount = 0;
  /** The parts of the store that were written to, and those of all rows that this process had not seen. */
  readonly touched = new Set<TrafficBucket>();
  readonly served = new Set<TrafficBucket>();
  /** Start of the oldest row served, of those that this process had not seen; and whether it had seen any. */
  oldest: Micros | undefined;
  sawKnown = false;

  readonly #events: EventStore;
  readonly #known: KnownRows;
  readonly #settings: IntakeSettings;
  #waiting: { readonly put: TrafficPut; readonly hash: string }[] = [];

  constructor(events: EventStore, known: KnownRows, settings: IntakeSettings) {
    this.#events = events;
    this.#known = known;
    this.#settings = settings;
  }

  /** Takes elements as they come, and gives what tells each apart. Stores when enough have come together. */
  async take(raws: readonly RawElement[]): Promise<string[]> {
    const hashes = raws.map(hashOfRow);
    const isFresh = hashes.map((hash) => !this.#known.has(hash));
    const fresh = hashes.filter((_, index) => isFresh[index]);
    this.sawKnown ||= fresh.length < hashes.length;
    for (const [index, parsed] of parseTrafficRows(raws.filter((_, at) => isFresh[at])).entries()) {
      if (parsed.row) this.#keep(parsed.row, fresh[index] ?? '');
      else this.#reject(parsed.raw, parsed.reason);
    }
    while (this.#waiting.length >= BATCH) await this.#store(this.#waiting.splice(0, BATCH));
    return hashes;
  }

  /** Stores what still waits. */
  async flush(): Promise<void> {
    if (this.#waiting.length > 0) await this.#store(this.#waiting.splice(0));
  }

  #keep(row: TrafficEvent, hash: string): void {
    const start = trafficStart(row)?.micros ?? 0;
    this.oldest = Math.min(this.oldest ?? start, start);
    const bucket = bucketOfRow(trafficIdentity(row), this.#settings.shards);
    this.served.add(bucket);
    this.#waiting.push({ put: { row: this.#storedRow(row), bucket }, hash });
  }

  #reject(raw: RawElement, reason: string): void {
    this.garbageCount += 1;
    if (this.garbage.size < MAX_GARBAGE) this.garbage.set(raw, reason);
  }

  async #store(batch: readonly { readonly put: TrafficPut; readonly hash: string }[]): Promise<void> {
    const fates = await this.#events.putTraffic(batch.map(({ put }) => put));
    for (const [index, { put, hash }] of batch.entries()) {
      this.#known.add(hash);
      if (fates[index] === 'known') continue;
      this.touched.add(put.bucket);
      this.stored += 1;
      if (this.#isHistory(put.row)) this.history += 1;
    }
  }

  #storedRow(row: TrafficEvent): StoredTrafficEvent {
    const { tenant, now, keepMs, firstRun } = this.#settings;
    const time = (trafficTime(row)?.micros ?? 0) / 1000;
    return {
      ...row,
      tenant,
      collectedAt: now.toISOString(),
      ...(keepMs === undefined ? {} : { expiresAt: Math.ceil((Math.max(time, now.getTime()) + keepMs) / 1000) }),
      ...(firstRun ? { firstRun: true } : {}),
    } as StoredTrafficEvent;
  }

  #isHistory(row: StoredTrafficEvent): boolean {
    const { now, alertHistoryMs } = this.#settings;
    return row.firstRun === true && (trafficTime(row)?.micros ?? 0) < microsOf(now) - alertHistoryMs * 1000;
  }
}
