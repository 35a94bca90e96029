import * as fc from 'fast-check';
import type { Expr, Predicate } from '../../../lib/sigma/ast.ts';
import { buildBase } from '../../../lib/sigma/build.ts';
import { fold } from '../../../lib/sigma/compile/fold.ts';
import { buildImage } from '../../../lib/sigma/index/build-image.ts';
import { asksFound, foundBy, Guards, NO_GUARD, passes, SLOTS, slotOf } from '../../../lib/sigma/index/guards.ts';
import { layOut } from '../../../lib/sigma/index/layout.ts';
import { Finder } from '../../../lib/sigma/match/finder.ts';
import { makeScan } from '../../../lib/sigma/match/scanner.ts';
import { withoutCode } from '../match/without-code.ts';
import { predicateHolds } from '../reference.ts';

type NumberPredicate = Extract<Predicate, { op: 'number' }>;

/** The guards that predicates are, each of a rule of its own; and what they say of an event, by code and without. */
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
    rules: base.rules.map(({ pair: _, ...rule }, index) => {
      const guarding = numberOf.get(JSON.stringify(predicates[index])) as number;
      return { ...rule, witnesses: [numberOf.get(JSON.stringify(name)) as number], guard: [guarding] };
    }),
  });
  const guards = new Guards(layout);
  const numbers = layout.rules.map(({ guard }) => guards.of(guard?.[0] as number));
  const image = buildImage(layout);
  const ways = [makeScan, (...given: Parameters<typeof makeScan>) => withoutCode(() => makeScan(...given))].map(
    (make) => {
      const finder = new Finder(image);
      const scans = [image.early, image.late.flat()].map((fields) => make(fields, image, finder));
      return (event: object): boolean[] => {
        finder.clear();
        for (const scan of scans) scan(event);
        return numbers.map((guard = NO_GUARD) => finder.several || passes(guard, finder.keys) === 1);
      };
    },
  );
  const said = (event: object): boolean[] => {
    const [code = [], noCode] = ways.map((way) => way(event));
    expect(code).toEqual(noCode);
    return code;
  };
  return { numbers, said, layout };
}

/** What a guard says of one value. */
function mayHold(predicate: Predicate, value: unknown): boolean {
  const { numbers, said } = guardsOf([predicate]);
  expect(numbers[0]).not.toBe(undefined);
  return said({ [predicate.field]: value })[0] as boolean;
}

function limitOf(compare: NumberPredicate['compare'], value: number, field = 'n'): NumberPredicate {
  return { op: 'number', field, compare, value };
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
      const others = ['8', '', 'x', true, [7, 8], [1, 'x'], ['8', null]];
      expect(others.filter((value) => !mayHold(limitOf(how, limit), value))).toEqual([]);
      expect([undefined, null, []].filter((value) => mayHold(limitOf(how, limit), value))).toEqual([]);
    }
  });

  it('tell fields, directions and limits apart, as long as there are slots', async () => {
    const fields = Array.from({ length: 40 }, (_, at) => `field ${at}`);
    const predicates = fields.flatMap((field, at) => COMPARES.map((how) => limitOf(how, at * 3 - 50, field)));
    const { numbers, said } = guardsOf(predicates);
    const able = predicates.flatMap((predicate, at) => (numbers[at] === undefined ? [] : [{ predicate, at }]));
    // Of each field two keys: more than there are slots, of which one is nobody's.
    expect(able.length / 2).toBe(SLOTS - 1);
    for (const { at } of able) expect((numbers[at] as number) | 0).toBe(numbers[at]);
    expect(new Set(able.map(({ at }) => slotOf(numbers[at] as number))).size).toBe(SLOTS - 1);
    await fc.assert(
      fc.property(fc.array(fc.integer({ min: -60, max: 80 }), { minLength: 40, maxLength: 40 }), (values) => {
        const event: Record<string, unknown> = Object.fromEntries(fields.map((field, at) => [field, values[at]]));
        const answers = said(event);
        for (const { predicate, at } of able) {
          const atLimit = event[predicate.field] === predicate.value;
          const expected = atLimit || predicateHolds(predicate, event);
          expect([predicate, answers[at]]).toEqual([predicate, expected]);
        }
      }),
      { numRuns: 50 },
    );
  });
});

