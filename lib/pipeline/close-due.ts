import type { Engine } from '../detect/engine.ts';
import { parseRuleStateKey } from '../detect/identity.ts';
import type { CorrelationPlan } from '../detect/plan.ts';
import type { Source } from '../model/event.ts';
import type { Micros } from '../model/timestamp.ts';
import { closeGroups, dueForOf, type RuleRun } from './advance-rules.ts';

const CHUNK = 200;

/**
 * Closes every state of the feed that is due, the innermost correlations first. Doing it twice changes nothing, and what
 * the index does not show yet is found at the next watermark.
 */
export async function closeDueStates(run: RuleRun, source: Source, watermark: Micros): Promise<void> {
  const plans = [...run.engine.plans.byKey.values()].filter((plan) => plan.sources.includes(source));
  const partitions = new Set([`${run.tenant}#${source}`, ...plans.map((plan) => dueForOf(run.tenant, plan))]);
  const deepest = Math.max(0, ...plans.map(({ depth }) => depth));
  for (let depth = 0; depth <= deepest; depth++) {
    for (const dueFor of partitions) await closePartition(run, { dueFor, depth, watermark });
  }
}

async function closePartition(
  run: RuleRun,
  { dueFor, depth, watermark }: { dueFor: string; depth: number; watermark: Micros },
): Promise<void> {
  const due: { key: string; plan: CorrelationPlan | undefined; dueFor: string }[] = [];
  for await (const key of run.state.due(dueFor, watermark)) {
    const plan = planOf(run.engine, run.tenant, key);
    if ((plan?.depth ?? 0) === depth) due.push({ key, plan, dueFor });
  }
  for (let start = 0; start < due.length; start += CHUNK) {
    await closeGroups(run, due.slice(start, start + CHUNK), watermark);
  }
}

/** The correlation that a state belongs to; undefined where it is gone or has changed. */
function planOf(engine: Engine, tenant: string, key: string): CorrelationPlan | undefined {
  const parts = parseRuleStateKey(tenant, key);
  const plan = parts && engine.plans.byKey.get(parts.rule);
  return plan?.info.version === parts?.version ? plan : undefined;
}
