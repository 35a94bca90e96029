import type { CorrelationInfo } from '../../lib/model/rule.ts';
import { loadRuleSet } from '../../lib/sigma/index.ts';

const FLOW = `
title: Flow
name: flow
logsource: {product: netbird, service: traffic}
detection: {selection: {is_reporter_source: true}, condition: selection}
`;

function load(body: string) {
  const text = `title: Volume\nname: volume\nx-correlation: ${body}\n---${FLOW}`;
  const { ruleSet, problems } = loadRuleSet([{ file: 'a.yml', text }]);
  const rule = ruleSet.rules.find(({ key }) => key === 'volume') as CorrelationInfo | undefined;
  return { rule, problems: problems.map(({ line, message, hint }) => `${line}: ${message}. ${hint ?? ''}`) };
}

function condition(body: string, field = 'field: total_bytes'): ReturnType<typeof load> {
  return load(`{type: baseline, rules: [flow], group-by: [reporter_id], ${field}, timespan: 1h, condition: {${body}}}`);
}

describe('x-correlation of type baseline', () => {
  it('is read with its amounts in bytes and its rate in milliseconds', () => {
    const { rule, problems } = condition('false-alarms: 1 per 30d, min: 1.5GiB, direction: both');
    expect(problems).toEqual([]);
    expect(rule).toMatchObject({
      type: 'baseline',
      groupBy: ['reporter_id'],
      field: ['total_bytes'],
      timespanMs: 3_600_000,
      forgetMs: 35 * 86_400_000,
      baseline: {
        falseAlarms: { count: 1, perMs: 30 * 86_400_000 },
        min: 1.5 * 2 ** 30,
        direction: 'both',
        top: ['destination.name', 'dst_port', 'user.email'],
      },
    });
  });

  it.each([
    ['2 per week', 2, 7],
    ['0.5 per 10d', 0.5, 10],
    ['1 a month', 1, 30],
  ])('reads %s', (text, count, days) => {
    expect(condition(`false-alarms: ${text}, min: 1MB`).rule?.baseline?.falseAlarms).toEqual({
      count,
      perMs: days * 86_400_000,
    });
  });

  it('counts events where it has no field, and takes the whole account where it has no group', () => {
    const { rule, problems } = load(
      '{type: baseline, rules: [flow], timespan: 15m, condition: {false-alarms: 1 per day, min: 20}, top: [dst_port]}',
    );
    expect(problems).toEqual([]);
    expect(rule).toMatchObject({ groupBy: [], field: [], baseline: { min: 20, direction: 'up', top: ['dst_port'] } });
  });

  it('keeps what it has learned when it is made more sensitive, and not when it looks at something else', () => {
    const version = (body: string): string | undefined => condition(body).rule?.version;
    const first = version('false-alarms: 1 per 30d, min: 1MB');
    expect(version('false-alarms: 9 per 30d, min: 5MB, direction: both')).toBe(first);
    expect(condition('false-alarms: 1 per 30d, min: 1MB', 'field: rx_bytes').rule?.version).not.toBe(first);
  });

  it.each([
    ['min: 1MB', 'the condition of baseline has no false-alarms', '"1 per 30d"'],
    ['false-alarms: often, min: 1MB', '"often" does not say how many false alarms in what time', '"1 per 30d"'],
    ['false-alarms: 1 per fortnight, min: 1MB', '"1 per fortnight" does not say', '"1 per 30d"'],
    ['false-alarms: 2000 per day, min: 1MB', 'are over 1,000 false alarms a day', '"1 per 30d"'],
    ['false-alarms: 1 per 30d', 'the condition of baseline has no min', '"min: 100MB"'],
    ['false-alarms: 1 per 30d, min: 10 parsecs', 'min "10 parsecs" is no amount', '"min: 100MB"'],
    ['false-alarms: 1 per 30d, min: 0', 'min "0" is no amount', 'above 0'],
    ['false-alarms: 1 per 30d, min: 1MB, direction: upp', '"upp" is no direction', 'Did you mean "up"?'],
    ['false-alarms: 1 per 30d, min: 1MB, gte: 5', '"gte" is not a key of the condition of baseline', 'false-alarms'],
  ])('refuses the condition {%s}', (body, message, hint) => {
    const { rule, problems } = condition(body);
    expect(rule).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining(message)]);
    expect(problems[0]).toContain(hint);
  });

  it.each(['1m', '7m', '25h', '2d'])('refuses buckets of %s', (timespan) => {
    const { problems } = load(
      `{type: baseline, rules: [flow], timespan: ${timespan}, condition: {false-alarms: 1 per day, min: 20}}`,
    );
    expect(problems).toEqual([expect.stringContaining('a day must divide into them')]);
  });

  it('refuses a size where events are counted', () => {
    const { problems } = load(
      '{type: baseline, rules: [flow], timespan: 1h, condition: {false-alarms: 1 per day, min: 20MB}}',
    );
    expect(problems).toEqual([expect.stringContaining('min counts events')]);
  });
});
