import type { CorrelationInfo, Rule } from '../../lib/model/rule.ts';
import { suppressMsOf } from '../../lib/model/suppression.ts';

const HOUR = 3_600_000;

/** Only what the decision looks at. */
function correlation(type: CorrelationInfo['type'], suppressMs?: number): Rule {
  const alert = suppressMs === undefined ? {} : { suppressMs };
  return { kind: 'correlation', type, timespanMs: 24 * HOUR, alert } as Rule;
}

it('is what the rule says', () => {
  expect(suppressMsOf(correlation('event_count', 5000))).toBe(5000);
});

it('is an hour for a detection rule, and where a correlation finds one event', () => {
  expect(suppressMsOf({ kind: 'detection', alert: {} } as Rule)).toBe(HOUR);
  for (const type of ['new_value', 'change', 'absence'] as const) expect(suppressMsOf(correlation(type))).toBe(HOUR);
});

it('begins, for what a correlation gathers, when that is over', () => {
  for (const type of ['event_count', 'temporal_ordered', 'ratio'] as const) {
    expect(suppressMsOf(correlation(type))).toBe(25 * HOUR);
  }
});

it('is half a day for an unusual volume, so that an unusual night is one alert', () => {
  const hourly = { ...correlation('baseline'), timespanMs: HOUR } as Rule;
  expect(suppressMsOf(hourly)).toBe(12 * HOUR);
  expect(suppressMsOf(correlation('baseline'))).toBe(25 * HOUR);
});
