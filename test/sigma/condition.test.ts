import { complaints, fires, ruleText } from '../support/sigma.ts';

const SEARCHES = 'sel_a: {a: 1}\nsel_b: {b: 1}\nfilter: {c: 1}\n_hidden: {d: 1}\n';
const holds = (condition: string, event: object) => fires(`${SEARCHES}condition: ${condition}`, event);
const says = (condition: string) => complaints(ruleText(`${SEARCHES}condition: ${condition}`));

describe('conditions', () => {
  it.each([
    ['sel_a or sel_b and filter', { a: 1 }, true],
    ['(sel_a or sel_b) and filter', { a: 1 }, false],
    ['not sel_a and sel_b', { b: 1 }, true],
    ['not (sel_a and sel_b)', { b: 1 }, true],
    ['not not sel_a', { a: 1 }, true],
    ['1 of sel_*', { b: 1 }, true],
    ['all of sel_*', { b: 1 }, false],
    ['all of sel_*', { a: 1, b: 1 }, true],
    ['any of sel_*', { b: 1 }, true],
    ['not 1 of sel_*', {}, true],
    ['1 of them', { c: 1 }, true],
    ['1 of them', { d: 1 }, false],
    ['all of them', { a: 1, b: 1, c: 1 }, true],
    ['1 of _*', { d: 1 }, true],
    ['1 of *', { d: 1 }, false],
    ['1 of s*_b', { b: 1 }, true],
    ['2 of them', { a: 1, c: 1 }, true],
    ['2 of them', { a: 1 }, false],
    ['_hidden', { d: 1 }, true],
    ['sel_a AND NOT Filter', { a: 1 }, false],
    ['[sel_a, filter]', { c: 1 }, true],
    ['[sel_a, filter]', { b: 1 }, false],
  ])('%s over %j is %s', (condition, event, expected) => {
    if (condition.includes('Filter')) {
      expect(says(condition)).toContainEqual(expect.stringMatching(/"Filter" is not .* Did you mean "filter"/));
    } else expect(holds(condition, event)).toBe(expected);
  });

  it('reads keywords in any case, with a warning', () => {
    expect(holds('sel_a AND NOT filter', { a: 1 })).toBe(true);
    expect(says('sel_a AND NOT sel_b or filter')).toEqual([
      'warning: condition keywords in capitals: AND, NOT | Other tools read lower case only.',
    ]);
    expect(says('sel_a AND sel_b AND filter')).toEqual([expect.stringContaining('capitals: AND |')]);
  });

  it.each([
    ['sel_a | count() > 5', '"|" is no part'],
    ['sel_a and', 'ends too early'],
    ['(sel_a', 'a ")" is missing'],
    ['sel_a)', '")" is not expected'],
    ['sel_a sel_b', '"sel_b" is not expected'],
    ['1 of nothing_*', 'finds 0'],
    ['4 of them', 'finds 3'],
    ['0 of them', 'holds always'],
    ['sel_*', 'needs a quantifier'],
    ['sel_c', 'is not a search identifier of this rule'],
    ['and', 'not expected'],
    ['1 of', 'needs "them"'],
    ["''", 'is empty'],
    ['[]', 'is an empty list'],
    ['{a: b}', 'must be a text'],
    ['"sel_a & sel_b"', 'not expected here'],
    [`${'('.repeat(500)}sel_a${')'.repeat(500)}`, 'nest too deeply'],
  ])('refuses %s', (condition, message) => {
    expect(says(condition)[0]).toContain(message);
    expect(says(condition)[0]).toMatch(/^error/);
  });

  it('warns of an identifier that is not used', () => {
    expect(says('sel_a and sel_b')).toEqual(['warning: the condition does not use "filter" | Use it, or take it out.']);
  });

  it('refuses retired syntax with a hint to correlations', () => {
    expect(says('sel_a | count() by x > 5')).toContainEqual(expect.stringContaining('write a correlation rule'));
    for (const near of ['sel_a | near sel_b', 'sel_a |near sel_b and not filter'])
      expect(says(near)).toEqual([expect.stringMatching(/is no part of a condition .*"near" is gone.*type temporal/)]);
    const timeframe = complaints(ruleText('s: {a: 1}\ntimeframe: 5m\ncondition: s'));
    expect(timeframe).toEqual([expect.stringMatching(/^error: "timeframe" is not supported.*correlation/)]);
  });
});
