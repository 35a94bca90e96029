import * as fc from 'fast-check';
import type { Expr, Predicate, Token } from '../../../lib/sigma/ast.ts';
import { buildBase } from '../../../lib/sigma/build.ts';
import type { Matcher } from '../../../lib/sigma/types.ts';
import { Random } from '../../support/random.ts';
import { event, expression } from './arbitrary.ts';
import { expectedKeys, guardAll, keysOf, matchersOf, rulesOf } from './matchers.ts';
import { withoutCode } from './without-code.ts';

/** The event with a field that throws from a read of it on. */
function thrower(said: object, name: string, from: number): object {
  let reads = 0;
  const kept = (said as Record<string, unknown>)[name];
  return Object.defineProperty({ ...said }, name, {
    enumerable: true,
    get: () => {
      if (reads++ >= from) throw new RangeError('torn event');
      return kept;
    },
  });
}

interface Tearing {
  readonly said: object;
  readonly name: string;
  /** The read that throws first. */
  readonly from: number;
}

/** Whether it threw. */
function fails(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch (error) {
    expect(error).toEqual(new RangeError('torn event'));
    return true;
  }
}

/** More than the five bits of a guard can number. */
const numberFields = Array.from({ length: 40 }, (_, at) => `n${at}`);

const manyNumbers = numberFields.flatMap((name, at): Expr[] =>
  (['gt', 'lt', 'gte', 'lte'] as const).map((compare, index) => ({
    and: [
      { op: 'number', field: name, compare, value: at + index * 10 },
      { op: 'text', field: 't', tokens: [`name-${index % 2}`], cased: false },
    ],
  })),
);

/** An event with numbers, and texts that are, in most of these fields. */
function numbersOf(round: number): object {
  const numbers = numberFields.flatMap((name, at) => {
    const number = (at * 7 + round) % 3 === 0 ? `${round}` : round + (at % 2) / 2;
    return (at + round) % 5 === 0 ? [] : [[name, number] as const];
  });
  return { t: `name-${round % 2}`, ...Object.fromEntries(numbers) };
}

/** Rules that differ in name, and in the field whose value guards them: those of texts, then those of numbers. */
const manyGuards = (['part', 'text', 'number'] as const).flatMap((kind) =>
  numberFields.map((name, at): Expr => {
    const field = kind === 'number' ? name : `${kind}${at}`;
    const named: Predicate = { op: 'text', field: 't', tokens: [`name-${at}`], cased: false };
    if (kind === 'number') return { and: [{ op: 'number', field, compare: 'gte', value: at % 3 }, named] };
    const tokens: Token[] = kind === 'part' ? [0, '1', 0] : [`${at % 3}`];
    return { and: [{ op: 'text', field, tokens, cased: false }, named] };
  }),
);

/** An event that has some of the names, and small numbers, written so or as texts, in all of the fields. */
function namesOf(random: Random): object {
  const names = numberFields.map((_, at) => `name-${at}`);
  const values = numberFields.flatMap((name, at) =>
    [`text${at}`, `part${at}`, name].map((field) => {
      const number = random.chance(0.3) ? at % 3 : random.below(60);
      return [field, random.chance(0.7) ? number : `${number}`] as const;
    }),
  );
  return { t: random.some(names, 0, random.below(12)), ...Object.fromEntries(values) };
}

const few = fc.integer({ min: 0, max: 3 });

