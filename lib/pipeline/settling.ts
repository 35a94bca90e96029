import { plansOf } from '../detect/plan.ts';
import { daysBetween, type Micros } from '../model/timestamp.ts';
import type { RuleSet } from '../sigma/types.ts';
import { latenessOf, type PipelineSettings } from './settings.ts';

/** So long (microseconds) after the last event everything of its time is decided, also in correlations of correlations. */
export function settlingTime(ruleSet: RuleSet, settings: PipelineSettings = {}): Micros {
  const depths = [...plansOf(ruleSet).byKey.values()].map(({ depth }) => depth);
  return latenessOf(settings) * (Math.max(0, ...depths) + 1);
}

/** The day partitions that must show a watermark when it moves from `from` to `upTo`: late events come into days that are over. */
export function daysToShow(from: Micros, upTo: Micros, settings: PipelineSettings = {}): string[] {
  return daysBetween(Math.max(0, from - latenessOf(settings)), upTo);
}
