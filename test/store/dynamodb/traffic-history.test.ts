import fc from 'fast-check';
import { type TrafficEvent, trafficIdentity } from '../../../lib/model/traffic.ts';
import { bucketOfRow, type ShardPlan } from '../../../lib/model/traffic-partition.ts';
import { createDynamoDbStores } from '../../../lib/store/dynamodb/index.ts';
import { type TrafficSpan, trafficOldestFirst } from '../../../lib/store/dynamodb/traffic-history.ts';
import { trafficRow } from '../../cli/stored.ts';
import { at } from '../../contracts/event-store.contract.ts';
import { startDynalite, type TestDynamoDb } from '../../support/dynalite.ts';

/** From noon on, rows are spread. */
const PLAN: ShardPlan = [{ from: '2026-11-23T12', shards: 4 }];

let db: TestDynamoDb;
beforeAll(async () => {
  db = await startDynalite();
});
afterAll(() => db.stop());

async function store(tenant: string, rows: readonly TrafficEvent[]): Promise<void> {
  const { events } = createDynamoDbStores(db.client, db.names);
  await events.putTraffic(
    rows.map((row) => ({
      row: { ...row, tenant, collectedAt: '2026-11-24T00:00:00.000Z' },
      bucket: bucketOfRow(trafficIdentity(row), PLAN),
    })),
  );
}

async function identities(range: TrafficSpan): Promise<string[]> {
  const found: string[] = [];
  for await (const row of trafficOldestFirst(db.client, db.names.Events, range)) found.push(trafficIdentity(row));
  return found;
}

const time = fc.constantFrom(
  '2026-11-22T23:59:59.999999Z',
  '2026-11-23T00:00:00Z',
  '2026-11-23T11:59:59.9Z',
  '2026-11-23T12:00:00Z',
  '2026-11-23T12:00:00.000001Z',
  '2026-11-23T13:30:00Z',
  '2026-11-25T00:00:00Z',
);

it('reads rows in the order of their start and key, whatever parts they lie in and within any bounds', async () => {
  let tenants = 0;
  const row = fc.record({ flow_id: fc.nat(30).map((flow) => `flow-${flow}`), window_start: time });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 30 }),
      fc.option(time, { nil: undefined }),
      fc.option(time, { nil: undefined }),
      async (rows, from, to) => {
        const tenant = `t${tenants++}`;
        const whole = rows.map((fields) => trafficRow(fields));
        await store(tenant, whole);
        const [since, until] = [from && at(from), to && at(to)];
        const within = ({ window_start = '' }: TrafficEvent) =>
          (since === undefined || at(window_start) >= since) && (until === undefined || at(window_start) <= until);
        const expected = [...new Set(whole.filter(within).map(trafficIdentity))].toSorted();
        expect(await identities({ tenant, since, until })).toEqual(expected);
      },
    ),
    { numRuns: 40 },
  );
});

it('gives back rows as they were served', async () => {
  const row = trafficRow({ flow_id: 'whole' });
  await store('whole', [row]);
  for await (const stored of trafficOldestFirst(db.client, db.names.Events, { tenant: 'whole' })) {
    expect(stored).toEqual({ ...row, tenant: 'whole', collectedAt: '2026-11-24T00:00:00.000Z' });
  }
  expect(await identities({ tenant: 'whole' })).toHaveLength(1);
});