describe('a program', () => {
  it('says of any rules and events what asking each rule says, whichever parts guard them, stored or not', async () => {
    let matched = 0;
    await fc.assert(
      fc.property(
        fc.array(expression, { minLength: 1, maxLength: 12 }),
        fc.array(event, { minLength: 1, maxLength: 8 }),
        few,
        (expressions, events, which) => {
          const matchers = matchersOf(expressions, which);
          for (const each of events) {
            const expected = expectedKeys(expressions, each);
            matched += expected.length;
            for (const matcher of matchers) expect(keysOf(matcher, each)).toEqual(expected);
          }
        },
      ),
      { numRuns: 600 },
    );
    expect(matched).toBeGreaterThan(2000);
  });

  it('says the same where code from text is forbidden', async () => {
    await fc.assert(
      fc.property(
        fc.array(expression, { minLength: 1, maxLength: 12 }),
        fc.array(event, { minLength: 1, maxLength: 6 }),
        few,
        (expressions, events, which) => {
          const matchers = matchersOf(expressions, which);
          for (const each of events) {
            const said = withoutCode(() => matchers.map((matcher) => keysOf(matcher, each)));
            expect(said).toEqual(matchers.map(() => expectedKeys(expressions, each)));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('keeps nothing of an event that threw, wherever it did', async () => {
    /** How often events threw at which read. */
    const thrown = [0, 0, 0, 0];
    const tearing = fc.record({ said: event, name: fc.constantFrom('a', 'b', 'a.b', 'c'), from: few });
    const expectUntorn = (matcher: Matcher, torn: Tearing, next: object, expected: string[]): void => {
      const failed = fails(() => matcher.match(thrower(torn.said, torn.name, torn.from), {}));
      thrown[torn.from] = (thrown[torn.from] ?? 0) + Number(failed);
      expect(keysOf(matcher, next)).toEqual(expected);
    };
    await fc.assert(
      fc.property(
        fc.array(expression, { minLength: 2, maxLength: 12 }),
        fc.array(fc.tuple(tearing, event), { minLength: 1, maxLength: 6 }),
        few,
        (expressions, pairs, which) => {
          const matchers = matchersOf(expressions, which);
          for (const [torn, next] of pairs) {
            const expected = expectedKeys(expressions, next);
            for (const matcher of matchers) expectUntorn(matcher, torn, next, expected);
          }
        },
      ),
      { numRuns: 400 },
    );
    // At the first look, and when rules were asked.
    expect(Math.min(...thrown)).toBeGreaterThan(30);
  });

  it('lets no number pass that only its guard takes for greater', () => {
    const limit: Predicate = { op: 'number', field: 'n', compare: 'gt', value: 7 };
    const name: Predicate = { op: 'text', field: 't', tokens: ['xyzzy'], cased: false };
    // The first rule has the table of numbers filled, the second is guarded by one.
    const expressions: Expr[] = [limit, { and: [name, limit] }];
    for (const matcher of matchersOf(expressions, 0)) {
      for (const n of [6, 7, 7.0000001, 7.5, 8, '7', '7.0000001', [7], [7.0000001, 1], 'seven', null]) {
        const said = { n, t: 'XYZZY' };
        expect({ n, keys: keysOf(matcher, said) }).toEqual({ n, keys: expectedKeys(expressions, said) });
      }
    }
  });

  it('is right of numbers in more fields than guards can ask for', () => {
    const guards = guardAll(buildBase(rulesOf(manyNumbers)), 0).rules.flatMap(({ guard }) => guard ?? []);
    expect(new Set(guards).size).toBe(manyNumbers.length);
    let matched = 0;
    for (const matcher of matchersOf(manyNumbers, 0)) {
      for (let round = 0; round < 60; round++) {
        const said = numbersOf(round);
        const expected = expectedKeys(manyNumbers, said);
        matched += expected.length;
        expect(keysOf(matcher, said)).toEqual(expected);
      }
    }
    expect(matched).toBeGreaterThan(1000);
  });

  it.each([
    ['texts', manyGuards.slice(0, 28)],
    ['texts and numbers', manyGuards],
  ])('looks up what guards ask for, %s, in whichever of many fields, by any combination of rules', (_, expressions) => {
    const { rules } = guardAll(buildBase(rulesOf(expressions)), 0);
    expect(new Set(rules.flatMap(({ guard }) => guard ?? [])).size).toBe(expressions.length);
    const random = new Random(3);
    const matchers = matchersOf(expressions, 0);
    let matched = 0;
    for (let round = 0; round < 60_000 / expressions.length; round++) {
      const said = namesOf(random);
      const expected = expectedKeys(expressions, said);
      matched += expected.length;
      for (const matcher of matchers) expect(keysOf(matcher, said)).toEqual(expected);
    }
    expect(matched).toBeGreaterThan(500);
  });

  it('takes numbers beyond all limits for the same whichever way they are asked', () => {
    const limit: Predicate = { op: 'number', field: 'n', compare: 'gt', value: 7 };
    const name: Predicate = { op: 'text', field: 't', tokens: ['xyzzy'], cased: false };
    const expressions: Expr[] = [limit, { and: [name, limit] }, { and: [name, { not: limit }] }, { not: limit }];
    const said = JSON.parse('{"n": 1e999, "t": "xyzzy"}') as object;
    const together = new Set(matchersOf(expressions, 0).map((matcher) => keysOf(matcher, said).join()));
    const alone = expressions.flatMap((expr, index) => {
      const [matcher] = matchersOf([expr], 0);
      return matcher && keysOf(matcher, said).length > 0 ? [`r${index}`] : [];
    });
    expect([...together]).toEqual([alone.join()]);
    // It is a number that exceeds the limit, or it is none.
    expect(['r0,r1', 'r2,r3']).toContain(alone.join());
  });
});
