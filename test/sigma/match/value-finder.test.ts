import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import type { Predicate, Token } from '../../../lib/sigma/ast.ts';
import { fold } from '../../../lib/sigma/compile/fold.ts';
import type { FieldLooks } from '../../../lib/sigma/index/image.ts';
import { expectAllRight, searchedFor, searchesOf } from './found.ts';

/** Letters whose cases meet outside ASCII (K, ſ), beyond the basic plane (𐐀 𐐨), and plain ones. */
const unit = fc.constantFrom('a', 'B', 'b', 'k', 'K', '\u212a', 's', 'ſ', 'é', 'É', '𐐀', '𐐨', '\ud801', '.', '1', ' ');
const text = fc.string({ unit, maxLength: 9 });
const token: fc.Arbitrary<Token> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit, minLength: 1, maxLength: 5 }) },
  fc.constantFrom(0 as const, 1 as const),
);

function textPredicate(tokens: readonly Token[], cased = false, field = 'f'): Predicate {
  const folded = tokens.map((each) => (typeof each === 'string' && !cased ? fold(each) : each));
  return { op: 'text', field, tokens: folded, cased };
}

const textual: fc.Arbitrary<Predicate> = fc
  .record({ tokens: fc.array(token, { maxLength: 4 }), cased: fc.boolean() })
  .map(({ tokens, cased }) => {
    const joined = tokens.reduce<Token[]>((all, each) => {
      const last = all.at(-1);
      if (typeof each === 'string' && typeof last === 'string') all[all.length - 1] = last + each;
      else if (each !== 0 || last !== 0) all.push(each);
      return all;
    }, []);
    return textPredicate(joined, cased);
  });
const octet = fc.constantFrom(0, 1, 10, 100, 255);
const address = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'));
const address6 = fc.constantFrom('::', '::1', '2001:db8::1', '2001:db8:0:1::1', '2001:DB8::2', 'fe80::1', 'fe80::ff:1');
const other: fc.Arbitrary<Predicate> = fc.oneof(
  fc
    .record({ address, bits: fc.integer({ min: 0, max: 32 }) })
    .map(({ address: host, bits }) => ({ op: 'cidr' as const, field: 'f', range: `${host}/${bits}` })),
  fc
    .tuple(address6, fc.integer({ min: 0, max: 128 }))
    .map(([host, bits]) => ({ op: 'cidr' as const, field: 'f', range: `${host}/${bits}` })),
  fc.record({
    op: fc.constant('number' as const),
    field: fc.constant('f'),
    compare: fc.constantFrom('gt' as const, 'gte' as const, 'lt' as const, 'lte' as const, 'eq' as const),
    value: fc.integer({ min: -2, max: 12 }),
  }),
  fc.record({
    op: fc.constant('regex' as const),
    field: fc.constant('f'),
    pattern: fc.constantFrom('^ab+k', 'sS[a-z]?', '\\.1$', 'k{2}a', 'abka'),
    flags: fc.constantFrom('', 'i'),
  }),
);
const scalar = fc.oneof(
  { weight: 5, arbitrary: text },
  {
    weight: 1,
    arbitrary: fc.oneof(
      address,
      address6,
      address.map((carried) => `::ffff:${carried}`),
    ),
  },
  fc.constantFrom('fe80::1%eth0', '10.0.0.1%eth0', '2001:db8', ':::1'),
  fc.constantFrom(0, -0, 1, 10, 11.5, -2, 255, 256, 1e21, true, false, null, '1', '10', ' 1', '1e1', '01', ''),
);
const value = fc.oneof(
  { weight: 6, arbitrary: scalar },
  fc.constantFrom({}, { f: 'ab' }, [[]], [{}, 'kk'], [1]),
  fc.array(scalar, { maxLength: 3 }),
);

const caseChoices = fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 9 });

/** The cases of a text's letters, chosen by numbers. */
const CASES = ['aA', 'bB', 'kK\u212a', 'sSſ', 'éÉ', 'σςΣ'].map((all) => [...all]).concat([['𐐨', '𐐀']]);

function recased(literal: string, choices: readonly number[]): string {
  return [...literal]
    .map((character, at) => {
      const cases = CASES.find((all) => all.includes(character)) ?? [character];
      return cases[(choices[at % choices.length] ?? 0) % cases.length];
    })
    .join('');
}

