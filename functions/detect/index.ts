import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { metricLine } from '../../lib/model/metric.ts';
import { createDynamoDbStores, toChanges } from '../../lib/store/dynamodb/index.ts';
import { countsOf } from './counts.ts';
import { detectEnv } from './env.ts';
import { LivePipeline } from './live-pipeline.ts';
import { quarantineRejected } from './quarantine-rejected.ts';

const env = detectEnv.parse(process.env);
const clock = () => new Date();
const tables = { Events: env.EVENTS_TABLE, Alerts: env.ALERTS_TABLE, State: env.STATE_TABLE };
const stores = createDynamoDbStores(new DynamoDBClient({}), tables);
const live = new LivePipeline(import.meta.dirname, {
  ...stores,
  clock,
  tenant: env.TENANT,
  settings: { groupWaitMs: env.GROUP_WAIT_MS, timeZone: env.TIME_ZONE },
});

/**
 * Runs the rules over a batch of stream records. A throw makes Lambda halve the batch and try again; nothing counts
 * twice. What cannot be understood at all is put aside and holds nothing up.
 */
export async function handler(event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> {
  const { changes, rejected } = toChanges(event.Records, { alertHistoryMs: env.ALERT_HISTORY_MS });
  await quarantineRejected(stores.events, rejected, clock());
  for (const record of rejected)
    console.error(JSON.stringify({ message: 'A stream record could not be understood', ...record }));
  const report = await (await live.current()).process(changes);
  for (const note of report.notes) console.log(JSON.stringify({ message: note }));
  for (const { rule, error } of report.errors) console.error(JSON.stringify({ message: 'A rule failed', rule, error }));
  process.stdout.write(`${metricLine(context.functionName, countsOf(event, rejected, report), clock())}\n`);
  return { batchItemFailures: [] };
}
