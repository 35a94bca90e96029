import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoDbStores } from '../../../lib/store/dynamodb/index.ts';
import { storedEvent } from '../../contracts/event-store.contract.ts';

interface Answer {
  status: number;
  body: (request: Record<string, never>) => object;
}

let server: Server;
let client: DynamoDBClient;
let requests: { operation: string; body: Record<string, never> }[];
let answers: Answer[];

/** A server that answers DynamoDB's protocol with `answers`, one a request, then with `{}`. */
beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, never>;
      requests.push({ operation: String(request.headers['x-amz-target']).split('.')[1] ?? '', body });
      const answer = answers.shift();
      response.writeHead(answer?.status ?? 200, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(answer?.body(body) ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 2,
  });
});
afterEach(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const stores = () => createDynamoDbStores(client, { Events: 'Events', Alerts: 'Alerts', State: 'State' });
const exception = (status: number, type: string, message = 'no'): Answer => ({
  status,
  body: () => ({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message }),
});
const writesOf = (body: Record<string, never>): unknown[] => body['RequestItems']?.['Events'] ?? [];

describe('writing in batches', () => {
  it('sends what was left over again, and the next batch only after that', async () => {
    answers = [
      { status: 200, body: () => ({}) },
      { status: 200, body: (request) => ({ UnprocessedItems: { Events: writesOf(request).slice(20) } }) },
    ];
    const events = Array.from({ length: 30 }, (_, index) => storedEvent(index + 10, '2026-11-23T15:00:00Z'));
    await stores().events.putUnknown(events);
    const writes = requests.filter(({ operation }) => operation === 'BatchWriteItem').map(({ body }) => writesOf(body));
    expect(writes.map(({ length }) => length)).toEqual([25, 5, 5]);
    expect(writes[1]).toEqual(writes[0]?.slice(20));
  });

  it('lists the days of the events first, and once', async () => {
    answers = [];
    const { events } = stores();
    await events.putUnknown([storedEvent(1, '2026-11-23T15:00:00Z'), storedEvent(2, '2026-11-24T15:00:00Z')]);
    await events.putNew([storedEvent(3, '2026-11-24T15:00:00Z')]);
    expect(requests.map(({ operation }) => operation)).toEqual(['UpdateItem', 'BatchWriteItem', 'PutItem']);
    expect(requests[0]?.body).toMatchObject({
      ExpressionAttributeValues: { ':days': { SS: ['2026-11-23', '2026-11-24'] } },
    });
  });
});

describe('reading in batches', () => {
  it('asks again for the keys that were left over', async () => {
    const row = (pk: string) => ({ pk: { S: pk }, version: { N: '1' }, body: { S: '"x"' } });
    answers = [
      {
        status: 200,
        body: () => ({ Responses: { State: [row('a')] }, UnprocessedKeys: { State: { Keys: [{ pk: { S: 'b' } }] } } }),
      },
      { status: 200, body: () => ({ Responses: { State: [row('b')] } }) },
    ];
    const found = await stores().state.getMany(['a', 'b', 'c']);
    expect([...found.keys()]).toEqual(['a', 'b']);
    expect(requests[1]?.body).toEqual({
      RequestItems: { State: { Keys: [{ pk: { S: 'b' } }], ConsistentRead: true } },
    });
  });
});

describe('a failure of DynamoDB', () => {
  const failure = async () => stores().state.put({ key: 'a', version: 1, body: 1 });

  it('is got over by the client’s own retry', async () => {
    answers = [exception(500, 'InternalServerError')];
    expect(await failure()).toBe('written');
  });

  it('that lasts is told as retryable, with its cause', async () => {
    answers = [exception(400, 'ThrottlingException'), exception(400, 'ThrottlingException')];
    await expect(failure()).rejects.toMatchObject({
      name: 'StoreError',
      retryable: true,
      message: expect.stringContaining('writing state a: ThrottlingException'),
      cause: expect.objectContaining({ name: 'ThrottlingException' }),
    });
  });

  it('that lies in the request or the rights is not retryable and says what to do', async () => {
    answers = [exception(400, 'AccessDeniedException', 'not authorized')];
    await expect(failure()).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining('give the role'),
    });
    answers = [exception(400, 'ValidationException', 'Item size has exceeded the maximum allowed size')];
    await expect(failure()).rejects.toMatchObject({ name: 'ItemTooLargeError', retryable: false });
  });
});
