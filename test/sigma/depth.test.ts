import { assemble } from '../../lib/sigma/assemble.ts';
import type { Expr } from '../../lib/sigma/ast.ts';
import { fieldPresent, fieldText, fieldValues } from '../../lib/sigma/event/fields.ts';
import { loadRuleSet, type RuleProblem } from '../../lib/sigma/index.ts';
import { parseFile } from '../../lib/sigma/parse/document.ts';
import { ruleText } from '../support/sigma.ts';
import { holds } from './reference.ts';

/** `inner` in so many objects. */
function objects(levels: number, inner: unknown, key = 'a'): object {
  let value = inner;
  for (let level = 0; level < levels; level++) value = { [key]: value };
  return value as object;
}

function arrays(levels: number, inner: unknown): unknown {
  let value = inner;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

/** A field of so many keys `a`, as a key that YAML takes however long it is. */
const path = (keys: number, rest = ''): string => `? "${Array(keys).fill('a').join('.')}${rest}"\n  `;

/** What the index says, after making sure that the reference says the same. */
function matches(selection: string, event: object): boolean {
  const file = { file: 'rule.yml', text: ruleText(`s:\n  ${selection}\ncondition: s`) };
  const { ruleSet, problems } = loadRuleSet([file], { routing: 'none' });
  expect(problems).toEqual([]);
  const said = ruleSet.matcher.match(event, {}).length > 0;
  const found: RuleProblem[] = [];
  const { expr } = assemble(parseFile(file, found), {}).detections[0] as { expr: Expr };
  expect(holds(expr, event)).toBe(said);
  return said;
}

describe('deep events', () => {
  const cases: readonly [string, string, (levels: number) => object][] = [
    ['keywords below objects', "'|contains': needle", (levels) => objects(levels + 1, 'a needle')],
    ['keywords below arrays', "'|re': needle", (levels) => ({ a: arrays(levels, 'a needle') })],
    ['arrays of a field', 'a|contains: needle', (levels) => ({ a: arrays(levels, 'a needle') })],
    ['numbers in arrays of a field', 'a|gt: 5', (levels) => ({ a: arrays(levels, 7) })],
    ['arrays on the way', 'a.b: needle', (levels) => ({ a: arrays(levels - 1, { b: 'needle' }) })],
    ['a dotted path', `${path(101)}: needle`, (levels) => objects(levels + 1, 'needle')],
    ['whether a key is there', 'a.b|exists: true', (levels) => ({ a: arrays(levels - 1, { b: null }) })],
    ['the same of another field', 'b|fieldref: a', (levels) => ({ b: 'x', a: arrays(levels, 'x') })],
    ['all modifiers', 'a|contains|all: [nee, dle]', (levels) => ({ a: arrays(levels, 'needle') })],
  ];

  it.each(cases)('reads down to 100 levels, and never throws: %s', (_, selection, event) => {
    const levels = [1, 99, 100, 101, 102, 20_000];
    const dotted = selection.startsWith('?');
    expect(levels.map((each) => matches(selection, event(each)))).toEqual(
      levels.map((each) => (dotted ? each === 100 : each <= 100)),
    );
  });

  it('reads nothing of a path that is longer than that', () => {
    expect(matches(`${path(102)}: needle`, objects(20_000, 'needle'))).toBe(false);
    expect(matches(`${path(102, '|exists')}: true`, objects(20_000, 'needle'))).toBe(false);
  });

  it('takes a field whose values all lie too deep for one without values', () => {
    const event = { a: arrays(20_000, 'x') };
    expect(matches('a: null', event)).toBe(true);
    expect(matches('a|exists: true', event)).toBe(true);
    expect([fieldValues(event, 'a'), fieldText(event, 'a')]).toEqual([[], undefined]);
  });
});

describe('paths that can be read in many ways', () => {
  /** Each level has its successor under both `b` and `b.b`: as many ways as Fibonacci numbers. */
  function ambiguous(levels: number, last: unknown): object {
    let value = last;
    for (let level = 0; level < levels; level++) value = { b: value, 'b.b': value };
    return value as object;
  }
  const field = `${Array(60).fill('b').join('.')}.c`;

  it('are tried once each', () => {
    const event = ambiguous(60, { d: 1 });
    expect([fieldValues(event, field), fieldPresent(event, field)]).toEqual([[], false]);
    expect(matches(`${field}: x`, ambiguous(8, {}))).toBe(false);
  });

  it('are still found, the shortest keys first', () => {
    expect(fieldValues(ambiguous(60, { c: 'deep' }), field)).toEqual(['deep']);
    expect(fieldValues(ambiguous(30, { c: 'short' }), field)).toEqual(['short']);
    expect(fieldPresent(ambiguous(29, { c: 'none' }), field)).toBe(false);
    expect(fieldPresent(ambiguous(45, { c: 'some' }), field)).toBe(true);
  });
});
