import { ruleOf, toldBy } from './told.ts';

/** `inner` counts; `it` counts or orders what `inner` found. */
function chained(outer: string, inner = 'type: event_count\nrules: [a]\ntimespan: 60s\ncondition: {gte: 2}'): string {
  const block = (text: string): string =>
    text
      .split('\n')
      .map((line) => `  ${line}`)
      .join('\n');
  return `${ruleOf(outer)}---
title: Inner
name: inner
status: stable
level: low
${inner.startsWith('type: absence') ? 'x-correlation' : 'correlation'}:
  group-by: [initiator_id]
${block(inner)}
`;
}

const BY_USER = 'group-by: [initiator_id]';

it.each([
  [
    'counts the times at which the inner one held',
    chained(`type: event_count\nrules: [inner]\n${BY_USER}\ntimespan: 60s\ncondition: {gte: 2}`),
    '0:a 10:a 20:a',
    ['20 10-20 2 u1'],
  ],
  [
    'near miss: the inner one held once',
    chained(`type: event_count\nrules: [inner]\n${BY_USER}\ntimespan: 60s\ncondition: {gte: 2}`),
    '0:a 10:a',
    [],
  ],
  [
    'orders hits among events',
    chained(`type: temporal_ordered\nrules: [inner, b]\n${BY_USER}\ntimespan: 60s`),
    '0:a 10:a 15:b',
    ['15 10-15 2 u1'],
  ],
  [
    'closes a window that a hit opened',
    chained(`type: temporal_ordered\nrules: [inner, b]\n${BY_USER}\ntimespan: 60s\ncondition: inner and not b`),
    '0:a 10:a 500:other',
    ['70 10-10 1 u1'],
  ],
  [
    'does not hold where what must be absent came',
    chained(`type: temporal_ordered\nrules: [inner, b]\n${BY_USER}\ntimespan: 60s\ncondition: inner and not b`),
    '0:a 10:a 30:b 500:other',
    [],
  ],
  [
    'counts hits that only the watermark decides',
    chained(
      `type: event_count\nrules: [inner]\n${BY_USER}\ntimespan: 600s\ncondition: {gte: 2}`,
      'type: absence\nrules: [a]\ntimespan: 60s',
    ),
    '0:a 200:a 500:other',
    ['260 60-260 2 u1'],
  ],
] as const)('a correlation of a correlation %s', async (_, rules, events, told) => {
  expect(await toldBy(rules, events)).toEqual(told);
});
