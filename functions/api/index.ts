import { randomBytes, randomInt } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Gatekeeper } from '../../lib/api/gatekeeper.ts';
import { type LambdaStreaming, streamingHandler } from '../../lib/api/lambda/streaming-handler.ts';
import { createXids } from '../../lib/api/wire/request-ids.ts';
import { DynamoDbArchive } from '../../lib/store/dynamodb/archive.ts';
import { DynamoDbStateStore } from '../../lib/store/dynamodb/state-store.ts';
import { apiEnv } from './env.ts';

declare const awslambda: LambdaStreaming;

const env = apiEnv.parse(process.env);
const clock = () => new Date();
const client = new DynamoDBClient({});

/** Answers for the archive as NetBird does, and streams what is long. */
export const handler = streamingHandler(awslambda, {
  archive: new DynamoDbArchive(client, env.EVENTS_TABLE),
  gatekeeper: new Gatekeeper(new DynamoDbStateStore(client, env.STATE_TABLE, clock), clock, {
    tenant: env.TENANT,
    limit: { perMinute: env.RATE_PER_MINUTE, burst: env.RATE_BURST },
  }),
  clock,
  requestId: createXids([...randomBytes(5)], randomInt(0x100_0000), clock),
  log: (entry) => console.error(JSON.stringify(entry)),
});
