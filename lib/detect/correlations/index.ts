import type { CorrelationInfo } from '../../model/rule.ts';
import { early, step, thresholdsOf } from '../baseline/index.ts';
import { absence } from './absence.ts';
import { baseline } from './baseline.ts';
import { change } from './change.ts';
import { hasNot } from './clauses.ts';
import type { Correlation } from './correlation.ts';
import { countJudge, distinctJudge } from './count.ts';
import { type Judge, onlyGrows } from './judge.ts';
import { negated } from './negated.ts';
import { newValue } from './new-value.ts';
import { meanJudge, percentileJudge } from './numbers.ts';
import { ratioJudge } from './ratio.ts';
import { orderedJudge, temporalJudge } from './temporal.ts';
import { type WindowSettings, windowed } from './windowed.ts';

export type { Correlation, CorrelationContext, Outcome, Told, Verdict } from './correlation.ts';

/** The reducer of a correlation's type. Throws RangeError where its condition is too large. */
export function correlationOf(info: CorrelationInfo): Correlation<unknown> {
  return typed(info) as Correlation<unknown>;
}

/** Types that take an event's value as a number: events without one do not count. */
export function needsNumber(info: CorrelationInfo): boolean {
  if (info.type === 'baseline') return info.field.length > 0;
  return ['value_sum', 'value_avg', 'value_percentile', 'value_median'].includes(info.type);
}

/** Types for which what a row has grown by is news: all others have counted the row already. */
export function takesGrowth(info: CorrelationInfo): boolean {
  return needsNumber(info);
}

/** Types for which an event without the field says nothing. */
export function needsValue(info: CorrelationInfo): boolean {
  return needsNumber(info) || ['value_count', 'new_value', 'change'].includes(info.type);
}

function typed(info: CorrelationInfo): Correlation<never> {
  switch (info.type) {
    case 'baseline':
      return baseline(info, { step, early, thresholdsOf }) as Correlation<never>;
    case 'absence':
      return absence(info) as Correlation<never>;
    case 'change':
      return change(info) as Correlation<never>;
    case 'new_value':
      return newValue(info) as Correlation<never>;
    case 'temporal':
    case 'temporal_ordered':
      if (hasNot(info.boolean)) return negated(info) as Correlation<never>;
  }
  return windowed(windowOf(info)) as Correlation<never>;
}

function windowOf(info: CorrelationInfo): WindowSettings {
  const timespan = info.timespanMs * 1000;
  const distinct = info.type === 'value_count';
  const judge = (): Judge => judgeOf(info, timespan);
  // A wrong condition must fail when the rule is loaded, not with the first event.
  judge();
  return { timespan, distinct, judge, atOnce: isDecidedAtOnce(info) };
}

function isDecidedAtOnce({ type, threshold }: CorrelationInfo): boolean {
  if (type === 'temporal' || type === 'temporal_ordered') return onlyGrows(threshold);
  return (type === 'event_count' || type === 'value_count') && onlyGrows(threshold);
}

function judgeOf(info: CorrelationInfo, timespan: number): Judge {
  switch (info.type) {
    case 'event_count':
      return countJudge(info.threshold);
    case 'value_count':
      return distinctJudge(info.threshold);
    case 'temporal':
      return temporalJudge(info);
    case 'temporal_ordered':
      return orderedJudge(info, timespan);
    case 'value_sum':
    case 'value_avg':
      return meanJudge(info);
    case 'ratio':
      return ratioJudge(info);
    default:
      return percentileJudge(info);
  }
}
