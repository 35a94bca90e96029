import type { DynamoDBStreamEvent } from 'aws-lambda';
import type { MetricName } from '../../lib/model/metric.ts';
import type { ProcessReport } from '../../lib/pipeline.ts';
import type { RejectedRecord } from '../../lib/store/dynamodb/index.ts';

/** What one batch tells CloudWatch. */
export function countsOf(
  event: Pick<DynamoDBStreamEvent, 'Records'>,
  rejected: readonly RejectedRecord[],
  report: ProcessReport,
): Partial<Record<MetricName, number>> {
  return {
    RecordsRead: event.Records.length,
    EventsQuarantined: rejected.length,
    Findings: report.findings.length,
    RuleFailures: report.errors.length,
    RecordsOutOfOrder: report.outOfOrder,
  };
}
