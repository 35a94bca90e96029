import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { metricLine } from '../../lib/model/metric.ts';
import { sendDue, sendWoken } from '../../lib/notify/send-notices.ts';
import { SnsPublisher } from '../../lib/notify/sns/sns-publisher.ts';
import { DynamoDbAlertStore } from '../../lib/store/dynamodb/alert-store.ts';
import { alertIdsOf } from './alert-ids.ts';
import { notifyEnv } from './env.ts';

const env = notifyEnv.parse(process.env);
const deps = {
  alerts: new DynamoDbAlertStore(new DynamoDBClient({}), env.ALERTS_TABLE),
  publisher: new SnsPublisher(new SNSClient({}), env.TOPIC_ARN),
  clock: () => new Date(),
  sleep: (millis: number) => setTimeout(millis),
  settings: { timeZone: env.TIME_ZONE },
};

/** Woken by the Alerts stream for its rows, and by the clock for whatever is due. */
export async function handler(
  event: DynamoDBStreamEvent | { readonly trigger: 'schedule' },
  context: Context,
): Promise<DynamoDBBatchResponse> {
  const { sent, shortened, failed } =
    'Records' in event
      ? await sendWoken(deps, env.TENANT, alertIdsOf(event, env.TENANT), context.getRemainingTimeInMillis() / 2)
      : await sendDue(deps, env.TENANT);
  for (const { alertId, error } of [...shortened, ...failed]) {
    console.error(JSON.stringify({ message: error.message, alertId, error: error.name, cause: String(error.cause) }));
  }
  const counts = { NoticesSent: sent.length, NoticesFailed: failed.length };
  process.stdout.write(`${metricLine(context.functionName, counts, new Date())}\n`);
  // What failed stands in the outbox still: the next tick sends it, and no record has to come again for that.
  return { batchItemFailures: [] };
}
