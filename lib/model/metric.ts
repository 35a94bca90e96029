/** What functions tell CloudWatch about themselves; alarms and dashboard read the same names. */

export const METRIC_NAMESPACE = 'NetBirdAlerts';

export const METRICS = [
  'PollSucceeded', // 1 for a run of collect that read its source to the end of what is new
  'TokenRejected', // 1 for a run of collect whose token was missing, expired, revoked or too weak
  'SourceFailed', // 1 for a run of collect that could not read its source, whatever the cause
  'EventsStored', // audit events that were new
  'TrafficRowsStored', // traffic rows that were new or had grown
  'TrafficBehind', // 1 for a run over traffic that did not come to its end, whatever the cause
  'EventsQuarantined', // rows that could not be understood, kept raw
  'RecordsRead', // stream records that detect was given
  'Findings', // what rules found
  'RuleFailures', // rules that threw; the others went on
  'RecordsOutOfOrder', // sequence numbers that did not rise within a partition key
  'NoticesSent', // publications that SNS took
  'NoticesFailed', // publications that it refused; the outbox still holds them
] as const;
export type MetricName = (typeof METRICS)[number];

/**
 * One log line in CloudWatch's embedded metric format: counts of one invocation, by function. Writing it costs no
 * request and no permission.
 */
export function metricLine(functionName: string, counts: Partial<Record<MetricName, number>>, at: Date): string {
  const names = METRICS.filter((name) => counts[name] !== undefined);
  return JSON.stringify({
    _aws: {
      Timestamp: at.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [['FunctionName']],
          Metrics: names.map((Name) => ({ Name, Unit: 'Count' })),
        },
      ],
    },
    FunctionName: functionName,
    ...Object.fromEntries(names.map((name) => [name, counts[name]])),
  });
}
