import type { Expr, Predicate } from '../../../lib/sigma/ast.ts';
import { buildBase } from '../../../lib/sigma/build.ts';

function whole(field: string, literal: string): Predicate {
  return { op: 'text', field, tokens: [literal], cased: false };
}

const more: Predicate = { op: 'number', field: 'bytes', compare: 'gt', value: 5 };

/** Of each rule, the field of its witnesses and that of its pair. */
function pairsOf(expressions: readonly Expr[]): string[] {
  const base = buildBase(expressions.map((expr) => ({ info: { logsource: {} }, expr })));
  const fieldOf = (numbers: readonly number[] = []): string => `${base.predicates[numbers[0] ?? -1]?.field}`;
  return base.rules.map(({ witnesses, pair }) => `${fieldOf(witnesses)} × ${fieldOf(pair)}`);
}

/** Rules about forty users, each of whom did one of four things. */
function rules(count: number, make: (user: Predicate, at: number) => Expr): Expr[] {
  return Array.from({ length: count }, (_, at) => make(whole('user', `user-${at % 40}`), at));
}

describe('pairs', () => {
  it('are made of two values that rules ask for, where many are named', () => {
    const expressions = rules(80, (user, at) => ({ and: [user, whole('action', `act-${at % 4}`), more] }));
    expect(new Set(pairsOf(expressions))).toEqual(new Set(['user × action']));
  });

  it('are made of lists, too, as long as they are short', () => {
    const actions = (count: number): Expr => ({
      or: Array.from({ length: count }, (_, at) => whole('action', `a${at}`)),
    });
    expect(new Set(pairsOf(rules(80, (user) => ({ and: [user, actions(5)] }))))).toEqual(new Set(['user × action']));
    expect(new Set(pairsOf(rules(80, (user) => ({ and: [user, actions(17)] }))))).toEqual(
      new Set(['user × undefined']),
    );
  });

  it('are not made of few rules, nor where values are found for most other rules all the same', () => {
    const paired = (user: Predicate, at: number): Expr => ({ and: [user, whole('action', `act-${at % 4}`)] });
    const alone = (user: Predicate, at: number): Expr => (at % 8 === 0 ? paired(user, at) : { and: [user, more] });
    for (const expressions of [rules(10, paired), rules(160, alone)]) {
      expect(new Set(pairsOf(expressions))).toEqual(new Set(['user × undefined']));
    }
  });

  it('are not made of what is no whole value, of a part that may be wanting, or of one field', () => {
    const parts: ((at: number) => Expr)[] = [
      () => more,
      (at) => ({ op: 'text', field: 'action', tokens: [`act-${at}`, 0], cased: false }),
      (at) => ({ or: [whole('action', `act-${at}`), more] }),
      (at) => ({ not: whole('action', `act-${at % 4}`) }),
      (at) => ({ or: [whole('action', `act-${at}`), whole('other', `act-${at}`)] }),
    ];
    for (const part of parts) {
      const pairs = pairsOf(rules(80, (user, at) => ({ and: [user, part(at % 4)] })));
      expect(pairs.filter((pair) => !pair.endsWith('× undefined'))).toEqual([]);
    }
  });
});
