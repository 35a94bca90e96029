import * as fc from 'fast-check';
import type { CompiledRule } from '../../../lib/sigma/assemble.ts';
import type { Expr, Predicate } from '../../../lib/sigma/ast.ts';
import { buildBase } from '../../../lib/sigma/build.ts';
import { fold } from '../../../lib/sigma/compile/fold.ts';
import type { IndexedRule, RuleBase } from '../../../lib/sigma/index/base.ts';
import { positiveLeaves } from '../../../lib/sigma/index/code.ts';
import { createMatcher } from '../../../lib/sigma/index/matcher.ts';
import { holds } from '../reference.ts';

const field = fc.constantFrom('a', 'b', 'a.b', 'c.d.e');
const word = fc.constantFrom('ab', 'Kob', 'kob', 'straße', 'STRASSE', '10', '7', 'x', 'abc-kob', 'Σοφός');

const predicate: fc.Arbitrary<Predicate> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({ field, word, open: fc.boolean(), close: fc.boolean(), cased: fc.boolean() })
      .map(({ field: name, word: literal, open, close, cased }) => ({
        op: 'text' as const,
        field: name,
        tokens: [...(open ? [0 as const] : []), cased ? literal : fold(literal), ...(close ? [0 as const] : [])],
        cased,
      })),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('number' as const),
      field,
      compare: fc.constantFrom(
        'gt' as const,
        'gte' as const,
        'lt' as const,
        'lte' as const,
        'eq' as const,
        'neq' as const,
      ),
      value: fc.constantFrom(7, 8, 10),
    }),
  },
  { weight: 1, arbitrary: field.map((name) => ({ op: 'null' as const, field: name })) },
  { weight: 1, arbitrary: field.map((name) => ({ op: 'exists' as const, field: name })) },
  { weight: 1, arbitrary: field.map((name) => ({ op: 'regex' as const, field: name, pattern: 'b-?k', flags: 'i' })) },
  {
    weight: 1,
    arbitrary: word.map((literal) => ({
      op: 'text' as const,
      field: '',
      tokens: [0 as const, fold(literal), 0 as const],
      cased: false,
    })),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('fieldref' as const),
      field,
      other: field,
      how: fc.constantFrom('equals' as const, 'contains' as const, 'startswith' as const, 'endswith' as const),
      cased: fc.boolean(),
    }),
  },
);

const expression = fc.letrec<{ expr: Expr }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    predicate as fc.Arbitrary<Expr>,
    fc.array(tie('expr'), { maxLength: 4 }).map((and) => ({ and })),
    fc.array(tie('expr'), { maxLength: 4 }).map((or) => ({ or })),
    tie('expr').map((not) => ({ not })),
    fc.record({ least: fc.integer({ min: 1, max: 3 }), of: fc.array(tie('expr'), { minLength: 3, maxLength: 4 }) }),
  ),
})).expr;

const scalar = fc.oneof(
  word,
  fc.constantFrom(7, 8, 10, 7.5, true, null, '', ' 8 ', '1e1', 'AB', '\u212aob', 'xab-KOBx'),
);
const value = fc.oneof({ weight: 4, arbitrary: scalar }, { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) });
const event = fc.record(
  {
    a: fc.oneof(value, fc.record({ b: value }, { requiredKeys: [] })),
    b: value,
    'a.b': value,
    c: fc.oneof(
      fc.record({ d: fc.record({ e: value }) }),
      fc.array(fc.record({ d: fc.record({ e: scalar }) }), { maxLength: 2 }),
    ),
    'c.d': fc.record({ e: value }),
  },
  { requiredKeys: [] },
);

function rulesOf(expressions: readonly Expr[]): CompiledRule[] {
  return expressions.map((expr, index) => ({ info: { key: `r${index}`, logsource: {} }, expr }) as CompiledRule);
}

/** Every rule guarded by the n-th of its parts that could, so that no choice of guards goes untested. */
function guardAll(base: RuleBase, which: number): RuleBase {
  const guardOf = ({ node, witnesses }: IndexedRule): readonly number[] | undefined => {
    if (typeof node === 'number' || node.need !== 'all' || !witnesses) return undefined;
    const able = (number: number): boolean =>
      base.places[number] !== '-' && base.predicates[number]?.field !== '' && !isEquality(number);
    const parts = node.of.flatMap((part) => {
      const leaves = positiveLeaves(part);
      if (!leaves?.length || !leaves.every(able)) return [];
      return leaves.length > 1 && leaves.some((number) => base.places[number] === 'N') ? [] : [leaves];
    });
    return parts[which % Math.max(1, parts.length)];
  };
  const isEquality = (number: number): boolean => {
    const asked = base.predicates[number];
    return asked?.op === 'number' && asked.compare === 'eq';
  };
  const rules = base.rules.map(({ guard: _, ...rule }) => {
    const guard = guardOf(rule);
    return guard ? { ...rule, guard } : rule;
  });
  return { ...base, rules };
}

describe('a program', () => {
  it('says of any rules and events what asking each rule says, whichever parts guard them', async () => {
    let matched = 0;
    await fc.assert(
      fc.property(
        fc.array(expression, { minLength: 1, maxLength: 12 }),
        fc.array(event, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 3 }),
        (expressions, events, which) => {
          const base = buildBase(rulesOf(expressions));
          const revived = JSON.parse(JSON.stringify(base)) as RuleBase;
          const matchers = [base, guardAll(revived, which)].map((each) => createMatcher(each, 'none'));
          for (const each of events) {
            const expected = expressions.flatMap((expr, index) => (holds(expr, each) ? [`r${index}`] : []));
            matched += expected.length;
            for (const matcher of matchers) expect(matcher.match(each, {}).map(({ key }) => key)).toEqual(expected);
          }
        },
      ),
      { numRuns: 600 },
    );
    expect(matched).toBeGreaterThan(2000);
  });
});
