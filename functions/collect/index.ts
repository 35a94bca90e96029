import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Context } from 'aws-lambda';
import { collectAudit } from '../../lib/collect/collect-audit.ts';
import { collectTraffic } from '../../lib/collect/collect-traffic.ts';
import { netbirdAuditSource } from '../../lib/collect/netbird/audit-source.ts';
import { netbirdTrafficSource } from '../../lib/collect/netbird/traffic-source.ts';
import { isOfTheServer } from '../../lib/collect/shared-problem.ts';
import { createKnownRows } from '../../lib/collect/traffic-known.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { metricLine } from '../../lib/model/metric.ts';
import { ReportBuilder } from '../../lib/pipeline/process-report.ts';
import { tellFindings } from '../../lib/pipeline/tell.ts';
import { createDynamoDbStores } from '../../lib/store/dynamodb/index.ts';
import { countsOf, hasTokenProblem, trafficCountsOf } from './counts.ts';
import { collectEnv } from './env.ts';
import { settingsOf, trafficSettingsOf } from './settings.ts';
import { SecretToken } from './token.ts';

const env = collectEnv.parse(process.env);
const clock = () => new Date();
const tables = { Events: env.EVENTS_TABLE, Alerts: env.ALERTS_TABLE, State: env.STATE_TABLE };
const stores = createDynamoDbStores(new DynamoDBClient({}), tables);
const token = new SecretToken(new SecretsManagerClient({}), env.TOKEN_SECRET);
const netbird = { url: env.NETBIRD_URL, allowHttp: env.ALLOW_HTTP, token: () => token.read() };
const surroundings = { ...stores, clock, settings: { groupWaitMs: env.GROUP_WAIT_MS } };
const deps = {
  ...stores,
  clock,
  tell: async (findings: Finding[]) => void (await tellFindings(surroundings, findings, new ReportBuilder())),
  log: (entry: Readonly<Record<string, unknown>>) => console.log(JSON.stringify(entry)),
};
const auditDeps = { ...deps, source: netbirdAuditSource(netbird) };
const trafficDeps = { ...deps, source: netbirdTrafficSource(netbird), known: createKnownRows() };
const trafficSettings = trafficSettingsOf(env);

/**
 * Reads what is new in NetBird: the audit log, then traffic in the time that is left. A refusal is told and counted, not
 * thrown: the next run tries again.
 */
export async function handler(_event: unknown, context: Context): Promise<void> {
  const run = { deadline: new Date(Date.now() + context.getRemainingTimeInMillis()), owner: context.awsRequestId };
  const tell = (counts: Parameters<typeof metricLine>[1]) =>
    process.stdout.write(`${metricLine(context.functionName, counts, new Date())}\n`);
  const report = await collectAudit(auditDeps, { ...settingsOf(env), ...run });
  if (hasTokenProblem(report)) token.forget();
  tell(countsOf(report));
  if (!trafficSettings || isOfTheServer(report)) return;
  const traffic = await collectTraffic(trafficDeps, { ...trafficSettings, ...run });
  if (hasTokenProblem(traffic)) token.forget();
  if (!traffic.skipped) tell(trafficCountsOf(traffic));
}
