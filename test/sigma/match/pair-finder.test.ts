import type { Expr, Predicate } from '../../../lib/sigma/ast.ts';
import { buildBase } from '../../../lib/sigma/build.ts';
import { buildImage } from '../../../lib/sigma/index/build-image.ts';
import { layOut } from '../../../lib/sigma/index/layout.ts';
import { pairsSource } from '../../../lib/sigma/match/pair-finder.ts';
import { Random } from '../../support/random.ts';
import { expectedKeys, keysOf, matchersOf, rulesOf } from './matchers.ts';

function whole(field: string, literal: string): Predicate {
  return { op: 'text', field, tokens: [literal], cased: false };
}

/** Two rules about each of forty users. */
const users = Array.from({ length: 40 }, (_, at) => `user-${at}`);
const expressions = users.flatMap((user, at): Expr[] => [
  { and: [whole('user', user), whole('action', `act-${at % 5}`)] },
  { and: [whole('user', user), { or: [whole('action', 'act-1'), whole('action', '7')] }, { not: whole('more', 'x') }] },
]);

describe('pairs', () => {
  it('are what these rules are found by, in code of numbers alone', () => {
    const base = buildBase(rulesOf(expressions));
    expect(base.rules.filter(({ pair }) => pair !== undefined)).toHaveLength(expressions.length);
    const source = pairsSource(buildImage(layOut(base)).pairs);
    expect(new Function(source)).toBeInstanceOf(Function);
    expect(source).not.toMatch(/user|act|more/);
  });

  it('are found among one value, several and many', () => {
    const random = new Random(4);
    const some = (values: readonly unknown[], count: number): unknown =>
      count === 1 ? random.pick(values) : random.some(values, count, count);
    const actions = [...Array.from({ length: 5 }, (_, at) => `ACT-${at}`), 7, null, ...users];
    const matchers = matchersOf(expressions, 0);
    let matched = 0;
    for (const [user, action] of [1, 2, 16, 17, 40].flatMap((one) =>
      [1, 3, 16, 17].map((other) => [one, other] as const),
    )) {
      for (let round = 0; round < 5; round++) {
        const said = {
          user: some(users, user),
          action: some(actions, action),
          ...(round === 0 && { more: ['X', 'y'] }),
        };
        const expected = expectedKeys(expressions, said);
        matched += expected.length;
        for (const matcher of matchers) expect(keysOf(matcher, said)).toEqual(expected);
      }
    }
    expect(matched).toBeGreaterThan(300);
  });
});
