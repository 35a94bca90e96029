import type { Micros } from '../model/timestamp.ts';
import type { ShardPlan } from '../model/traffic-partition.ts';
import type { StateStore } from './ports.ts';

/** State `cursor#<tenant>#audit`: how far the audit log is collected. */
export interface AuditCursor {
  /** Everything that was served up to this event time is stored. Absent: no event was ever served. */
  readonly mark?: Micros | undefined;
  /** The greatest id stored, decimal text; it starts anew when the server lost its log. */
  readonly highestId?: string | undefined;
  /** Wall clock (epoch ms): when the whole answer was last read. */
  readonly lastFullReadAt?: number | undefined;
  /** Everything up to this time is in, as the last watermark said. */
  readonly watermark?: Micros | undefined;
  /** The history that was there before anybody watched is stored. */
  readonly firstRunDone: boolean;
}

export interface StoredCursor {
  readonly cursor: AuditCursor;
  /** 0: there is none yet. */
  readonly version: number;
}

export const NEW_CURSOR: AuditCursor = { firstRunDone: false };

export function cursorKey(tenant: string): string {
  return `cursor#${tenant}#audit`;
}

export async function loadCursor(state: StateStore, tenant: string): Promise<StoredCursor> {
  const key = cursorKey(tenant);
  const item = (await state.getMany([key])).get(key);
  return { cursor: (item?.body as AuditCursor | undefined) ?? NEW_CURSOR, version: item?.version ?? 0 };
}

/** False: another run has moved it, and its word counts. */
export async function saveCursor(
  state: StateStore,
  tenant: string,
  { cursor, version }: StoredCursor,
): Promise<boolean> {
  return (await state.put({ key: cursorKey(tenant), version: version + 1, body: cursor })) === 'written';
}

/** State `cursor#<tenant>#traffic`: how far traffic is collected. Times of day are wall clock, epoch ms. */
export interface TrafficCursor {
  /** Everything up to this event time is in, as the last watermark said. Absent until the first run is done. */
  readonly watermark?: Micros | undefined;
  /** Of a first run that goes on: where it began, the oldest row that it met, and up to where everything is stored. */
  readonly firstRun?:
    | { readonly from: Micros; readonly oldest?: Micros | undefined; readonly reached: Micros }
    | undefined;
  readonly lastPollAt?: number | undefined;
  /** When a range was last read to its end. */
  readonly advancedAt?: number | undefined;
  /** What was served up to the last poll's end is stored; false: the next poll goes on at once. */
  readonly caughtUp: boolean;
  /** How long a range was read last time; shorter where time did not suffice. Milliseconds. */
  readonly sliceMs?: number | undefined;
  /** When late rows were last looked for, and up to where a search that goes on has come. */
  readonly sweptAt?: number | undefined;
  readonly sweepReached?: Micros | undefined;
  /** After a long outage: up to where rows were stored before it, until it is known whether some have passed unseen. */
  readonly silentSince?: Micros | undefined;
  /** Where hourly sums are kept: up to where they are made; what comes later into an hour before is added at once. */
  readonly summedUntil?: Micros | undefined;
  /** The server, the plan or the token's user has no traffic events; when that was last found. */
  readonly unavailableAt?: number | undefined;
  readonly shards: ShardPlan;
}

export interface StoredTrafficCursor {
  readonly cursor: TrafficCursor;
  /** 0: there is none yet. */
  readonly version: number;
}

export const NEW_TRAFFIC_CURSOR: TrafficCursor = { caughtUp: false, shards: [] };

export function trafficCursorKey(tenant: string): string {
  return `cursor#${tenant}#traffic`;
}

export async function loadTrafficCursor(state: StateStore, tenant: string): Promise<StoredTrafficCursor> {
  const key = trafficCursorKey(tenant);
  const item = (await state.getMany([key])).get(key);
  return { cursor: (item?.body as TrafficCursor | undefined) ?? NEW_TRAFFIC_CURSOR, version: item?.version ?? 0 };
}

/** False: another run has moved it, and its word counts. */
export async function saveTrafficCursor(
  state: StateStore,
  tenant: string,
  { cursor, version }: StoredTrafficCursor,
): Promise<boolean> {
  return (await state.put({ key: trafficCursorKey(tenant), version: version + 1, body: cursor })) === 'written';
}
