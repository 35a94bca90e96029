import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import dynaliteDb, { type LevelDb, type LevelStore, type TableDescription } from 'dynalite/db/index.js';
import { TABLES, type TableSchema } from '../../store/schema.ts';
import { ChangeStream } from './change-stream.ts';
import { CommitLog } from './commit-log.ts';
import { DataFolderError, StoreLockedError } from './errors.ts';
import { type Endpoint, serveFront } from './front-server.ts';
import { captureChanges, type StreamViews } from './item-store.ts';

/** A DynamoDB with streams in this process: strict about requests, and durable when it has a folder. */
export interface EmbeddedDynamoDb {
  readonly endpoint: Endpoint;
  /** The stream of a table whose schema asks for one. */
  stream(table: TableSchema['name']): ChangeStream;
  close(): Promise<void>;
}

/**
 * Opens the store in `path`, or one in memory that ends with the process. Tables have the names of the schema.
 * Throws `StoreLockedError` while another process has the folder, `DataFolderError` where it cannot be used.
 */
export async function openEmbeddedDynamoDb(options: { readonly path?: string } = {}): Promise<EmbeddedDynamoDb> {
  const { store, handler } = createDynalite(options.path);
  await open(store.db, options.path);
  await finishTables(store.db);
  captureChanges(store, new CommitLog(store.db), streamViews());
  const front = await serveFront(handler, randomBytes(24).toString('hex'));
  const streams = new Map(await Promise.all(TABLES.filter(hasStream).map(({ name }) => openStream(store.db, name))));
  return {
    endpoint: front.endpoint,
    stream(table) {
      const stream = streams.get(table);
      if (!stream) throw new RangeError(`the table ${table} has no stream`);
      return stream;
    },
    async close() {
      await front.close();
      await store.lifecycleManager.gracefulClose();
    },
  };
}

/** A client for an embedded store, this process's or another's. */
export function clientOf(endpoint: Endpoint): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: endpoint.address,
    region: 'local',
    credentials: { accessKeyId: endpoint.secret, secretAccessKey: 'not-used' },
    maxAttempts: 1,
  });
}

/** dynalite keeps its store and its request handler to itself: the store is caught while it is made. */
function createDynalite(path: string | undefined): { store: LevelStore; handler: RequestListener } {
  const create = dynaliteDb.create;
  let store: LevelStore | undefined;
  dynaliteDb.create = (options) => {
    store = create(options);
    return store;
  };
  try {
    const server = dynalite({
      ...(path !== undefined && { path }),
      createTableMs: 0,
      deleteTableMs: 0,
      updateTableMs: 0,
    });
    const [handler] = server.listeners('request');
    if (!store || !handler) throw new Error('dynalite made no store: is it still version 4?');
    return { store, handler: handler as RequestListener };
  } finally {
    dynaliteDb.create = create;
  }
}

async function open(db: LevelDb, path: string | undefined): Promise<void> {
  try {
    await db.open();
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause;
    if (cause?.code === 'LEVEL_LOCKED') throw new StoreLockedError(path ?? '', { cause: error, retryable: true });
    throw new DataFolderError(path ?? '', error);
  }
}

/** A process that was killed while it made a table has left it half-made, and nobody would ever finish it. */
async function finishTables(db: LevelDb): Promise<void> {
  const rows = await db.iterator({ gt: 'table~', lt: 'table~\xff' }).all();
  for (const [key, value] of rows) {
    const table = value as TableDescription;
    if (table.TableStatus === 'ACTIVE') continue;
    table.TableStatus = 'ACTIVE';
    for (const index of table.GlobalSecondaryIndexes ?? []) index.IndexStatus = 'ACTIVE';
    await db.batch([{ type: 'put', key, value: table }]);
  }
}

/** The label is made once a folder: sequence numbers go on under it, and consumers remember how far they came. */
async function openStream(db: LevelDb, table: string): Promise<[string, ChangeStream]> {
  const key = `stream-label~${table}`;
  let label = db.getSync(key) as string | undefined;
  if (label === undefined) {
    label = new Date().toISOString().slice(0, 23);
    await db.batch([{ type: 'put', key, value: label }]);
  }
  const arn = `arn:aws:dynamodb:local:000000000000:table/${table}/stream/${label}`;
  return [table, new ChangeStream(db, table, arn)];
}

function hasStream(table: TableSchema): boolean {
  return table.stream !== undefined;
}

function streamViews(): StreamViews {
  return new Map(TABLES.flatMap(({ name, ...rest }) => ('stream' in rest && rest.stream ? [[name, rest.stream]] : [])));
}
