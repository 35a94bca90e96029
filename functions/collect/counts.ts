import type { CollectReport } from '../../lib/collect/collect-audit.ts';
import type { TrafficReport } from '../../lib/collect/collect-traffic.ts';
import type { MetricName } from '../../lib/model/metric.ts';
import type { ProblemCode } from '../../lib/model/problem.ts';

/** What a person ends by giving another token, or its user another role. */
const TOKEN_PROBLEMS: readonly ProblemCode[] = [
  'token_missing',
  'token_expired',
  'token_revoked',
  'role_denied',
  'user_blocked',
];

/** Whether NetBird refused the token, or there was none. */
export function hasTokenProblem({ problems }: Pick<CollectReport, 'problems'>): boolean {
  return problems.some(({ code }) => TOKEN_PROBLEMS.includes(code));
}

/** What one run of collect tells CloudWatch. A run that left the work to another has nothing to tell. */
export function countsOf(report: CollectReport): Partial<Record<MetricName, number>> {
  if (report.busy) return {};
  return {
    PollSucceeded: report.sourceReached ? 1 : 0,
    SourceFailed: report.sourceReached ? 0 : 1,
    TokenRejected: hasTokenProblem(report) ? 1 : 0,
    EventsStored: report.stored,
    EventsQuarantined: report.quarantined,
  };
}

/** The same of a run over traffic; a run that had nothing to do has nothing to tell. */
export function trafficCountsOf(report: TrafficReport): Partial<Record<MetricName, number>> {
  if (report.skipped) return {};
  return {
    TrafficBehind: report.caughtUp ? 0 : 1,
    TrafficRowsStored: report.stored,
    EventsQuarantined: report.quarantined,
  };
}
