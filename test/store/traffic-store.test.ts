import { type AttributeValue, DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { StoredTrafficEvent } from '../../lib/model/event.ts';
import { TrafficSummer } from '../../lib/model/traffic-sum.ts';
import { fromItem } from '../../lib/store/dynamodb/attribute.ts';
import { createDynamoDbStores } from '../../lib/store/dynamodb/index.ts';
import { trafficFromItem } from '../../lib/store/dynamodb/traffic-item.ts';
import { createMemoryStores } from '../../lib/store/memory/index.ts';
import { storedRow } from '../contracts/traffic-rows.ts';
import { trafficStoreContract } from '../contracts/traffic-store.contract.ts';
import { startDynalite, type TestDynamoDb } from '../support/dynalite.ts';

let db: TestDynamoDb;
beforeAll(async () => {
  db = await startDynalite();
});
afterAll(() => db.stop());

async function items(): Promise<Record<string, AttributeValue>[]> {
  return (await db.client.send(new ScanCommand({ TableName: db.names.Events }))).Items ?? [];
}

async function openEmpty() {
  for (const { pk, sk } of await items()) {
    await db.client.send(new DeleteItemCommand({ TableName: db.names.Events, Key: { pk, sk } as never }));
  }
  const { events } = createDynamoDbStores(db.client, db.names);
  const rows = async (): Promise<StoredTrafficEvent[]> =>
    (await items()).filter((item) => item['flow_id']).map(trafficFromItem);
  const sums = async () => (await items()).filter(({ pk }) => pk?.S?.includes('#hourly#')).map(fromItem);
  return { events, rows, sums };
}

describe('the DynamoDB event store', () => trafficStoreContract(openEmpty));
describe('the memory event store', () =>
  trafficStoreContract(async () => {
    const { events } = createMemoryStores();
    return {
      events,
      rows: async () => [...events.traffic.values()],
      sums: async () => [...events.sums.values()],
    };
  }));

describe('the items of traffic in DynamoDB', () => {
  it('carry the API names under the hour of the row, and list the hours and shards that hold rows', async () => {
    const { events } = await openEmpty();
    await events.putTraffic([{ row: storedRow(), bucket: '2026-11-23T15#2/4' }]);
    const found = await items();
    expect(found.find((item) => item['flow_id'])).toMatchObject({
      pk: { S: 'default#traffic#2026-11-23T15#2/4' },
      sk: { S: expect.stringMatching(/^2026-11-23T15:00:00\.000000Z#[0-9a-f]{20}$/) },
      reporter_id: { S: 'd2dhds53inke7ol0uhsq' },
      tx_bytes: { N: '5000' },
      destination: { M: { name: { S: 'db-primary' } } },
    });
    expect(found).toContainEqual({
      pk: { S: 'default#hours' },
      sk: { S: '2026-11-23' },
      hours: { SS: ['T15#2/4'] },
    });
  });

  it('say the sums of an hour by day, hour and reporter, and are not written again unchanged', async () => {
    const { events } = await openEmpty();
    const summer = new TrafficSummer();
    summer.add(storedRow());
    const hour = { tenant: 'default', hour: '2026-11-23T15', expiresAt: 1_900_000_000 };
    await events.putTrafficSums(hour, summer.sums());
    const [item] = await items();
    expect(item).toMatchObject({
      pk: { S: 'default#hourly#2026-11-23' },
      sk: { S: expect.stringMatching(/^15#d2dhds53inke7ol0uhsq#[0-9a-f]{16}$/) },
      destination: { M: { name: { S: 'db-primary' }, ip: { S: '100.64.0.9' }, port: { N: '443' } } },
      rx_bytes: { N: '1000' },
      rows: { N: '1' },
      expiresAt: { N: '1900000000' },
    });
    const sent: string[] = [];
    db.client.middlewareStack.add(
      (next, context) => (given) => {
        sent.push(context.commandName ?? '');
        return next(given);
      },
      { step: 'initialize', name: 'watch' },
    );
    await events.putTrafficSums(hour, summer.sums());
    db.client.middlewareStack.remove('watch');
    expect(sent).toEqual(['QueryCommand']);
  });
});
