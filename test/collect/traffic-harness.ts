import {
  collectTraffic,
  type TrafficDeps,
  type TrafficReport,
  type TrafficSettings,
} from '../../lib/collect/collect-traffic.ts';
import { netbirdTrafficSource } from '../../lib/collect/netbird/traffic-source.ts';
import { createKnownRows } from '../../lib/collect/traffic-known.ts';
import type { StoredTrafficEvent } from '../../lib/model/event.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { TRAFFIC_COUNTERS, type TrafficEvent, trafficIdentity, trafficTime } from '../../lib/model/traffic.ts';
import { growthOf } from '../../lib/model/traffic-growth.ts';
import { loadTrafficCursor, type TrafficCursor } from '../../lib/store/cursor.ts';
import { createMemoryStores } from '../../lib/store/memory/index.ts';
import type { EventStore, StateStore, TrafficPut } from '../../lib/store/ports.ts';
import { trafficRow } from '../contracts/traffic-rows.ts';

export const TENANT = 'default';
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const NOON = new Date('2026-11-23T12:00:00Z');

/** A row whose window of 5 minutes began `ago` milliseconds before noon of 23 November 2026. */
export function rowOf(flow: string, ago: number, more: Partial<TrafficEvent> = {}): TrafficEvent {
  const start = NOON.getTime() - ago;
  const text = (millis: number) => `${new Date(millis).toISOString().slice(0, 19)}Z`;
  return trafficRow({ flow_id: flow, window_start: text(start), window_end: text(start + 5 * MINUTE), ...more });
}

export interface Asked {
  readonly from: number;
  readonly to: number;
  readonly page: number;
}

/** A server with these rows; the newest first, as many a page as asked for, and no more of one question than `most`, of which it then says 50,000. */
export class FakeTraffic {
  rows: TrafficEvent[] = [];
  /** Rows a page at most. */
  pageSize = 10_000;
  most = Number.POSITIVE_INFINITY;
  readonly asked: Asked[] = [];
  /** Called before each answer. */
  before: (asked: Asked) => void = () => undefined;
  /** In place of rows. */
  refusal: { status: number; body: string; contentType?: string } | undefined;
  wrap = (data: readonly unknown[], page: object): unknown => ({ data, ...page });

  readonly fetch = async (url: URL): Promise<Response> => {
    const params = url.searchParams;
    const time = (name: string) => Date.parse(params.get(name) ?? '') * 1000;
    const asked = { from: time('start_date'), to: time('end_date'), page: Number(params.get('page') ?? 1) };
    this.asked.push(asked);
    this.before(asked);
    if (this.refusal) {
      const { status, body, contentType = 'application/json' } = this.refusal;
      return new Response(body, { status, headers: { 'content-type': contentType } });
    }
    const size = Math.min(this.pageSize, Number(params.get('page_size') ?? 1000));
    const within = this.rows
      .map((row) => ({ row, at: trafficTime(row)?.micros ?? asked.from }))
      .filter(({ at }) => at >= asked.from && at <= asked.to)
      .sort((a, b) => b.at - a.at)
      .slice(0, this.most);
    const data = within.slice((asked.page - 1) * size, asked.page * size).map(({ row }) => row);
    const page = {
      page: asked.page,
      page_size: size,
      total_pages: Math.ceil(within.length / size),
      total_records: within.length < this.most ? within.length : 50_000,
    };
    const headers = { 'content-type': 'application/json', date: this.date().toUTCString() };
    return new Response(JSON.stringify(this.wrap(data, page)), { headers });
  };
  date = (): Date => NOON;
}

/** Stores, a fake server, and a clock that stands still. */
export class TrafficHarness {
  now = NOON;
  /** Throws at the n-th call of a store or of `tell` from now, counted down. */
  dieAfter = Number.POSITIVE_INFINITY;
  /** Moves the clock at each look at it. */
  lookMs = 0;
  readonly server = new FakeTraffic();
  readonly stores = createMemoryStores();
  readonly told = new Map<string, Finding>();
  /** Sum of what the stream would tell rules, by counter. */
  readonly sums = new Map<string, number>();
  readonly unreadMarks = new Set<string>();
  /** Rows that were written, and those that were read to know whether they must be. */
  writes = 0;
  asked = 0;
  deps: TrafficDeps;

