import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Context } from 'aws-lambda';
import { type CollectDeps, collectAudit } from '../../lib/collect/collect-audit.ts';
import { netbirdAuditSource } from '../../lib/collect/netbird/audit-source.ts';
import { metricLine } from '../../lib/model/metric.ts';
import { ReportBuilder } from '../../lib/pipeline/process-report.ts';
import { tellFindings } from '../../lib/pipeline/tell.ts';
import { createDynamoDbStores } from '../../lib/store/dynamodb/index.ts';
import { countsOf, hasTokenProblem } from './counts.ts';
import { collectEnv } from './env.ts';
import { settingsOf } from './settings.ts';
import { SecretToken } from './token.ts';

const env = collectEnv.parse(process.env);
const clock = () => new Date();
const tables = { Events: env.EVENTS_TABLE, Alerts: env.ALERTS_TABLE, State: env.STATE_TABLE };
const stores = createDynamoDbStores(new DynamoDBClient({}), tables);
const token = new SecretToken(new SecretsManagerClient({}), env.TOKEN_SECRET);
const deps: CollectDeps = {
  ...stores,
  clock,
  source: netbirdAuditSource({ url: env.NETBIRD_URL, allowHttp: env.ALLOW_HTTP, token: () => token.read() }),
  tell: (findings) =>
    tellFindings({ ...stores, clock, settings: { groupWaitMs: env.GROUP_WAIT_MS } }, findings, new ReportBuilder()),
  log: (entry) => console.log(JSON.stringify(entry)),
};

/** Reads what is new in NetBird. A refusal is told and counted, not thrown: the next run tries again. */
export async function handler(_event: unknown, context: Context): Promise<void> {
  const deadline = new Date(Date.now() + context.getRemainingTimeInMillis());
  const report = await collectAudit(deps, { ...settingsOf(env), deadline, owner: context.awsRequestId });
  if (hasTokenProblem(report)) token.forget();
  process.stdout.write(`${metricLine(context.functionName, countsOf(report), new Date())}\n`);
}
