import type { CorrelationInfo } from '../../lib/model/rule.ts';
import { loadRuleSet } from '../../lib/sigma/index.ts';
import { complaints } from '../support/sigma.ts';

const BASE = ['one', 'two', 'three']
  .map(
    (name) => `title: ${name}
name: ${name}
logsource: {product: test}
detection: {s: {a: ${name}}, condition: s}
---
`,
  )
  .join('');

const correlation = (body: string, more = 'name: c\n', key = 'correlation') =>
  `${BASE}title: Correlated\n${more}${key}:\n  ${body.trim().split('\n').join('\n  ')}\n`;

function load(body: string, more?: string, key?: string): CorrelationInfo {
  const { ruleSet, problems } = loadRuleSet([{ file: 'c.yml', text: correlation(body, more, key) }]);
  expect(problems.filter(({ level }) => level === 'error')).toEqual([]);
  const found = ruleSet.rules.find((rule): rule is CorrelationInfo => rule.kind === 'correlation');
  if (!found) throw new Error('no correlation was loaded');
  return found;
}
const says = (body: string, more?: string, key?: string) => complaints(correlation(body, more, key));

describe('correlations', () => {
  it('reads an event count with range, groups and times', () => {
    expect(
      load('type: event_count\nrules: [one, two]\ngroup-by: [a, b]\ntimespan: 10m\ncondition: {gt: 5, lte: 10}'),
    ).toMatchObject({
      key: 'c',
      kind: 'correlation',
      type: 'event_count',
      rules: ['one', 'two'],
      groupBy: ['a', 'b'],
      timespanMs: 600_000,
      threshold: [
        { op: 'gt', value: 5 },
        { op: 'lte', value: 10 },
      ],
      alerts: true,
    });
  });

  it.each([
    ['value_count', '{gte: 3, field: [x, y]}', ['x', 'y']],
    ['value_sum', '{gte: 3.5, field: x}', ['x']],
    ['value_avg', '{lt: 3, field: x}', ['x']],
    ['value_median', '{lt: 3, field: x}', ['x']],
  ])('reads %s', (type, condition, field) => {
    expect(load(`type: ${type}\nrules: one\ntimespan: 1h\ncondition: ${condition}`)).toMatchObject({
      type,
      field,
      groupBy: [],
    });
  });

  it('reads the percentile, 50 unless it says otherwise', () => {
    const text = 'type: value_percentile\nrules: one\ntimespan: 1h\n';
    expect(load(`${text}condition: {gte: 9, field: x, percentile: 95}`).percentile).toBe(95);
    expect(load(`${text}condition: {gte: 9, field: x}`).percentile).toBe(50);
    expect(says(`${text}condition: {gte: 9, field: x, percentile: 101}`)[0]).toContain('between 0 and 100');
  });

  it('reads temporal types with and without a condition', () => {
    expect(load('type: temporal\nrules: [one, two]\ntimespan: 1h').threshold).toEqual([]);
    expect(
      load('type: temporal_ordered\nrules: [one, two, three]\ntimespan: 1h\ncondition: {gte: 2}').threshold,
    ).toEqual([{ op: 'gte', value: 2 }]);
    expect(load('type: temporal\ntimespan: 1h\ncondition: one and not (two or three)')).toMatchObject({
      rules: ['one', 'two', 'three'],
      boolean: { and: [{ rule: 'one' }, { not: { or: [{ rule: 'two' }, { rule: 'three' }] } }] },
    });
    expect(load('type: temporal\nrules: [one, two]\ntimespan: 1h\ncondition: 1 of them').boolean).toEqual({
      or: [{ rule: 'one' }, { rule: 'two' }],
    });
    expect(says('type: temporal\nrules: [one]\ntimespan: 1h\ncondition: one and tow')[0]).toContain(
      'is not one of its rules',
    );
  });

  it('reads aliases by rule key', () => {
    const body = 'type: temporal\nrules: [one, two]\ngroup-by: [who]\ntimespan: 1h\naliases: {who: {one: a, two: b.c}}';
    expect(load(body).aliases).toEqual({ who: { one: 'a', two: 'b.c' } });
    expect(says(body.replace(', two: b.c', ''))[0]).toContain('has no field for two');
    expect(says(body.replace('two: b.c', 'three: b')).join()).toContain('"three" is not one of its rules');
  });

  it('silences the rules it counts unless generate says otherwise, in either place', () => {
    const body = 'type: event_count\nrules: [one]\ntimespan: 1h\ncondition: {gte: 2}';
    const alerts = (text: string) =>
      loadRuleSet([{ file: 'c.yml', text }]).ruleSet.rules.map(({ key, alerts: told }) => `${key}:${told}`);
    expect(alerts(correlation(body))).toContain('one:false');
    expect(alerts(correlation(body))).toContain('two:true');
    expect(alerts(correlation(`${body}\ngenerate: true`))).toContain('one:true');
    expect(alerts(correlation(body, 'generate: true\n'))).toContain('one:true');
  });

  it('chains, and refuses what the inner correlation does not carry', () => {
    const inner = 'type: event_count\nrules: [one]\ngroup-by: [who]\ntimespan: 1h\ncondition: {gte: 2}';
    const outer = (by: string) =>
      `${correlation(inner, 'name: inner\n')}---\ntitle: Outer\nname: outer\ncorrelation: {type: temporal, rules: [inner, two], group-by: ${by}, timespan: 1d}\n`;
    const { ruleSet, problems } = loadRuleSet([{ file: 'c.yml', text: outer('who') }]);
    expect(problems).toEqual([]);
    expect(ruleSet.rules.map(({ key, alerts }) => `${key}:${alerts}`)).toEqual([
      'one:false',
      'two:false',
      'three:true',
      'inner:false',
      'outer:true',
    ]);
    expect(complaints(outer('where'))).toEqual([
      'error: the correlation "inner" does not carry the field "where" | It carries its group-by: who.',
    ]);
  });

  it('refuses cycles and names the way round', () => {
    const loop = (name: string, counts: string) =>
      `title: ${name}\nname: ${name}\ncorrelation: {type: event_count, rules: [${counts}], timespan: 1h, condition: {gte: 2}}\n`;
    expect(complaints([loop('p', 'q'), loop('q', 'r'), loop('r', 'p')].join('---\n'))[0]).toContain('p → q → r → p');
    expect(complaints(loop('p', 'p'))).toEqual([expect.stringContaining('counts itself: p → p')]);
  });

  it('names unknown rules, and those that were not loaded', () => {
    const text = 'type: event_count\nrules: [tow]\ntimespan: 1h\ncondition: {gte: 2}';
    expect(says(text)).toEqual(['error: there is no rule "tow" | Did you mean "two"?']);
    const broken = `${correlation(text.replace('tow', 'one'))}`.replace('{a: one}', '{a|re: "("}');
    expect(complaints(broken)).toEqual([
      expect.stringContaining('not a regular expression'),
      expect.stringContaining('the rule "one", which it counts, has errors'),
    ]);
    const old = correlation(text.replace('tow', 'one')).replace('name: one', 'name: one\nstatus: deprecated');
    expect(complaints(old)).toContainEqual(expect.stringContaining('"one" is deprecated and not loaded'));
  });

  it.each([
    ['type: event_cuont\nrules: one\ntimespan: 1h\ncondition: {gte: 2}', 'Did you mean "event_count"?'],
    ['rules: one\ntimespan: 1h', 'has no type'],
    ['type: event_count\nrules: one\ncondition: {gte: 2}', 'has no timespan'],
    ['type: event_count\nrules: one\ntimespan: 1x\ncondition: {gte: 2}', 'is no duration'],
    ['type: event_count\nrules: one\ntimespan: 1h', 'has no condition'],
    ['type: event_count\nrules: one\ntimespan: 1h\ncondition: {}', 'compares nothing'],
    ['type: event_count\nrules: one\ntimespan: 1h\ncondition: {gte: 1.5}', 'whole numbers'],
    ['type: event_count\nrules: one\ntimespan: 1h\ncondition: {geq: 1}', 'Did you mean "eq"?'],
    ['type: event_count\nrules: one\ntimespan: 1h\ncondition: {gte: 1}\ngroup_by: a', 'Did you mean "group-by"?'],
    ['type: event_count\ntimespan: 1h\ncondition: {gte: 1}', 'names no rules'],
    ['type: value_sum\nrules: one\ntimespan: 1h\ncondition: {gte: 1}', 'needs a field'],
    ['type: value_sum\nrules: one\ntimespan: 1h\ncondition: {gte: 1, field: [a, b]}', 'takes one field'],
    ['type: absence\nrules: one\ntimespan: 1h', 'Write it under x-correlation'],
    ['type: event_count\nrules: [one, one]\ntimespan: 1h\ncondition: {gte: 1}', 'names a rule twice'],
    ['type: event_count\nrules: [one]\ntimespan: 0s\ncondition: {gte: 1}', 'longer than 0'],
  ])('refuses %j', (body, message) => {
    expect(says(body).join('\n')).toContain(message);
  });

  it('warns that counting nothing is never seen', () => {
    expect(says('type: event_count\nrules: one\ntimespan: 1h\ncondition: {lt: 1}')).toEqual([
      expect.stringMatching(/^warning: .*Use x-correlation of type absence/),
    ]);
  });

  it('gives a changed rule another version, and only that', () => {
    const body = 'type: event_count\nrules: [one]\ntimespan: 1h\ncondition: {gte: 2}';
    const version = (text: string) =>
      loadRuleSet([{ file: 'c.yml', text }]).ruleSet.rules.find(({ key }) => key === 'c')?.version;
    const before = version(correlation(body));
    expect(before).toMatch(/^[0-9a-f]{16}$/);
    expect(version(correlation(body, 'name: c\ndescription: other\n'))).toBe(before);
    expect(version(correlation(body.replace('gte: 2', 'gte: 3')))).not.toBe(before);
    expect(version(correlation(body).replace('{a: one}', '{a: other}'))).not.toBe(before);
  });
});

