import { loadRuleSet } from '../../lib/sigma/index.ts';
import { complaints, itemComplaints, ruleText } from '../support/sigma.ts';

const keysOf = (text: string): string[] =>
  loadRuleSet([{ file: 'rule.yml', text }]).ruleSet.rules.map(({ key }) => key);
const RULE = ruleText('s: {a: 1}\ncondition: s');

describe('rule files that are not what they seem', () => {
  it.each([
    ['a merge key', ruleText('base: &base {a: 1}\ns:\n  <<: *base\n  b: 2\ncondition: s or base')],
    ['an alias of nothing', ruleText('s: {a: *nothing, b: 2}\ncondition: s')],
    ['a key that stands twice', ruleText('s: {a: 1, b: 2, a: 3}\ncondition: s')],
    ['a key that is a list', ruleText('s: {[a]: 1, b: 2}\ncondition: s')],
  ])('never load a rule without the part that could not be read: %s', (_, text) => {
    expect(complaints(text).filter((complaint) => complaint.startsWith('error'))).toHaveLength(1);
    expect(keysOf(text)).toEqual([]);
  });

  it('take an alias for the anchor that stands before it, not for a later one of that name', () => {
    const text = ruleText(
      'one: {a: &x first}\ntwo: {a: *x}\nthree: {a: &x second}\nfour: {a: *x}\ncondition: two or four',
    );
    const { ruleSet } = loadRuleSet([{ file: 'rule.yml', text }], { routing: 'none' });
    const matches = (a: string): boolean => ruleSet.matcher.match({ a }, {}).length > 0;
    expect([matches('first'), matches('second'), matches('third')]).toEqual([true, true, false]);
  });

  it('are read in linear time, however many aliases and keys they have', () => {
    const aliases = Array.from({ length: 20_000 }, () => '  - a: *v').join('\n');
    expect(keysOf(ruleText(`s:\n  - a: &v x\n${aliases}\ncondition: s`))).toEqual(['Under test']);
    const keys = Array.from({ length: 40_000 }, (_, index) => `  f${index}: x`).join('\n');
    expect(keysOf(ruleText(`s:\n${keys}\ncondition: s`))).toEqual(['Under test']);
  });

  it('are refused when they are longer than any rule file', () => {
    expect(complaints(`${RULE}# ${'x'.repeat(32_000_000)}\n`)).toEqual([
      'error: the file is longer than 32000000 characters | Split it; long lists of values go into lists that "expand" names.',
    ]);
  });

  it('bring few syntax errors, each with what to look at', () => {
    const found = complaints(`a: ${'['.repeat(20_000)}`);
    expect(found.length).toBeLessThanOrEqual(3);
    expect(found[0]).toMatch(/^error: .+ \| Look at quotes/);
  });

  it('may end their lines with CR alone', () => {
    expect(keysOf(RULE.replaceAll('\n', '\r'))).toEqual(['Under test']);
    expect(keysOf(`\uFEFF${RULE.replaceAll('\n', '\r\n')}`)).toEqual(['Under test']);
  });

  it('may chain many correlations', () => {
    const chain = Array.from({ length: 400 }, (_, index) =>
      [
        `title: c${index}`,
        `name: r${index + 1}`,
        `correlation: {type: event_count, rules: [r${index}], group-by: [u], timespan: 1h, condition: {gte: 1}}`,
      ].join('\n'),
    );
    const base = RULE.replace('title: Under test', 'title: Under test\nname: r0');
    expect(complaints([base, ...chain].join('\n---\n'))).toEqual([]);
    const tall = Array.from({ length: 8 }, (_, more) => chain.map((text) => renumber(text, more * 400))).flat();
    expect(complaints([base, ...tall].join('\n---\n'))).toEqual([]);
    expect(complaints([base, ...tall].reverse().join('\n---\n'))).toEqual([]);
    const ring = [base.replace('r0', 'other'), ...chain.slice(0, 3), chain[3]?.replace('name: r4', 'name: r0')];
    expect(complaints(ring.join('\n---\n')).filter((each) => each.includes('counts itself'))[0]).toContain(
      'r1 → r0 → r3 → r2 → r1',
    );
  });
});

/** The text of a rule with all numbers in its names that much higher. */
function renumber(text: string, more: number): string {
  return text.replaceAll(/(?<=\b[cr])\d+/g, (digits) => String(Number(digits) + more));
}

describe('base64offset', () => {
  it('refuses values too short to leave a trace, which would match everything', () => {
    const message = 'error: base64offset needs at least two bytes | Less leaves no trace of its own in Base64.';
    expect(itemComplaints("a|base64offset|contains: 'f'")).toEqual([message]);
    expect(itemComplaints("a|base64offset|contains: ''")).toEqual([message]);
    expect(itemComplaints("a|base64offset|contains: ['ff', 'ß']")).toEqual([]);
    expect(itemComplaints("a|wide|base64offset|contains: 'f'")).toEqual([]);
  });
});
