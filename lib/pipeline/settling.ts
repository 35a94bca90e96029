import { plansOf } from '../detect/plan.ts';
import type { Source } from '../model/event.ts';
import { daysBetween, type Micros } from '../model/timestamp.ts';
import { hoursBetween } from '../model/traffic-partition.ts';
import type { RuleSet } from '../sigma/types.ts';
import { latenessOf, longestLateness, type PipelineSettings } from './settings.ts';

/** So long (microseconds) after the last event everything of its time is decided, also in correlations of correlations. */
export function settlingTime(ruleSet: RuleSet, settings: PipelineSettings = {}): Micros {
  const plans = [...plansOf(ruleSet).byKey.values()];
  const waits = plans.map(({ depth, sources }) => longestLateness(settings, sources) * (depth + 1));
  return Math.max(latenessOf(settings, 'audit'), ...waits);
}

/**
 * The partitions (UTC days of audit events, UTC hours of traffic) that must show a watermark when it moves from `from` to
 * `upTo`: late events come into partitions that are over.
 */
export function bucketsToShow(source: Source, from: Micros, upTo: Micros, settings: PipelineSettings = {}): string[] {
  const first = Math.max(0, from - latenessOf(settings, source));
  return source === 'audit' ? daysBetween(first, upTo) : hoursBetween(first, upTo);
}