describe('x-correlation', () => {
  const x = (body: string) => load(body, undefined, 'x-correlation');
  it('reads new_value, absence, change and ratio with their own keys', () => {
    expect(x('type: new_value\nrules: one\ngroup-by: a\nfield: [b, c]\ntimespan: 90d\nwarm-up: 14d')).toMatchObject({
      type: 'new_value',
      field: ['b', 'c'],
      timespanMs: 90 * 86_400_000,
      warmUpMs: 14 * 86_400_000,
    });
    expect(x('type: absence\nrules: one\ngroup-by: a\ntimespan: 30m\nforget: 7d')).toMatchObject({
      forgetMs: 7 * 86_400_000,
    });
    expect(x('type: change\nrules: one\ngroup-by: a\nfield: b\ntimespan: 30d')).toMatchObject({ field: ['b'] });
    expect(x('type: ratio\nrules: [one, two]\ntimespan: 5m\ncondition: {gte: 0.2}\nmin: 50')).toMatchObject({
      rules: ['one', 'two'],
      threshold: [{ op: 'gte', value: 0.2 }],
      min: 50,
    });
  });

  it.each([
    ['type: new_value\nrules: one\ntimespan: 1h', 'needs a field'],
    ['type: ratio\nrules: one\ntimespan: 1h\ncondition: {gte: 1}', 'ratio takes two rules'],
    ['type: absence\nrules: one\ntimespan: 1h\nwarmup: 1d', '"warmup" is not a key of x-correlation of type absence'],
    ['type: new_value\nrules: one\ntimespan: 1h\nfield: a\nwarm_up: 1d', 'Did you mean "warm-up"?'],
    ['type: absence\nrules: one\ntimespan: 1h\ncondition: {gte: 1}', '"condition" is not a key'],
    ['type: event_count\nrules: one\ntimespan: 1h\ncondition: {gte: 1}', 'Write it under correlation'],
  ])('refuses %j', (body, message) => {
    expect(says(body, undefined, 'x-correlation').join('\n')).toContain(message);
  });
});
