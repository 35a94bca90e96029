import { DeleteItemCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { createDynamoDbStores } from '../../../lib/store/dynamodb/index.ts';
import { StoreError } from '../../../lib/store/errors.ts';
import { alertStoreContract } from '../../contracts/alert-store.contract.ts';
import { at, eventStoreContract, storedEvent } from '../../contracts/event-store.contract.ts';
import { stateStoreContract } from '../../contracts/state-store.contract.ts';
import { startDynalite, type TestDynamoDb } from '../../support/dynalite.ts';

let db: TestDynamoDb;
beforeAll(async () => {
  db = await startDynalite();
});
afterAll(() => db.stop());

const openEmpty = async () => {
  await empty(db.client, db.names.Events, ['pk', 'sk']);
  await empty(db.client, db.names.Alerts, ['pk']);
  await empty(db.client, db.names.State, ['pk']);
  return createDynamoDbStores(db.client, db.names);
};

describe('the DynamoDB event store', () => eventStoreContract(async () => (await openEmpty()).events));
describe('the DynamoDB state store', () => stateStoreContract(async () => (await openEmpty()).state));
describe('the DynamoDB alert store', () => alertStoreContract(async () => (await openEmpty()).alerts));

describe('the items in DynamoDB', () => {
  it('carry the API names, speaking keys, and no index key where the value is empty', async () => {
    const { events } = await openEmpty();
    await events.putNew([storedEvent(7, '2026-11-23T15:00:57.1Z', { initiator_id: '', target_id: 'route-1' })]);
    const item = (await items(db.names.Events)).find((row) => row['activity_code']);
    expect(item).toMatchObject({
      pk: { S: 'default#audit#2026-11-23' },
      sk: { S: '2026-11-23T15:00:57.100000Z#7' },
      byActivity: { S: 'default#route.delete' },
      byTarget: { S: 'default#route-1' },
      initiator_id: { S: '' },
      timestamp: { S: '2026-11-23T15:00:57.1Z' },
      meta: { M: { network_range: { S: '10.0.0.0/16' } } },
    });
    expect(item).not.toHaveProperty('byActor');
  });

  it('overwrite the one watermark of a day', async () => {
    const { events } = await openEmpty();
    const row = { tenant: 'default', source: 'audit', bucket: '2026-11-23' } as const;
    await events.putWatermark({ ...row, upTo: at('2026-11-23T15:00:00Z') });
    await events.putWatermark({ ...row, upTo: at('2026-11-23T15:01:00Z') });
    expect(await items(db.names.Events)).toEqual([
      expect.objectContaining({ sk: { S: '~watermark' }, upTo: { N: String(at('2026-11-23T15:01:00Z')) } }),
    ]);
  });

  it('show a state item’s body as JSON beside attributes that people can read', async () => {
    const { state } = await openEmpty();
    await state.put({ key: 'cursor#default#audit', version: 1, body: { mark: 5 }, due: { for: 'default', at: 0 } });
    const [item] = await items(db.names.State);
    expect(item).toEqual({
      pk: { S: 'cursor#default#audit' },
      version: { N: '1' },
      updatedAt: { S: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T.*Z$/) },
      body: { S: '{"mark":5}' },
      dueFor: { S: 'default' },
      dueAt: { N: '0' },
    });
  });
});

describe('a store without its table', () => {
  it('throws an error that says what was done, what to do, and that waiting does not help', async () => {
    const stores = createDynamoDbStores(db.client, { ...db.names, State: 'No-Such-Table' });
    const failing = stores.state.getMany(['a']);
    await expect(failing).rejects.toThrow(StoreError);
    await expect(failing).rejects.toMatchObject({
      message: expect.stringMatching(/reading 1 items of table No-Such-Table.*deploy the stack/),
      retryable: false,
      cause: expect.objectContaining({ name: 'ResourceNotFoundException' }),
    });
  });
});

async function items(table: string) {
  return (await db.client.send(new ScanCommand({ TableName: table }))).Items ?? [];
}

async function empty(client: DynamoDBClient, table: string, keys: readonly string[]): Promise<void> {
  const found = await items(table);
  await Promise.all(
    found.map((item) => {
      const Key = Object.fromEntries(keys.map((key) => [key, item[key] ?? { S: '' }]));
      return client.send(new DeleteItemCommand({ TableName: table, Key }));
    }),
  );
}