function textOf(kind: 'whole' | 'start' | 'end', literal: string, cased = false): Predicate {
  const open = kind === 'end' ? ([0] as const) : [];
  const close = kind === 'start' ? ([0] as const) : [];
  return { op: 'text', field: 't', tokens: [...open, cased ? literal : fold(literal), ...close], cased };
}

describe('guards over texts', () => {
  const unit = fc.constantFrom('a', 'B', 'k', '\u212a', 'ß', 'σ', 'ς', '中', '𐐀', '𐐨', '\ud801', '.', '1');
  const long = fc.string({ unit, minLength: 3, maxLength: 12 });
  const text = fc.oneof(long, fc.constantFrom('', 'a', '7', '17', 'true', '443'));
  const predicate = fc.oneof(
    fc.tuple(text, fc.boolean()).map(([literal, cased]) => textOf('whole', literal, cased)),
    fc
      .tuple(fc.constantFrom('start' as const, 'end' as const), long, fc.boolean())
      .map(([kind, literal, cased]) => textOf(kind, literal, cased)),
  );
  const value = fc.oneof(text, fc.constantFrom(7, 17, 443, 1e21, true, null, [], ['a', '7'], {}));

  it('turn nothing away that satisfies the rule, whatever its case and kind', async () => {
    let held = 0;
    await fc.assert(
      fc.property(
        fc.array(predicate, { minLength: 1, maxLength: 6 }),
        fc.array(value, { maxLength: 6 }),
        (all, values) => {
          const { said } = guardsOf(all);
          const like = all.flatMap((each) => (each.op === 'text' ? each.tokens.filter((token) => token !== 0) : []));
          for (const t of [...values, ...like, ...like.map((each) => `${each}`.toUpperCase()), undefined]) {
            const answers = said({ t });
            const holding = all.map((each) => predicateHolds(each, { t }));
            held += holding.filter(Boolean).length;
            expect([t, all, answers.map((answer, at) => answer || !holding[at])]).toEqual([
              t,
              all,
              all.map(() => true),
            ]);
          }
        },
      ),
      { numRuns: 400 },
    );
    expect(held).toBeGreaterThan(300);
  });

  it('turn away nearly everything else', () => {
    const names = Array.from({ length: 200 }, (_, at) => `${at * 37}-user-of-the-company-with-number-${at * 53}`);
    for (const make of [
      (name: string) => textOf('whole', name),
      (name: string) => textOf('start', name.slice(0, 12)),
      (name: string) => textOf('end', name.slice(-12)),
    ]) {
      const predicates = names.map(make);
      const { said } = guardsOf(predicates);
      const wrong = names.map((t) => {
        const answers = said({ t });
        return predicates.filter((predicate, at) => answers[at] && !predicateHolds(predicate, { t })).length;
      });
      // Of 200 × 200.
      expect(wrong.reduce((sum, count) => sum + count, 0)).toBeLessThan(200);
      expect([undefined, null, 5, 'x', 'user'].flatMap((t) => said({ t })).filter(Boolean)).toEqual([]);
    }
  });
});

describe('other guards', () => {
  it('ask for what a table found', () => {
    const inner: Predicate = { op: 'text', field: 't', tokens: [0, 'needle', 0], cased: false };
    const { numbers, layout } = guardsOf([inner]);
    const [guard = 0] = numbers;
    expect(asksFound(guard)).toBe(true);
    expect(layout.entries[foundBy(guard)]?.predicate).toEqual(inner);
    expect(asksFound(NO_GUARD)).toBe(false);
  });
});
