import { randomBytes, randomInt } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Gatekeeper } from '../api/gatekeeper.ts';
import type { Listening } from '../api/node/listen.ts';
import { type ServeOptions, serveApi } from '../api/node/serve.ts';
import { createXids } from '../api/wire/request-ids.ts';
import type { RateLimit } from '../api/wire/token-buckets.ts';
import type { Clock } from '../model/clock.ts';
import { DynamoDbArchive } from '../store/dynamodb/archive.ts';
import { createDynamoDbStores, createTables } from '../store/dynamodb/index.ts';
import { LOCAL_TABLES } from './tables.ts';

export interface LocalApiOptions extends ServeOptions {
  readonly clock: Clock;
  /** Of each key. Absent: as NetBird's own. */
  readonly limit?: RateLimit;
  /** Told of faults that a client only sees as a 500 or a body that ends early. */
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
}

/** Serves what a local store holds to those who have a key of it. Throws InputError where the port cannot be had. */
export async function serveLocalApi(client: DynamoDBClient, options: LocalApiOptions): Promise<Listening> {
  const { clock, limit, log, ...serving } = options;
  await createTables(client, LOCAL_TABLES);
  const { state } = createDynamoDbStores(client, LOCAL_TABLES, clock);
  const parts = {
    archive: new DynamoDbArchive(client, LOCAL_TABLES.Events),
    gatekeeper: new Gatekeeper(state, clock, limit ? { limit } : {}),
    clock,
    requestId: createXids([...randomBytes(5)], randomInt(0x100_0000), clock),
    log,
  };
  return serveApi(parts, serving);
}
