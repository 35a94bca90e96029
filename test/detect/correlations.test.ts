import { ruleOf, toldBy } from './told.ts';

interface Case {
  readonly title: string;
  readonly rule: string;
  readonly cases: readonly (readonly [what: string, events: string, told: readonly string[]])[];
  readonly extension?: boolean;
}

const BY_USER = 'group-by: [initiator_id]';

const CASES: readonly Case[] = [
  {
    title: 'event_count',
    rule: `type: event_count\nrules: [a]\n${BY_USER}\ntimespan: 60s\ncondition: {gte: 3}`,
    cases: [
      ['holds with the third event, both ends of the window included', '0:a 30:a 60:a', ['60 0-60 3 u1']],
      ['does not hold a microsecond beyond the window', '0:a 30:a 60.001:a', []],
      ['counts each group for itself', '0:a/u1 1:a/u2 2:a/u1 3:a/u2', []],
      ['tells only new events while it goes on', '0:a 10:a 20:a 30:a 40:a', ['20 0-40 5 u1']],
      ['slides: no fixed boundaries', '50:a 59:a 61:a', ['61 50-61 3 u1']],
      ['counts events of one time', '5:a 5:a 5:a', ['5 5-5 3 u1']],
      ['counts only its own rules', '0:a 1:b 2:a 3:b', []],
    ],
  },
  {
    title: 'event_count over several rules counts an event once',
    rule: `type: event_count\nrules: [a, b]\n${BY_USER}\ntimespan: 60s\ncondition: {gt: 2}`,
    cases: [
      ['holds', '0:a 1:b 2:a', ['2 0-2 3 u1']],
      ['near miss', '0:a 1:b', []],
    ],
  },
  {
    title: 'event_count within a range waits for the watermark',
    rule: `type: event_count\nrules: [a]\n${BY_USER}\ntimespan: 60s\ncondition: {gte: 2, lte: 2}`,
    cases: [
      ['holds', '0:a 10:a 200:other', ['10 0-10 2 u1']],
      ['is above the range at once', '0:a 0:a 0:a 200:other', []],
      ['is below the range', '0:a 100:a 300:other', []],
    ],
  },
  {
    title: 'event_count without group-by is one group',
    rule: 'type: event_count\nrules: [a]\ntimespan: 60s\ncondition: {gte: 2}',
    cases: [['holds over users', '0:a/u1 1:a/u2', ['1 0-1 2']]],
  },
  {
    title: 'value_count',
    rule: `type: value_count\nrules: [a]\n${BY_USER}\ntimespan: 60s\ncondition: {field: meta.value, gte: 3}`,
    cases: [
      ['counts different values', '0:a=x 1:a=y 2:a=y 3:a=z', ['3 0-3 4 u1']],
      ['does not count one value often', '0:a=x 1:a=x 2:a=x 3:a=y', []],
      ['forgets values that left the window', '0:a=x 1:a=y 61.5:a=z', []],
      ['skips events without the field', '0:a=x 1:a=none 2:a=y', []],
    ],
  },
  {
    title: 'temporal',
    rule: `type: temporal\nrules: [a, b]\n${BY_USER}\ntimespan: 60s`,
    cases: [
      ['holds in any order', '0:b 50:a', ['50 0-50 2 u1']],
      ['near miss in time', '0:b 60.001:a', []],
      ['near miss in group', '0:b/u1 1:a/u2', []],
    ],
  },
  {
    title: 'temporal with a number of rules',
    rule: `type: temporal\nrules: [a, b, c]\n${BY_USER}\ntimespan: 60s\ncondition: {gte: 2}`,
    cases: [
      ['holds with two of three', '0:a 1:c', ['1 0-1 2 u1']],
      ['near miss: twice the same', '0:a 1:a', []],
    ],
  },
  {
    title: 'temporal_ordered',
    rule: `type: temporal_ordered\nrules: [a, b, c]\n${BY_USER}\ntimespan: 60s`,
    cases: [
      ['holds in order', '0:a 10:b 20:c', ['20 0-20 3 u1']],
      ['holds at equal times', '5:c 5:b 5:a', ['5 5-5 3 u1']],
      ['near miss: swapped', '0:a 10:c 20:b', []],
      ['near miss: the first is too old', '0:a 10:b 60.001:c', []],
      ['takes a later start', '0:a 50:a 55:b 100:c', ['100 50-100 3 u1']],
      ['is not fooled by another start in between', '0:a 10:b 70:a 80:c', []],
    ],
  },
  {
    title: 'a boolean condition without not holds at once',
    rule: `type: temporal\nrules: [a, b, c]\n${BY_USER}\ntimespan: 60s\ncondition: a and (b or c)`,
    cases: [
      ['holds with one alternative', '0:a 1:c', ['1 0-1 2 u1']],
      ['near miss', '0:b 1:c', []],
    ],
  },
  {
    title: 'temporal with not is decided when the window closes',
    rule: `type: temporal\nrules: [a, b]\n${BY_USER}\ntimespan: 60s\ncondition: a and not b`,
    cases: [
      ['holds when it stays absent', '0:a 500:other', ['60 0-0 1 u1']],
      ['does not hold when it comes to the window’s end', '0:a 60:b 500:other', []],
      ['holds when it comes later', '0:a 60.001:b 500:other', ['60 0-0 1 u1']],
      ['does not hold when it came just before', '0:b 30:a 500:other', []],
      ['holds when it came long before', '0:b 60.001:a 500:other', ['120.001 60.001-60.001 1 u1']],
      ['is not decided before the window has closed', '0:a 30:other', []],
    ],
  },
  {
    title: 'temporal_ordered with not looks only at what follows',
    rule: `type: temporal_ordered\nrules: [a, b]\n${BY_USER}\ntimespan: 60s\ncondition: a and not b`,
    cases: [
      ['does not hold when it follows', '0:a 1:b 500:other', []],
      ['holds when it came before', '0:b 1:a 500:other', ['61 1-1 1 u1']],
    ],
  },
  {
    title: 'not around a conjunction',
    rule: `type: temporal\nrules: [a, b, c]\n${BY_USER}\ntimespan: 60s\ncondition: a and not (b and c)`,
    cases: [
      ['holds with one of both', '0:a 1:b 500:other', ['60 0-0 1 u1']],
      ['does not hold with both', '0:a 1:b 2:c 500:other', []],
    ],
  },
  {
    title: 'value_sum',
    rule: `type: value_sum\nrules: [a]\n${BY_USER}\ntimespan: 60s\ncondition: {field: meta.value, gte: 10}`,
    cases: [
      ['adds up', '0:a=4 30:a=6 200:other', ['30 0-30 2 u1']],
      ['near miss', '0:a=4 30:a=5.9 200:other', []],
      ['loses what left the window', '0:a=4 61:a=6 200:other', []],
      ['skips what is no number', '0:a=ten 30:a=9 200:other', []],
    ],
  },
  {
    title: 'value_avg',
    rule: `type: value_avg\nrules: [a]\n${BY_USER}\ntimespan: 60s\ncondition: {field: meta.value, gt: 5}`,
    cases: [
      ['holds', '0:a=4 30:a=7 200:other', ['30 0-30 2 u1']],
      ['near miss', '0:a=4 30:a=6 200:other', []],
    ],
  },
  {
    title: 'value_percentile',
    rule: `type: value_percentile\nrules: [a]\n${BY_USER}\ntimespan: 60s\ncondition: {field: meta.value, gte: 3.7, percentile: 90}`,
    cases: [
      // 0, 1, 2, 3, 4: rank 3.6 → 3.6; 0, 1, 2, 4, 4: 4.
      ['interpolates: near miss', '0:a=0 1:a=1 2:a=2 2:a=3 2:a=4 200:other', []],
      ['interpolates: holds', '0:a=0 1:a=1 2:a=2 2:a=4 2:a=4 200:other', ['2 0-2 5 u1']],
    ],
  },
  {
    title: 'value_median',
    rule: `type: value_median\nrules: [a]\n${BY_USER}\ntimespan: 60s\ncondition: {field: meta.value, gt: 2}`,
    cases: [
      ['holds between neighbours', '0:a=1 0:a=2 0:a=3 0:a=9 200:other', ['0 0-0 4 u1']],
      ['near miss', '0:a=1 0:a=2 0:a=2 0:a=9 200:other', []],
    ],
  },
  {
    title: 'new_value',
    extension: true,
    rule: `type: new_value\nrules: [a]\n${BY_USER}\nfield: meta.value\ntimespan: 300s\nwarm-up: 60s`,
    cases: [
      ['is silent while it warms up', '0:a=x 59:a=y 500:other', []],
      ['tells what is new after that', '0:a=x 60:a=y 70:a=x 500:other', ['60 60-60 1 u1']],
      ['remembers for the timespan, and each sight anew', '0:a=x 200:a=x 500:a=x 900:other', []],
      ['forgets after it', '0:a=x 300.001:a=x 900:other', ['300.001 300.001-300.001 1 u1']],
      ['looks at each group for itself', '0:a/u1=x 0:a/u2=y 100:a/u1=y 500:other', ['100 100-100 1 u1']],
    ],
  },
  {
    title: 'change',
    extension: true,
    rule: `type: change\nrules: [a]\n${BY_USER}\nfield: meta.value\ntimespan: 300s`,
    cases: [
      ['tells each change', '0:a=x 10:a=y 20:a=y 30:a=x 500:other', ['10 10-30 2 u1']],
      ['does not tell the first value', '0:a=x 500:other', []],
      ['forgets the last value after the timespan', '0:a=x 300.001:a=y 900:other', []],
    ],
  },
  {
    title: 'absence',
    extension: true,
    rule: `type: absence\nrules: [a]\n${BY_USER}\ntimespan: 60s\nforget: 600s`,
    cases: [
      ['tells when nothing came for the timespan', '0:a 10:a 200:other', ['70 10-10 0 u1']],
      ['is silent while something comes', '0:a 60:a 120:a 130:other', []],
      ['tells a silence that ended again', '0:a 60.001:a 100:other', ['60 0-0 0 u1']],
      ['tells each outage once', '0:a 100:a 1000:other', ['60 0-100 0 u1']],
      ['is not told beyond the data', '0:a 30:other', []],
      ['forgets a group that stays silent', '0:a 2000:a 2010:other', ['60 0-0 0 u1']],
    ],
  },
  {
    title: 'ratio',
    extension: true,
    rule: `type: ratio\nrules: [a, b]\n${BY_USER}\ntimespan: 60s\ncondition: {gte: 0.5}\nmin: 4`,
    cases: [
      ['holds', '0:b 1:b 2:b 3:b 4:a 5:a 200:other', ['5 0-5 6 u1']],
      ['near miss in the share', '0:b 1:b 2:b 3:b 4:a 200:other', []],
      ['near miss in the least size', '0:b 1:b 2:b 4:a 5:a 200:other', []],
    ],
  },
];

describe.each(CASES)('$title', ({ rule, cases, extension }) => {
  it.each(cases)('%s', async (_, events, told) => {
    expect(await toldBy(ruleOf(rule, { extension: extension ?? false }), events)).toEqual(told);
  });
});
