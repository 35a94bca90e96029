/** The story: stored changes → rules → findings → alerts. Live, test and backtest run this page. */
import { Groups } from './detect/contributions.ts';
import { createEngine } from './detect/engine.ts';
import type { Change, EventChange } from './model/change.ts';
import type { Clock } from './model/clock.ts';
import type { Source } from './model/event.ts';
import type { Finding } from './model/finding.ts';
import { groupBy } from './model/group-by.ts';
import type { Micros } from './model/timestamp.ts';
import { absorbGroups } from './pipeline/advance-rules.ts';
import { type Batch, closeUpTo, matchEvents, noteFailures, openBatch, passTime } from './pipeline/batch.ts';
import { Fleets } from './pipeline/fleets.ts';
import { type ProcessReport, ReportBuilder } from './pipeline/process-report.ts';
import type { PipelineSettings } from './pipeline/settings.ts';
import { finishTelling, tellFindings } from './pipeline/tell.ts';
import type { RuleSet } from './sigma/types.ts';
import type { AlertStore, StateStore } from './store/ports.ts';

export type { ProcessReport } from './pipeline/process-report.ts';
export type { PipelineSettings } from './pipeline/settings.ts';

export interface PipelineParts {
  readonly ruleSet: RuleSet;
  readonly alerts: AlertStore;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly settings?: PipelineSettings;
}

export interface Pipeline {
  /** Takes in a batch of changes in stream order. After a throw, the same batch again completes it; nothing counts twice. */
  process(changes: readonly Change[]): Promise<ProcessReport>;
  /**
   * The same for one tenant and many events that come in parts, in stream order: each part is let go of before the next is
   * asked for, and what correlations keep is moved once for all of them. Then `marks` say how far time has gone.
   */
  processParts(
    tenant: string,
    parts: Iterable<readonly EventChange[]>,
    marks: readonly Change[],
  ): Promise<ProcessReport>;
  /** Opens or counts alerts for findings that come from elsewhere, such as a source that cannot be read. */
  tell(findings: readonly Finding[]): Promise<ProcessReport>;
  /** Closes what is due at `watermark`, and finishes what was interrupted. */
  closeDue(tenant: string, source: Source, watermark: Micros): Promise<ProcessReport>;
}

export function createPipeline({ ruleSet, alerts, state, clock, settings = {} }: PipelineParts): Pipeline {
  const surroundings = {
    engine: createEngine(ruleSet),
    ruleSet,
    alerts,
    state,
    clock,
    settings,
    greeted: new Set<string>(),
    fleets: new Fleets(),
  };

  async function processTenant(batch: Batch): Promise<void> {
    const found = await matchEvents(batch);
    await batch.tell(found.findings);
    await absorbGroups(batch, found.groups.all());
    // After the events: what a watermark speaks of has been taken in.
    await passTime(batch);
    await noteFailures(batch, found);
  }

  return {
    async process(changes) {
      const report = new ReportBuilder();
      for (const [tenant, theirs] of groupBy(changes, (change) => change.tenant)) {
        await processTenant(await openBatch(surroundings, tenant, theirs, report));
      }
      return report.build();
    },
    async processParts(tenant, parts, marks) {
      const report = new ReportBuilder();
      const groups = new Groups();
      for (const changes of parts) {
        const part = await openBatch(surroundings, tenant, changes, report);
        const found = await matchEvents(part, groups);
        await part.tell(found.findings);
        await noteFailures(part, found);
      }
      const batch = await openBatch(surroundings, tenant, marks, report);
      await absorbGroups(batch, groups.all());
      await passTime(batch);
      await noteFailures(batch, undefined);
      return report.build();
    },
    async tell(findings) {
      const report = new ReportBuilder();
      await tellFindings(surroundings, findings, report);
      return report.build();
    },
    async closeDue(tenant, source, watermark) {
      const report = new ReportBuilder();
      const batch = await openBatch(surroundings, tenant, [], report);
      await closeUpTo(batch, batch.standing.watermarks, source, watermark);
      await finishTelling(surroundings, tenant);
      await noteFailures(batch, undefined);
      return report.build();
    },
  };
}
