import { loadRuleSet } from '../../lib/sigma/index.ts';
import { complaints } from '../support/sigma.ts';

const RULE = `title: Base
name: base
id: 5f2b0a34-9d6c-4a1e-8d0a-3f6a52d3a111
logsource: {product: test, service: audit}
detection: {s: {a: 1}, condition: s}
`;
const filter = (body: string, logsource = '{product: test}') =>
  `${RULE}---\ntitle: Filter\nlogsource: ${logsource}\nfilter:\n  ${body.split('\n').join('\n  ')}\n`;
const OUT = 'rules: [base]\nbots: {who: bot}\ncondition: not bots';

function matches(text: string, event: object): boolean {
  const { ruleSet } = loadRuleSet([{ file: 'f.yml', text }]);
  return ruleSet.matcher.match(event, { product: 'test', service: 'audit' }).length > 0;
}

describe('filters', () => {
  it('adds the condition of the filter with and', () => {
    expect(complaints(filter(OUT))).toEqual([]);
    expect(matches(filter(OUT), { a: 1, who: 'me' })).toBe(true);
    expect(matches(filter(OUT), { a: 1, who: 'bot' })).toBe(false);
  });

  it('warns when the condition does not begin with not', () => {
    const text = filter(OUT.replace('not bots', 'bots'));
    expect(complaints(text)).toEqual([expect.stringMatching(/^warning: .*write "condition: not bots"/)]);
    expect(matches(text, { a: 1, who: 'me' })).toBe(false);
    expect(matches(text, { a: 1, who: 'bot' })).toBe(true);
  });

  it.each(['rules: any\n', 'rules: []\n', '', 'rules: 5f2b0a34-9d6c-4a1e-8d0a-3f6a52d3a111\n'])(
    'applies with %j',
    (rules) => {
      const text = filter(OUT.replace('rules: [base]\n', rules));
      expect(complaints(text)).toEqual([]);
      expect(matches(text, { a: 1, who: 'bot' })).toBe(false);
    },
  );

  it('applies only where its logsource contains that of the rule', () => {
    const any = OUT.replace('rules: [base]\n', '');
    expect(matches(filter(any, '{product: test, service: audit}'), { a: 1, who: 'bot' })).toBe(false);
    expect(matches(filter(any, '{service: traffic}'), { a: 1, who: 'bot' })).toBe(true);
    expect(matches(filter(any, '{product: test, category: x}'), { a: 1, who: 'bot' })).toBe(true);
    expect(complaints(filter(OUT, '{service: traffic}'))).toEqual([
      expect.stringContaining('does not apply to "base"'),
    ]);
  });

  it('names unknown rules, and correlations, which it does not apply to', () => {
    expect(complaints(filter(OUT.replace('[base]', '[bsae]')))).toEqual([
      'error: there is no rule "bsae" | Did you mean "base"?',
    ]);
    const correlation = `---\ntitle: C\nname: c\ncorrelation: {type: event_count, rules: [base], timespan: 1h, condition: {gte: 1}}\n`;
    expect(complaints(filter(OUT.replace('[base]', '[c]')) + correlation)).toEqual([
      expect.stringContaining('"c" is a correlation'),
    ]);
  });

  it('changes the version of the rule', () => {
    const version = (text: string) => loadRuleSet([{ file: 'f.yml', text }]).ruleSet.rules[0]?.version;
    expect(version(filter(OUT))).not.toBe(version(RULE));
  });
});
