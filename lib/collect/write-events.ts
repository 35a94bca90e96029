import { compareOrder } from '../model/change.ts';
import type { Clock } from '../model/clock.ts';
import type { AuditEvent, StoredEvent } from '../model/event.ts';
import { type Micros, microsOf, parseTimestamp } from '../model/timestamp.ts';
import type { Lease } from '../store/lease.ts';
import { type NameCache, rememberNames } from '../store/names.ts';
import type { EventStore, StateStore } from '../store/ports.ts';

/** Up to so many are put on condition, one by one; more have been asked for and go in batches. */
export const PUT_ALONE = 25;
/** Events between two looks at the clock and the lease. */
const BATCH = 250;

export interface WriteDeps {
  readonly events: EventStore;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly lease: Lease;
}

export interface WriteSettings {
  readonly tenant: string;
  /** Stands in every row as `collectedAt`. */
  readonly now: Date;
  readonly keepMs: number | undefined;
  readonly firstRun: boolean;
  /** First-run events older than this train rules and alert nobody. */
  readonly alertHistoryMs: number;
  /** No batch but the first begins after this (epoch ms). */
  readonly until: number;
}

/** What was stored: a prefix of the events in event order, all of them unless time or lease ran out. */
export interface Written {
  readonly prefix: readonly AuditEvent[];
  /** How many of them were new, and how many of those are history of the first run. */
  readonly stored: number;
  readonly history: number;
}

/** Events as rules see them: oldest first, then by id. */
export function inEventOrder(events: Iterable<AuditEvent>): AuditEvent[] {
  const keyed = [...events].map((event) => ({
    event,
    order: { nanosText: parseTimestamp(event.timestamp)?.nanosText ?? '', id: event.id },
  }));
  return keyed.sort((a, b) => compareOrder(a.order, b.order)).map(({ event }) => event);
}

/** Stores events that nobody is known to have stored, oldest first, each batch's names before its events. */
export async function writeEvents(
  deps: WriteDeps,
  settings: WriteSettings,
  events: readonly AuditEvent[],
): Promise<Written> {
  const { tenant, until } = settings;
  let written = 0;
  let stored = 0;
  let history = 0;
  const names: NameCache = new Map();
  while (written < events.length) {
    const now = deps.clock().getTime();
    if (written > 0 && now >= until) break;
    if (!(await deps.lease.extend(now))) break;
    const batch = events.slice(written, written + BATCH);
    await rememberNames(deps.state, tenant, batch, names);
    const rows = batch.map((event) => rowOf(event, settings));
    const added = events.length <= PUT_ALONE ? await putAlone(deps.events, rows) : await putBatch(deps.events, rows);
    written += batch.length;
    stored += added.length;
    history += added.filter((row) => isHistory(row, settings)).length;
  }
  return { prefix: events.slice(0, written), stored, history };
}

type Row = StoredEvent<AuditEvent>;

async function putAlone(store: EventStore, rows: readonly Row[]): Promise<Row[]> {
  const isNew = await store.putNew(rows);
  return rows.filter((_row, index) => isNew[index]);
}

async function putBatch(store: EventStore, rows: readonly Row[]): Promise<readonly Row[]> {
  await store.putUnknown(rows);
  return rows;
}

function rowOf(event: AuditEvent, { tenant, now, keepMs, firstRun }: WriteSettings): Row {
  const row: Row = { ...event, tenant, source: 'audit', collectedAt: now.toISOString() };
  // From the later of both times: once the row is gone, the event itself is older than `keepMs`, and known to be.
  if (keepMs !== undefined) row.expiresAt = Math.ceil((Math.max(millisOf(event), now.getTime()) + keepMs) / 1000);
  if (firstRun) row.firstRun = true;
  return row;
}

function isHistory(row: Row, { now, alertHistoryMs }: WriteSettings): boolean {
  return row.firstRun === true && microsAt(row) < microsOf(now) - alertHistoryMs * 1000;
}

function microsAt(event: AuditEvent): Micros {
  return parseTimestamp(event.timestamp)?.micros ?? 0;
}

function millisOf(event: AuditEvent): number {
  return microsAt(event) / 1000;
}
