import type { CorrelationType, Rule } from './rule.ts';

const HOUR_MS = 3_600_000;
/** What a baseline counts as one false alarm: an unusual night is one alert, not eight. */
const BASELINE_MS = 12 * HOUR_MS;

/** Types that look back only to compare: what they find is one event. */
const OF_ONE_EVENT: ReadonlySet<CorrelationType> = new Set(['new_value', 'change', 'absence']);

/**
 * Milliseconds from an alert's first event in which the same again only counts: what `x-alert.suppress` says, else an
 * hour, of a baseline 12 hours. What a correlation finds began up to its timespan ago, so without that on top, the very next event would be
 * told as another alert.
 */
export function suppressMsOf(rule: Rule): number {
  if (rule.alert.suppressMs !== undefined) return rule.alert.suppressMs;
  if (rule.kind === 'correlation' && rule.type === 'baseline') return Math.max(BASELINE_MS, rule.timespanMs + HOUR_MS);
  return rule.kind === 'correlation' && !OF_ONE_EVENT.has(rule.type) ? rule.timespanMs + HOUR_MS : HOUR_MS;
}