  constructor() {
    this.server.date = () => this.now;
    const source = netbirdTrafficSource({
      url: 'https://nb.example',
      token: async () => 'nbp_x',
      fetch: this.server.fetch,
    });
    this.deps = {
      source,
      events: this.#events(),
      state: this.#state(),
      clock: () => {
        this.now = new Date(this.now.getTime() + this.lookMs);
        return this.now;
      },
      known: createKnownRows(),
      tell: async (findings) => {
        this.#step();
        for (const finding of findings) {
          const { partition, sequence } = finding.position;
          this.told.set(`${finding.id}|${partition}|${sequence}`, finding);
        }
      },
      random: () => 0,
      sleep: async (millis) => {
        this.now = new Date(this.now.getTime() + millis);
      },
    };
  }

  serve(...rows: TrafficEvent[]): this {
    this.server.rows = rows;
    return this;
  }

  run(more: Partial<TrafficSettings> = {}): Promise<TrafficReport> {
    const settings: TrafficSettings = {
      leaseMs: HOUR,
      owner: 'me',
      tenant: TENANT,
      everyMs: 5 * MINUTE,
      store: 'full',
      shards: 1,
      deadline: undefined,
      retries: 0,
    };
    return collectTraffic(this.deps, { ...settings, ...more });
  }

  /** The same, `millis` later. */
  later(millis: number, more: Partial<TrafficSettings> = {}): Promise<TrafficReport> {
    this.now = new Date(this.now.getTime() + millis);
    return this.run(more);
  }

  /** A new process: it remembers nothing of the rows that it has seen. */
  restart(): this {
    this.deps = { ...this.deps, known: createKnownRows() };
    return this;
  }

  async cursor(): Promise<TrafficCursor> {
    return (await loadTrafficCursor(this.stores.state, TENANT)).cursor;
  }

  stored(): StoredTrafficEvent[] {
    return [...this.stores.events.traffic.values()];
  }

  flows(): string[] {
    return this.stored()
      .map(({ flow_id }) => flow_id)
      .sort();
  }

  /** Bucket → up to when it says that everything is in, as RFC 3339. */
  marks(): Record<string, string> {
    const marks = [...this.stores.events.watermarks.values()].map(({ bucket, upTo }) => [
      bucket,
      new Date(upTo / 1000).toISOString(),
    ]);
    return Object.fromEntries(marks.sort());
  }

  /** [from, to) of what watermarks say was never read, as RFC 3339. */
  unread(): string[][] {
    const text = (micros: number) => new Date(micros / 1000).toISOString();
    const all = [...this.unreadMarks].map((each) => each.split(' ').map((micros) => text(Number(micros))));
    return all.sort();
  }

  problemsTold(): (string | undefined)[] {
    return [...this.told.values()].map(({ group }) => group['problem']);
  }

  /** What the stream would tell rules of a write. */
  #note(old: TrafficEvent | undefined, row: TrafficEvent | undefined): void {
    this.writes += 1;
    const news = row && old ? growthOf(old, row) : row;
    for (const name of TRAFFIC_COUNTERS) this.sums.set(name, (this.sums.get(name) ?? 0) + (news?.[name] ?? 0));
  }

  #step(): void {
    this.dieAfter -= 1;
    if (this.dieAfter < 0) throw new Error('killed');
  }

  #events(): EventStore {
    const { events } = this.stores;
    const step = () => this.#step();
    const before = (put: TrafficPut) =>
      events.traffic.get(`${put.row.tenant}#traffic#${put.bucket}|${trafficIdentity(put.row)}`);
    return Object.assign(Object.create(events) as EventStore, {
      putTraffic: async (rows: readonly TrafficPut[]) => {
        const fates: unknown[] = [];
        for (const put of rows) {
          step();
          this.asked += 1;
          const old = before(put);
          const [fate] = await events.putTraffic([put]);
          fates.push(fate);
          if (fate !== 'known') this.#note(old, before(put));
        }
        return fates;
      },
      putTrafficSums: async (...given: Parameters<EventStore['putTrafficSums']>) => {
        step();
        return events.putTrafficSums(...given);
      },
      putQuarantined: async (row: Parameters<EventStore['putQuarantined']>[0]) => {
        step();
        return events.putQuarantined(row);
      },
      putWatermark: async (row: Parameters<EventStore['putWatermark']>[0]) => {
        step();
        if (row.lostTo !== undefined) this.unreadMarks.add(`${row.lostFrom} ${row.lostTo}`);
        return events.putWatermark(row);
      },
    });
  }

  #state(): StateStore {
    const { state } = this.stores;
    return Object.assign(Object.create(state) as StateStore, {
      getMany: async (keys: readonly string[]) => {
        this.#step();
        return state.getMany(keys);
      },
      put: async (item: Parameters<StateStore['put']>[0]) => {
        this.#step();
        return state.put(item);
      },
    });
  }
}
