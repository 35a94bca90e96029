import * as fc from 'fast-check';
import { clientOf, openEmbeddedDynamoDb } from '../../lib/local/embedded/embedded-dynamodb.ts';
import type { EventChange } from '../../lib/model/change.ts';
import type { TRAFFIC_COUNTERS, TrafficEvent } from '../../lib/model/traffic.ts';
import { ReplayedChanges } from '../../lib/pipeline/replayed-changes.ts';
import { createDynamoDbStores, createTables, toChanges } from '../../lib/store/dynamodb/index.ts';
import type { EventStore } from '../../lib/store/ports.ts';
import { trafficRow } from '../contracts/traffic-rows.ts';

const NAMES = { Events: 'Events', Alerts: 'Alerts', State: 'State' };
const BUCKET = '2026-11-23T15';

interface Copy {
  readonly flow: string;
  readonly rx: number;
  readonly tx: number;
}

const copies = fc.array(fc.record({ flow: fc.constantFrom('a', 'b', 'c'), rx: fc.nat(4), tx: fc.nat(4) }), {
  minLength: 1,
  maxLength: 12,
});
const rowOf = ({ flow, rx, tx }: Copy): TrafficEvent => trafficRow({ flow_id: flow, rx_bytes: rx, tx_bytes: tx });

/** What the stream tells of what `write` does to an empty table. */
async function told(write: (stores: readonly [EventStore, EventStore]) => Promise<void>): Promise<EventChange[]> {
  const db = await openEmbeddedDynamoDb();
  const client = clientOf(db.endpoint);
  try {
    await createTables(client, NAMES);
    await write([createDynamoDbStores(client, NAMES).events, createDynamoDbStores(client, NAMES).events]);
    const { changes, rejected } = toChanges(await db.stream('Events').read(1000), { alertHistoryMs: 0 });
    expect(rejected).toEqual([]);
    return changes.flatMap((change) => (change.kind === 'event' ? [change] : []));
  } finally {
    client.destroy();
    await db.close();
  }
}

function put(events: EventStore, rows: readonly Copy[]) {
  const ours = { tenant: 'default', collectedAt: '2026-11-23T15:16:00.000Z' };
  return events.putTraffic(rows.map((copy) => ({ row: { ...rowOf(copy), ...ours }, bucket: BUCKET })));
}

describe('the stream', () => {
  it('tells of rows what a replay of the same copies tells', () =>
    fc.assert(
      fc.asyncProperty(copies, async (all) => {
        const live = await told(async ([events]) => {
          for (const copy of all) await put(events, [copy]);
        });
        const replay = new ReplayedChanges('default');
        const replayed = all.flatMap((copy) => replay.ofRow(rowOf(copy)) ?? []);
        const shape = ({ event, at, order, growth }: EventChange) => ({
          event: { ...event },
          at,
          order: { ...order },
          growth,
        });
        expect(live.map(shape)).toEqual(replayed.map(shape));
      }),
      { numRuns: 8 },
    ));

  it('tells each row once as new, and in all what is stored, also when two writers are at it', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(copies, copies), { minLength: 1, maxLength: 3 }), async (polls) => {
        const changes = await told(async ([one, other]) => {
          for (const [first, second] of polls) await Promise.all([put(one, first), put(other, second)]);
        });
        const all = polls.flat(2);
        for (const flow of new Set(all.map((copy) => copy.flow))) {
          const theirs = changes.filter(({ event }) => (event as TrafficEvent).flow_id === flow);
          expect(theirs.filter(({ growth }) => !growth)).toHaveLength(1);
          const sum = (name: (typeof TRAFFIC_COUNTERS)[number]) =>
            theirs.reduce((total, { event }) => total + ((event as TrafficEvent)[name] ?? 0), 0);
          const rows = all.filter((copy) => copy.flow === flow);
          expect(sum('rx_bytes')).toBe(Math.max(...rows.map(({ rx }) => rx)));
          expect(sum('tx_bytes')).toBe(Math.max(...rows.map(({ tx }) => tx)));
          expect(sum('num_of_starts')).toBe(trafficRow().num_of_starts);
        }
      }),
      { numRuns: 8 },
    ));
});
