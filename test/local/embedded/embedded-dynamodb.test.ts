import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { ChangeStream } from '../../../lib/local/embedded/change-stream.ts';
import {
  clientOf,
  type EmbeddedDynamoDb,
  openEmbeddedDynamoDb,
} from '../../../lib/local/embedded/embedded-dynamodb.ts';
import { LOCAL_TABLES } from '../../../lib/local/tables.ts';
import { createTables } from '../../../lib/store/dynamodb/index.ts';

const key = (sk: string) => ({ pk: { S: 'default#audit#2026-11-23' }, sk: { S: sk } });
const item = (sk: string, more: Record<string, AttributeValue> = {}) => ({ ...key(sk), ...more });

const createEvents = (client: DynamoDBClient) => createTables(client, LOCAL_TABLES);

const put = (client: DynamoDBClient, Item: Record<string, AttributeValue>) =>
  client.send(new PutItemCommand({ TableName: 'Events', Item }));

async function byActor(client: DynamoDBClient, actor: string): Promise<string[]> {
  const answer = await client.send(
    new QueryCommand({
      TableName: 'Events',
      IndexName: 'byActor',
      KeyConditionExpression: 'byActor = :a',
      ExpressionAttributeValues: { ':a': { S: actor } },
    }),
  );
  return (answer.Items ?? []).map((one) => one['sk']?.S ?? '');
}

const shape = (record: DynamoDBRecord) => [record.eventName, record.dynamodb?.Keys?.['sk']?.S];
const drain = async (stream: ChangeStream) => (await stream.read(1000)).map(shape);

describe('the embedded DynamoDB', () => {
  let db: EmbeddedDynamoDb;
  let client: DynamoDBClient;

  beforeEach(async () => {
    db = await openEmbeddedDynamoDb();
    client = clientOf(db.endpoint);
    await createEvents(client);
  });
  afterEach(async () => {
    client.destroy();
    await db.close();
  });

  it('writes a stream record with old and new image for each change, and none where nothing changes', async () => {
    await put(client, item('1', { n: { N: '1' } }));
    await put(client, item('1', { n: { N: '1' } }));
    await client.send(
      new UpdateItemCommand({
        TableName: 'Events',
        Key: key('1'),
        UpdateExpression: 'SET n = :n',
        ExpressionAttributeValues: { ':n': { N: '2' } },
      }),
    );
    await client.send(new DeleteItemCommand({ TableName: 'Events', Key: key('1') }));
    await client.send(new DeleteItemCommand({ TableName: 'Events', Key: key('1') }));

    const records = await db.stream('Events').read(100);
    expect(
      records.map(({ eventName, dynamodb }) => [eventName, dynamodb?.OldImage?.['n'], dynamodb?.NewImage?.['n']]),
    ).toEqual([
      ['INSERT', undefined, { N: '1' }],
      ['MODIFY', { N: '1' }, { N: '2' }],
      ['REMOVE', { N: '2' }, undefined],
    ]);
    expect(records[0]).toMatchObject({
      eventSource: 'aws:dynamodb',
      eventSourceARN: db.stream('Events').arn,
      dynamodb: { Keys: key('1'), SequenceNumber: expect.stringMatching(/^\d{21,40}$/) },
    });
  });

  it('keeps an index in step with its items', async () => {
    await put(client, item('1', { byActor: { S: 'anna' } }));
    await put(client, item('2', { byActor: { S: 'anna' } }));
    await put(client, item('1', { byActor: { S: 'ben' } }));
    await client.send(new DeleteItemCommand({ TableName: 'Events', Key: key('2') }));

    expect(await byActor(client, 'anna')).toEqual([]);
    expect(await byActor(client, 'ben')).toEqual(['1']);
  });

  it('numbers the changes of one key in the order in which they were written, however many come at once', async () => {
    const numbers = Array.from({ length: 40 }, (_, index) => index);
    await Promise.all(numbers.map((n) => put(client, item(String(n % 4), { n: { N: String(n) } }))));

    const last = new Map<string, { N?: string } | undefined>();
    for (const { dynamodb } of await db.stream('Events').read(100)) {
      const sk = dynamodb?.Keys?.['sk']?.S ?? '';
      expect(dynamodb?.OldImage?.['n']).toEqual(last.get(sk));
      last.set(sk, dynamodb?.NewImage?.['n'] as { N?: string });
    }
  });

  it('gives unfinished records again and finished ones never', async () => {
    const stream = db.stream('Events');
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: { Events: ['1', '2', '3'].map((sk) => ({ PutRequest: { Item: item(sk) } })) },
      }),
    );
    const [first, second] = await stream.read(2);
    expect(await drain(stream)).toHaveLength(3);
    await stream.finish([first, second].filter((record) => record !== undefined));
    expect(await drain(stream)).toHaveLength(1);
  });

  it('refuses who does not show the secret', async () => {
    const stranger = clientOf({ address: db.endpoint.address, secret: 'guessed' });
    await expect(put(stranger, item('1'))).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    stranger.destroy();
    expect((await fetch(db.endpoint.address)).status).toBe(403);
    expect(await drain(db.stream('Events'))).toEqual([]);
  });
  it('outlives a client that dies in the middle of a request', async () => {
    const { port } = new URL(db.endpoint.address);
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    const credential = `AWS4-HMAC-SHA256 Credential=${db.endpoint.secret}/x`;
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\nAuthorization: ${credential}\r\nContent-Length: 100\r\n\r\n{"Table`);
    await sleep(50);
    socket.resetAndDestroy();
    await sleep(50);
    await put(client, item('1'));
    expect(await drain(db.stream('Events'))).toEqual([['INSERT', '1']]);
  });
});

describe('the embedded DynamoDB in a folder', () => {
  let path: string;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'embedded-'));
  });
  afterEach(() => rm(path, { recursive: true }));

  async function session(work: (client: DynamoDBClient, db: EmbeddedDynamoDb) => Promise<void>): Promise<void> {
    const db = await openEmbeddedDynamoDb({ path });
    const client = clientOf(db.endpoint);
    try {
      await work(client, db);
    } finally {
      client.destroy();
      await db.close();
    }
  }

  it('keeps items, unfinished records, the stream’s name and its numbers from one process to the next', async () => {
    let arn = '';
    let last = '';
    await session(async (client, db) => {
      await createEvents(client);
      await put(client, item('1', { byActor: { S: 'anna' } }));
      await put(client, item('2'));
      const records = await db.stream('Events').read(1);
      await db.stream('Events').finish(records);
      arn = db.stream('Events').arn;
      last = records[0]?.dynamodb?.SequenceNumber ?? '';
    });
    await session(async (client, db) => {
      expect(await byActor(client, 'anna')).toEqual(['1']);
      expect(db.stream('Events').arn).toBe(arn);
      await put(client, item('3'));
      const records = await db.stream('Events').read(10);
      expect(records.map(shape)).toEqual([
        ['INSERT', '2'],
        ['INSERT', '3'],
      ]);
      expect(records.every(({ dynamodb }) => (dynamodb?.SequenceNumber ?? '') > last)).toBe(true);
      await db.stream('Events').finish(records);
    });
    await session(async (client, db) => {
      await put(client, item('4'));
      const [only] = await db.stream('Events').read(10);
      expect(only && shape(only)).toEqual(['INSERT', '4']);
    });
  });

  it('says so when another process has the folder', async () => {
    await session(async () => {
      await expect(openEmbeddedDynamoDb({ path })).rejects.toMatchObject({ name: 'StoreLockedError' });
    });
  });
});
