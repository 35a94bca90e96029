import * as fc from 'fast-check';
import type { StoredTrafficEvent } from '../../lib/model/event.ts';
import { TRAFFIC_COUNTERS, type TrafficEvent, trafficIdentity } from '../../lib/model/traffic.ts';
import { progressOf } from '../../lib/model/traffic-growth.ts';
import { TrafficSummer } from '../../lib/model/traffic-sum.ts';
import type { EventStore, TrafficPut } from '../../lib/store/ports.ts';
import { storedRow } from './traffic-rows.ts';

const BUCKET = '2026-11-23T15';
const put = (fields: Partial<StoredTrafficEvent> = {}): TrafficPut => ({ row: storedRow(fields), bucket: BUCKET });

/** What the memory store and the table have in common. */
export interface TrafficStore {
  readonly events: EventStore;
  /** All rows stored, by their identity. */
  rows(): Promise<StoredTrafficEvent[]>;
  /** All hourly sums. */
  sums(): Promise<unknown[]>;
}

/** What every EventStore does with traffic rows. `open` gives an empty one. */
export function trafficStoreContract(open: () => Promise<TrafficStore>): void {
  let store: TrafficStore;
  beforeEach(async () => {
    store = await open();
  });

  it('keeps a row exactly as it was served, and says that it is new', async () => {
    const row = storedRow({
      expiresAt: 1_800_000_000,
      firstRun: true,
      source: { ...storedRow().source, address: '[2001:db8::1]:51820', os: '', added_later: [] },
      added_by_a_newer_server: { deep: [1, { x: null }, []], '': 'no name' },
      events: [
        { type: 'TYPE_START', timestamp: '2026-11-23T15:00:01.5Z' },
        { type: 'TYPE_END', timestamp: '2026-11-23T15:04:00Z', more: 0 },
      ],
    });
    expect(await store.events.putTraffic([{ row, bucket: BUCKET }])).toEqual(['new']);
    expect(await store.rows()).toEqual([row]);
  });

  it('knows a row again whose names have changed, and keeps the first copy', async () => {
    await store.events.putTraffic([put()]);
    const renamed = put({ user: { id: 'auth0|64f0c2', email: '', name: '' }, collectedAt: '2026-11-23T15:21:00.000Z' });
    expect(await store.events.putTraffic([renamed])).toEqual(['known']);
    expect(await store.rows()).toEqual([storedRow()]);
  });

  it('lets a row grow, remembers when it was first seen, and tells news from history', async () => {
    await store.events.putTraffic([put({ firstRun: true, expiresAt: 1_800_000_000 })]);
    const later = { collectedAt: '2026-11-23T15:21:00.000Z', expiresAt: 1_800_000_300 };
    const grown = put({ ...later, tx_bytes: 9000, num_of_ends: 2 });
    expect(await store.events.putTraffic([grown])).toEqual(['grown']);
    const wanted = storedRow({ tx_bytes: 9000, num_of_ends: 2, expiresAt: 1_800_000_300 });
    expect(await store.rows()).toEqual([wanted]);
  });

  it('lets no counter fall, whichever copy comes last', async () => {
    await store.events.putTraffic([put({ tx_bytes: 9000, rx_bytes: 1000 })]);
    expect(await store.events.putTraffic([put({ tx_bytes: 5000, rx_bytes: 1000 })])).toEqual(['known']);
    expect(await store.events.putTraffic([put({ tx_bytes: 5000, rx_bytes: 2000 })])).toEqual(['grown']);
    expect(await store.rows()).toEqual([storedRow({ tx_bytes: 9000, rx_bytes: 2000 })]);
  });

  it('takes sub-events that have come since, also where nothing is counted', async () => {
    const start = { type: 'TYPE_START', timestamp: '2026-11-23T15:00:01Z' };
    const end = { type: 'TYPE_END', timestamp: '2026-11-23T18:00:00Z' };
    const { window_start: _s, window_end: _e, num_of_starts: _n, ...old } = storedRow();
    const row = { ...old, events: [start] } as StoredTrafficEvent;
    await store.events.putTraffic([{ row, bucket: BUCKET }]);
    const longer = { ...row, events: [start, end] };
    expect(await store.events.putTraffic([{ row: longer, bucket: BUCKET }])).toEqual(['grown']);
    expect(await store.rows()).toEqual([longer]);
    expect(await store.events.putTraffic([{ row, bucket: BUCKET }])).toEqual(['known']);
  });

  it('says once of several copies in one call what became of the row', async () => {
    const fates = await store.events.putTraffic([put({ tx_bytes: 1 }), put({ tx_bytes: 3 }), put({ tx_bytes: 2 })]);
    expect(fates).toEqual(['known', 'known', 'new']);
    expect(await store.rows()).toEqual([storedRow({ tx_bytes: 3 })]);
    expect(await store.events.putTraffic([])).toEqual([]);
  });

  it('writes many at once, new and grown ones, over hours and tenants', async () => {
    const many = (bytes: number): TrafficPut[] =>
      Array.from({ length: 130 }, (_, n) => ({
        row: storedRow({
          flow_id: `flow-${n}`,
          tx_bytes: bytes + n,
          window_start: `2026-11-23T${10 + (n % 3)}:00:00Z`,
          tenant: n % 2 === 0 ? 'default' : 'other',
        }),
        bucket: `2026-11-23T${10 + (n % 3)}`,
      }));
    expect(await store.events.putTraffic(many(100))).toEqual(Array(130).fill('new'));
    const half = many(200).filter((_, n) => n % 4 === 0);
    const fates = await store.events.putTraffic([...many(100), ...half]);
    expect(fates.filter((fate) => fate === 'grown')).toHaveLength(half.length);
    expect((await store.rows()).map(({ tx_bytes }) => tx_bytes).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 130 }, (_, n) => (n % 4 === 0 ? 200 : 100) + n).sort((a, b) => a - b),
    );
  });

  it('gives the rows of one part of the store, and keeps what they come to', async () => {
    const other = '2026-11-23T16#0/2';
    const rows = ['a', 'b'].map((flow_id) => put({ flow_id }));
    const moved = { row: storedRow({ window_start: '2026-11-23T16:00:00Z' }), bucket: other };
    await store.events.putTraffic([...rows, moved]);
    await store.events.putWatermark({ tenant: 'default', source: 'traffic', bucket: BUCKET, upTo: 1 });
    const summer = new TrafficSummer();
    const found: string[] = [];
    for await (const row of store.events.trafficIn('default', BUCKET)) {
      summer.add(row);
      found.push(row.flow_id);
    }
    expect(found.sort()).toEqual(['a', 'b']);
    for await (const row of store.events.trafficIn('default', other)) found.push(row.flow_id);
    expect(found).toHaveLength(3);
    const hour = { tenant: 'default', hour: '2026-11-23T15', expiresAt: 1_900_000_000 };
    for (let n = 0; n < 2; n += 1) await store.events.putTrafficSums(hour, summer.sums());
    expect(await store.sums()).toEqual([expect.objectContaining({ rows: 2, tx_bytes: 10_000, num_of_starts: 4 })]);
    summer.add(storedRow({ flow_id: 'c' }));
    await store.events.putTrafficSums(hour, summer.sums());
    expect(await store.sums()).toEqual([expect.objectContaining({ rows: 3, tx_bytes: 15_000 })]);
  });

  it('comes to the same rows however copies are split, repeated and ordered', async () => {
    const copy = fc.record({
      flow: fc.constantFrom('a', 'b', 'c'),
      age: fc.nat(5),
    });
    // One history per flow: each copy is the row at some age.
    const rowAt = ({ flow, age }: { flow: string; age: number }): TrafficPut =>
      put({ flow_id: flow, rx_bytes: age * 10, tx_bytes: age > 2 ? age * 7 : 0, num_of_starts: Math.min(age, 3) });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(copy, { maxLength: 8 }), { maxLength: 6 }), async (polls) => {
        const { events, rows } = await open();
        for (const poll of polls) await events.putTraffic(poll.map(rowAt));
        const oldest = new Map<string, number>();
        for (const { flow, age } of polls.flat()) oldest.set(flow, Math.max(age, oldest.get(flow) ?? 0));
        const wanted = [...oldest].map(([flow, age]) => rowAt({ flow, age }).row);
        expect(countersOf(await rows())).toEqual(countersOf(wanted));
      }),
      { numRuns: 25 },
    );
  });
}

function countersOf(rows: readonly TrafficEvent[]): unknown[] {
  return rows
    .map((row) => [trafficIdentity(row), progressOf(row), ...TRAFFIC_COUNTERS.map((name) => row[name])])
    .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
}