/** A text that satisfies a predicate of one, as far as its choices of case let it. */
function exampleOf(predicate: Predicate, filling: string, choices: readonly number[]): string {
  const tokens: readonly Token[] = predicate.op === 'text' ? predicate.tokens : [filling];
  return tokens
    .map((each) => (typeof each === 'string' ? recased(each, choices) : each === 0 ? filling : 'x'))
    .join('');
}

/** Predicates of literals no shorter than a length, and a text around one of them, whatever its case. */
const placed = fc.integer({ min: 3, max: 6 }).chain((shortest) => {
  const letter = fc.constantFrom('a', 'b', 'k', 's', 'é', 'σ', '𐐨', '-', '中');
  const literalOf = (maxLength: number) => fc.string({ unit: letter, minLength: shortest, maxLength });
  return fc.record({
    literals: fc
      .tuple(literalOf(shortest), fc.array(literalOf(shortest + 6), { maxLength: 6 }))
      .map(([one, more]) => [one, ...more]),
    around: fc.tuple(fc.string({ unit: letter, maxLength: 7 }), fc.string({ unit: letter, maxLength: 7 })),
    which: fc.nat(),
    choices: caseChoices,
    open: fc.constantFrom<readonly Token[]>([0], [0], []),
    close: fc.constantFrom<readonly Token[]>([0], [0], []),
  });
});

/** Units in a window, and every how many of them is looked at. */
function windowsOf(fields: readonly FieldLooks[]): string[] {
  return fields.flatMap(({ looks }) =>
    looks.flatMap((look) => (look.kind === 'inner' ? [`${look.width} by ${look.stride}`] : [])),
  );
}

/** What differs from a literal by little, or holds it where it need not stand. */
function nearly(literal: string, before: string, after: string): string[] {
  return [literal.slice(1), literal.slice(0, -1), `${before}-${literal}`, `${literal}-${after}`];
}

