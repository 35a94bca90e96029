import * as fc from 'fast-check';
import type { Expr, Predicate } from '../../../lib/sigma/ast.ts';
import { buildBase } from '../../../lib/sigma/build.ts';
import { alwaysFound, Guards, mayExceed, noteKeys } from '../../../lib/sigma/index/guards.ts';
import { layOut } from '../../../lib/sigma/index/layout.ts';
import { predicateHolds } from '../reference.ts';

type NumberPredicate = Extract<Predicate, { op: 'number' }>;

/** The guards that predicates are, each of a rule of its own. */
function guardsOf(predicates: readonly Predicate[]) {
  const name: Predicate = { op: 'text', field: 'name', tokens: ['somebody'], cased: false };
  const rules = predicates.map((predicate): { info: { logsource: object }; expr: Expr } => ({
    info: { logsource: {} },
    expr: { and: [name, predicate] },
  }));
  const base = buildBase(rules);
  const numberOf = new Map(base.predicates.map((predicate, number) => [JSON.stringify(predicate), number]));
  const layout = layOut({
    ...base,
    rules: base.rules.map((rule, index) => {
      const guarding = numberOf.get(JSON.stringify(predicates[index])) as number;
      return { ...rule, witnesses: [numberOf.get(JSON.stringify(name)) as number], guard: [guarding] };
    }),
  });
  const guards = new Guards(layout);
  const numbers = layout.rules.map(({ guard }) => guards.of(guard?.[0] as number).guard);
  const keys = new Int32Array(guards.slots.size * 2);
  const note = (event: Readonly<Record<string, unknown>>): void => {
    for (const [field, slot] of guards.slots) noteKeys(keys, slot, event[field]);
  };
  return { numbers, keys, note, guards };
}

function limitOf(compare: NumberPredicate['compare'], value: number, field = 'n'): NumberPredicate {
  return { op: 'number', field, compare, value };
}

/** What a guard says of one value. */
function mayHold(predicate: NumberPredicate, value: unknown): boolean {
  const { numbers, keys, note } = guardsOf([predicate]);
  note({ [predicate.field]: value });
  return mayExceed(numbers[0] as number, keys);
}

const COMPARES = ['gt', 'gte', 'lt', 'lte'] as const;
const compare = fc.constantFrom(...COMPARES);
const special = fc.constantFrom(
  0,
  -0,
  1,
  -1,
  2 ** 24 - 1,
  2 ** 24,
  2 ** 24 + 1,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 53 + 2,
  2 ** 63,
  Number.MIN_VALUE,
  -Number.MIN_VALUE,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  2 ** -149,
  2 ** -150,
  2 ** 128,
  3.4028234e38,
  3.4028236e38,
  1e-40,
);
const finite = fc.oneof(
  special,
  special.map((value) => -value),
  fc.integer({ min: -100, max: 100 }),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
);
const anyNumber = fc.oneof(
  { weight: 15, arbitrary: finite },
  { weight: 1, arbitrary: fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY) },
);

/** Pairs of a limit and a number, many of them alike or nearly so. */
const pair = fc.oneof(
  fc.tuple(finite, anyNumber),
  finite.map((value) => [value, value] as const),
  fc.tuple(finite, fc.integer({ min: -3, max: 3 })).map(([value, steps]) => {
    const near = value + steps * Math.max(Math.abs(value) * 2 ** -52, Number.MIN_VALUE);
    return [value, Number.isFinite(near) ? near : value] as const;
  }),
  fc.tuple(finite, fc.constantFrom(0.99, 1.01, -1, 2, 0.5)).map(([value, factor]) => [value, value * factor] as const),
);

describe('guards over numbers', () => {
  it('turn no number away that exceeds its limit, by however little', async () => {
    await fc.assert(
      fc.property(compare, pair, (how, [limit, value]) => {
        const predicate = limitOf(how, limit);
        if (predicateHolds(predicate, { n: value })) expect([value, mayHold(predicate, value)]).toEqual([value, true]);
      }),
      { numRuns: 4000 },
    );
  });

  it('turn away every number that falls short of its limit by a 10,000th, as far as 32-bit floats reach', async () => {
    const size = fc.tuple(fc.double({ min: 1, max: 2, noNaN: true }), fc.integer({ min: -100, max: 100 }));
    const number = fc.tuple(size, fc.constantFrom(1, -1)).map(([[digits, power], sign]) => sign * digits * 2 ** power);
    await fc.assert(
      fc.property(compare, number, fc.integer({ min: 1, max: 2e7 }), (how, limit, steps) => {
        const short = Math.abs(limit) * 1e-4 * steps * (how.startsWith('g') ? -1 : 1);
        const predicate = limitOf(how, limit);
        expect([limit + short, mayHold(predicate, limit + short)]).toEqual([limit + short, false]);
      }),
      { numRuns: 4000 },
    );
  });

  it.each(COMPARES)('of "%s" know small whole numbers, ports and such, exactly', (how) => {
    const step = how.startsWith('g') ? 1 : -1;
    for (const limit of [-300, -1, 0, 1, 22, 443, 8080, 65_535]) {
      const said = [limit - step, limit, limit + step].map((value) => mayHold(limitOf(how, limit), value));
      expect([limit, ...said]).toEqual([limit, false, true, true]);
    }
  });

  it.each(COMPARES)('of "%s" leave to the rule what is no number, and turn away what is not there', (how) => {
    for (const limit of [-Number.MAX_VALUE, -7, 0, 7, Number.MAX_VALUE]) {
      const passing = ['8', '', 'x', true, [], [1], [7, 8], {}, 8n].filter((value) =>
        mayHold(limitOf(how, limit), value),
      );
      expect(passing).toHaveLength(9);
      expect([undefined, null].filter((value) => mayHold(limitOf(how, limit), value))).toEqual([]);
    }
  });

  it('tell fields, directions and limits apart', async () => {
    const fields = Array.from({ length: 40 }, (_, at) => `field ${at}`);
    const predicates = fields.flatMap((field, at) => COMPARES.map((how) => limitOf(how, at * 3 - 50, field)));
    const { numbers, keys, note, guards } = guardsOf(predicates);
    const able = predicates.flatMap((predicate, at) => ((numbers[at] as number) >= 0 ? [] : [{ predicate, at }]));
    // More fields than guards can ask for: those of the others let all pass.
    expect(guards.slots.size).toBeLessThan(fields.length);
    expect(able).toHaveLength(guards.slots.size * COMPARES.length);
    expect(able.length).toBeGreaterThan(80);
    for (const guard of numbers) expect(guard | 0).toBe(guard);
    const unguarded = numbers.filter((guard) => guard >= 0);
    expect(new Set(unguarded)).toEqual(new Set([alwaysFound(predicates.length + 1)]));
    await fc.assert(
      fc.property(fc.array(fc.integer({ min: -60, max: 80 }), { minLength: 40, maxLength: 40 }), (values) => {
        const event = Object.fromEntries(fields.map((field, at) => [field, values[at]]));
        note(event);
        for (const { predicate, at } of able) {
          const atLimit = event[predicate.field] === predicate.value;
          const expected = atLimit || predicateHolds(predicate, event);
          expect([predicate, mayExceed(numbers[at] as number, keys)]).toEqual([predicate, expected]);
        }
      }),
      { numRuns: 50 },
    );
  });
});
