import * as fc from 'fast-check';
import type { Expr, Predicate } from '../../../lib/sigma/ast.ts';
import { fold } from '../../../lib/sigma/compile/fold.ts';

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

const anyExpression = fc.letrec<{ expr: Expr }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    predicate as fc.Arbitrary<Expr>,
    fc.array(tie('expr'), { maxLength: 4 }).map((and) => ({ and })),
    fc.array(tie('expr'), { maxLength: 4 }).map((or) => ({ or })),
    tie('expr').map((not) => ({ not })),
    fc.record({ least: fc.integer({ min: 1, max: 3 }), of: fc.array(tie('expr'), { minLength: 3, maxLength: 4 }) }),
  ),
})).expr;

/** Mostly like rules: a few parts that all must hold, which others ask for as well. */
export const expression: fc.Arbitrary<Expr> = fc.oneof(
  { weight: 3, arbitrary: anyExpression },
  { weight: 1, arbitrary: predicate },
  { weight: 3, arbitrary: fc.array(predicate, { minLength: 2, maxLength: 3 }).map((and) => ({ and })) },
);

const scalar = fc.oneof(
  word,
  fc.constantFrom(7, 8, 10, 7.5, true, null, '', ' 8 ', '1e1', 'AB', '\u212aob', 'xab-KOBx'),
);
const value = fc.oneof({ weight: 4, arbitrary: scalar }, { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) });
/** Events with their fields, as keys and as paths. */
export const event = fc.record(
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