describe('values', () => {
  it('say every predicate that holds, and are right where they are sure, whatever the case', async () => {
    let held = 0;
    await fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 4, arbitrary: textual }, other), { minLength: 2, maxLength: 12 }),
        fc.array(value, { minLength: 1, maxLength: 8 }),
        text,
        caseChoices,
        (predicates, values, filling, choices) => {
          const searched = searchedFor(predicates);
          const searches = searchesOf(searched);
          const examples = predicates.map((predicate) => exampleOf(predicate, filling, choices));
          // Twice, so that what is remembered is asked, too.
          for (const f of [...values, ...examples, examples, ...values])
            held += expectAllRight(searched, searches, { f });
        },
      ),
      { numRuns: 500 },
    );
    expect(held).toBeGreaterThan(2000);
  });

  it('show literals wherever they stand, in any case, at every stride of windows', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.property(placed, ({ literals, around: [before, after], which, choices, open, close }) => {
        const searched = searchedFor(literals.map((literal) => textPredicate([...open, literal, ...close])));
        const searches = searchesOf(searched);
        const literal = recased(literals[which % literals.length] as string, choices);
        const f = [before.repeat(open.length), literal, after.repeat(close.length)].join('');
        expect(expectAllRight(searched, searches, { f })).toBeGreaterThan(0);
        for (const near of nearly(literal, before, after)) expectAllRight(searched, searches, { f: near });
        for (const windows of windowsOf(searched.fields)) seen.set(windows, (seen.get(windows) ?? 0) + 1);
      }),
      { numRuns: 1000 },
    );
    for (const stride of [2, 3, 4, 5]) expect(seen.get(`2 by ${stride}`)).toBeGreaterThan(20);
  });

  it.each([5, 6, 9])('show one of hundreds of literals of %d units and more, by windows of three', (shortest) => {
    const literals = Array.from({ length: 400 }, (_, at) =>
      createHash('sha256')
        .update(`${at}`)
        .digest('hex')
        .replaceAll(/\d/g, (digit) => 'klmnopqrst'.charAt(Number(digit)))
        .slice(0, shortest + (at % 4)),
    );
    const searched = searchedFor(literals.map((literal) => textPredicate([0, literal, 0])));
    expect(windowsOf(searched.fields)).toEqual([`3 by ${shortest - 2}`]);
    const searches = searchesOf(searched);
    for (const [at, literal] of literals.entries()) {
      const f = `${'-'.repeat(at % 7)}${recased(literal, [at])}${'.'.repeat(at % 3)}`;
      expect(expectAllRight(searched, searches, { f })).toBeGreaterThan(0);
    }
  });

  it('show beginnings and ends that hundreds of predicates share, by however many windows these are told apart', () => {
    const ends = ['', '.exe', '-service.exe', '-and-some-more-of-the-same.exe'];
    const names = Array.from({ length: 120 }, (_, at) => `T${at}ool${ends[at % ends.length]}`);
    const predicates = names.flatMap((name) => [textPredicate([0, fold(name)]), textPredicate([fold(name), 0])]);
    const searched = searchedFor([...predicates, textPredicate([0, 'exe'])]);
    const searches = searchesOf(searched);
    const looks = searched.fields.flatMap((field) => field.looks);
    const windows = looks.flatMap((look) => (look.kind === 'end' ? [look.windows] : []));
    expect(windows.sort()).toEqual([1, 2, 4, 8]);
    let held = 0;
    for (const name of names) {
      for (const f of [
        name,
        `C:\\${name}`,
        `${name} -v`,
        name.toUpperCase(),
        name.slice(1),
        name.slice(0, -1),
        [name],
      ]) {
        held += expectAllRight(searched, searches, { f });
      }
    }
    expect(held).toBeGreaterThan(1000);
  });

  it('of many fields, plain and nested ones, are all looked up, each for its own predicates', () => {
    // Enough for several functions.
    const fields = Array.from({ length: 150 }, (_, at) => (at % 3 === 0 ? `meta.f${at}` : `f${at}`));
    const searched = searchedFor(
      fields.flatMap((field, at) => [
        textPredicate([`Name-${at}`], false, field),
        textPredicate([0, `am${at % 4 === 0 ? 'e' : ''}`, 0], false, field),
        textPredicate(['nam', 0], false, field),
        textPredicate([0, `${at}`], false, field),
        { op: 'number', field, compare: 'gt', value: at },
      ]),
    );
    expect(searched.fields).toHaveLength(150);
    const searches = searchesOf(searched);
    let held = 0;
    for (let round = 0; round < 150; round++) {
      const said = fields.map((field, at) => {
        const values = [
          `name-${at}`,
          `NAME-${at + 1}`,
          at + round - 70,
          `x ${at}`,
          undefined,
          [`ame`, at + 1],
          '',
          'nam',
        ];
        return [field, values[(at * 7 + round * 5 + (at >> 3)) % values.length]] as const;
      });
      const flat = Object.fromEntries(said.filter(([field]) => !field.startsWith('meta.')));
      const meta = Object.fromEntries(
        said.flatMap(([field, each]) => (field.startsWith('meta.') ? [[field.slice(5), each]] : [])),
      );
      const event = JSON.parse(JSON.stringify(round % 2 === 0 ? { ...flat, meta } : Object.fromEntries(said)));
      held += expectAllRight(searched, searches, event);
    }
    expect(held).toBeGreaterThan(5000);
  });

  it('remember no wrong answer, however many come', () => {
    const literals = ['17', '4242', '9'];
    const searched = searchedFor([
      ...literals.map((literal) => textPredicate([0, literal, 0])),
      ...literals.map((literal) => textPredicate([literal])),
      { op: 'number', field: 'f', compare: 'gte', value: 99 },
    ]);
    const searches = searchesOf(searched);
    const counts = Array.from({ length: 420 }, (_, at) => (at < 300 ? at : at * 41));
    for (const count of [...counts, ...counts, ...counts]) {
      for (const f of [count, `${count}`, `value ${count}`, -count, count + 0.5, [count]]) {
        expectAllRight(searched, searches, { f });
      }
    }
  });

  it('are found among more predicates than 16 bits can number', () => {
    const literals = Array.from({ length: 70_000 }, (_, at) => `name-${at}`);
    const searched = searchedFor(literals.map((literal) => textPredicate([literal])));
    const { code, generic } = searchesOf(searched);
    const ids = new Map(searched.entries.map(({ id, literal }) => [literal, id]));
    for (const at of [0, 65_534, 65_535, 65_536, 69_999]) {
      const event = { f: `NAME-${at}` };
      const found = code(event);
      expect(found).toContain(ids.get(`name-${at}`));
      expect(generic(event)).toEqual(found);
    }
    // What hashes alike is found as well, but that is little.
    expect(code({ f: 'name-70000' }).size).toBeLessThan(100);
  });
});
