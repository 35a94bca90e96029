import { type OpenAlertValue, openAlertKey, reduceOpenAlert } from '../dispatch/open-alert.ts';
import type { Alert } from '../model/alert.ts';
import type { Clock } from '../model/clock.ts';
import type { Finding } from '../model/finding.ts';
import { groupBy } from '../model/group-by.ts';
import { advance, type Caused, type Step } from '../store/advance.ts';
import type { AlertStore, StateStore } from '../store/ports.ts';
import type { ReportBuilder } from './process-report.ts';
import { GROUP_WAIT_MS, type PipelineSettings } from './settings.ts';

export interface Dispatch {
  readonly alerts: AlertStore;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly settings: PipelineSettings;
}

type OpenStep = Step<OpenAlertValue, Finding, Alert>;

/** Takes findings into their alerts, each once, and projects what changed onto the Alerts table. */
export async function tellFindings(to: Dispatch, findings: readonly Finding[], report: ReportBuilder): Promise<void> {
  if (findings.length === 0) return;
  const byKey = groupBy(findings, ({ tenant, rule, dedupKey }) => openAlertKey(tenant, rule.key, dedupKey));
  const steps = [...byKey].map(([key, contributions]) => stepOf(to, key, contributions, report));
  report.findings.push(...findings);
  report.advanced(await advance(to.state, steps, (caused) => project(to, caused), to.clock));
}

/** Projects what an interrupted dispatch has left pending. */
export async function finishTelling(to: Dispatch, tenant: string): Promise<void> {
  const steps: OpenStep[] = [];
  for await (const key of to.state.due(dueForOpen(tenant), 0)) {
    steps.push({ key, dueFor: dueForOpen(tenant), contributions: [], reduce: () => undefined });
  }
  await advance(to.state, steps, (caused) => project(to, caused), to.clock);
}

function stepOf(to: Dispatch, key: string, contributions: readonly Finding[], report: ReportBuilder): OpenStep {
  return {
    key,
    dueFor: dueForOpen(contributions[0]?.tenant ?? ''),
    contributions,
    reduce(value, fresh, version) {
      const groupWaitMs = to.settings.groupWaitMs ?? GROUP_WAIT_MS;
      const step = reduceOpenAlert(value, fresh, { now: to.clock(), groupWaitMs, version });
      report.judged(step.verdicts);
      return { value: step.value, caused: step.alerts, expiresAt: step.expiresAt };
    },
  };
}

async function project(to: Dispatch, caused: readonly Caused<Alert>[]): Promise<void> {
  const keep = to.settings.keepAlertsMs;
  const expiresAt = keep === undefined ? undefined : Math.ceil((to.clock().getTime() + keep) / 1000);
  await Promise.all(caused.flatMap(({ items }) => items).map((alert) => to.alerts.upsert(alert, expiresAt)));
}

function dueForOpen(tenant: string): string {
  return `${tenant}#open`;
}
