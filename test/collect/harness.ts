import {
  type CollectDeps,
  type CollectReport,
  type CollectSettings,
  collectAudit,
} from '../../lib/collect/collect-audit.ts';
import { netbirdAuditSource } from '../../lib/collect/netbird/audit-source.ts';
import type { AuditEvent, StoredEvent } from '../../lib/model/event.ts';
import { auditIdentity } from '../../lib/model/event.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { type AuditCursor, loadCursor } from '../../lib/store/cursor.ts';
import { createMemoryStores } from '../../lib/store/memory/index.ts';
import type { EventStore, StateItem, StateStore } from '../../lib/store/ports.ts';

export const TENANT = 'default';
export const SECOND = 1000;
export const HOUR = 3_600_000;

/** An event `ago` milliseconds before noon of 23 November 2026. */
export function auditEvent(id: number, ago: number, more: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id: String(id),
    timestamp: new Date(NOON.getTime() - ago).toISOString(),
    activity: 'Group updated',
    activity_code: 'group.update',
    initiator_id: 'u1',
    initiator_name: 'Tom',
    initiator_email: 'tom@harbor.example',
    target_id: 'g1',
    meta: { old_name: 'a', new_name: 'b' },
    ...more,
  };
}

export const NOON = new Date('2026-11-23T12:00:00Z');

export function newestFirst(events: readonly AuditEvent[]): AuditEvent[] {
  return [...events].sort((a, b) => (auditIdentity(a) < auditIdentity(b) ? 1 : -1));
}

interface Served {
  readonly status?: number;
  readonly contentType?: string;
  readonly body: string;
  /** Cut the connection after the body. */
  readonly cut?: boolean;
  /** The answer's own time; default: the clock's. */
  readonly date?: Date;
}

/** Stores, a source that answers what it is told, and a clock that stands still. */
export class Harness {
  now = NOON;
  /** Moves the clock at each call of a store. */
  costMs = 0;
  /** Moves the clock at each look at it. */
  lookMs = 0;
  /** Throws at the n-th call of a store or of `tell` from now, counted down. */
  dieAfter = Number.POSITIVE_INFINITY;
  answer: Served = { body: '[]' };
  readonly stores = createMemoryStores();
  /** By id and position, as the receiver counts them. */
  readonly told = new Map<string, Finding>();
  readonly pauses: number[] = [];
  /** What was put, in order. */
  readonly puts: string[] = [];
  readonly deps: CollectDeps;

  constructor() {
    const clock = () => {
      this.now = new Date(this.now.getTime() + this.lookMs);
      return this.now;
    };
    const fetch = async () => this.#respond();
    this.deps = {
      source: netbirdAuditSource({ url: 'https://nb.example', token: async () => 'nbp_x', fetch }),
      events: this.#events(),
      state: this.#state(),
      clock,
      tell: async (findings) => {
        this.#step();
        for (const finding of findings) {
          const { partition, sequence } = finding.position;
          this.told.set(`${finding.id}|${partition}|${sequence}`, finding);
        }
      },
      random: () => 0,
      sleep: async (millis) => {
        this.pauses.push(millis);
        this.now = new Date(this.now.getTime() + millis);
      },
    };
  }

  serve(events: readonly unknown[], more: Omit<Served, 'body'> = {}): this {
    this.answer = { body: JSON.stringify(events), ...more };
    return this;
  }

  refuse(status: number, message: string): this {
    this.answer = { status, body: JSON.stringify({ message, code: status }) };
    return this;
  }

  run(more: Partial<CollectSettings> = {}): Promise<CollectReport> {
    const settings = { tenant: TENANT, deadline: undefined, retries: 0, leaseMs: HOUR, owner: 'me', ...more };
    return collectAudit(this.deps, settings);
  }

  /** The same, `millis` later. */
  later(millis: number, more: Partial<CollectSettings> = {}): Promise<CollectReport> {
    this.now = new Date(this.now.getTime() + millis);
    return this.run(more);
  }

  async cursor(): Promise<AuditCursor> {
    return (await loadCursor(this.stores.state, TENANT)).cursor;
  }

  async stored(): Promise<StoredEvent<AuditEvent>[]> {
    const found: StoredEvent<AuditEvent>[] = [];
    for await (const event of this.stores.events.query({ tenant: TENANT }))
      found.push(event as StoredEvent<AuditEvent>);
    return found;
  }

  async storedIds(): Promise<string[]> {
    return (await this.stored()).map(({ id }) => id);
  }

  problemsTold(): (string | undefined)[] {
    return [...this.told.values()].map(({ group }) => group['problem']);
  }

  #step(): void {
    this.now = new Date(this.now.getTime() + this.costMs);
    this.dieAfter -= 1;
    if (this.dieAfter < 0) throw new Error('killed');
  }

  #respond(): Response {
    const { status = 200, body, cut, date = this.now, contentType = 'application/json' } = this.answer;
    const headers = { 'content-type': contentType, date: date.toUTCString() };
    const bytes = Buffer.from(body);
    let at = 0;
    const stream = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (at >= bytes.length) {
            if (cut) controller.error(new TypeError('terminated'));
            else controller.close();
            return;
          }
          controller.enqueue(new Uint8Array(bytes.subarray(at, at + 4096)));
          at += 4096;
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(stream, { status, headers });
  }

  #events(): EventStore {
    const { events } = this.stores;
    const step = () => this.#step();
    return {
      putNew: async (rows) => {
        const results: boolean[] = [];
        for (const row of rows) {
          step();
          results.push(...(await events.putNew([row])));
          this.puts.push(auditIdentity(row));
        }
        return results;
      },
      putUnknown: async (rows) => {
        for (const row of rows) {
          step();
          if (await events.has(row.tenant, row)) throw new Error(`overwrites ${auditIdentity(row)}`);
          await events.putUnknown([row]);
          this.puts.push(auditIdentity(row));
        }
      },
      knownIdentities: async (tenant, from, to) => {
        step();
        return events.knownIdentities(tenant, from, to);
      },
      has: async (tenant, event) => {
        step();
        return events.has(tenant, event);
      },
      putTraffic: async (rows) => {
        step();
        return events.putTraffic(rows);
      },
      trafficIn: (tenant, bucket) => events.trafficIn(tenant, bucket),
      putTrafficSums: async (hour, sums) => {
        step();
        return events.putTrafficSums(hour, sums);
      },
      putQuarantined: async (row) => {
        step();
        return events.putQuarantined(row);
      },
      putWatermark: async (row) => {
        step();
        return events.putWatermark(row);
      },
      query: (query) => events.query(query),
    };
  }

  #state(): StateStore {
    const { state } = this.stores;
    const step = () => this.#step();
    return {
      getMany: async (keys) => {
        step();
        return state.getMany(keys);
      },
      put: async (item: StateItem) => {
        step();
        return state.put(item);
      },
      putUnknown: async (items) => {
        for (const item of items) {
          step();
          await state.putUnknown([item]);
        }
      },
      delete: (key, version) => state.delete(key, version),
      due: (dueFor, upTo) => state.due(dueFor, upTo),
      scan: (prefix) => state.scan(prefix),
    };
  }
}
