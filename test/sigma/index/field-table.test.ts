import * as fc from 'fast-check';
import type { Predicate, Token } from '../../../lib/sigma/ast.ts';
import { fold } from '../../../lib/sigma/compile/fold.ts';
import { type Entry, FieldTable } from '../../../lib/sigma/index/field-table.ts';
import { Finds } from '../../../lib/sigma/index/finds.ts';
import { announced, type Place, placesOf } from '../../../lib/sigma/index/place.ts';
import { predicateHolds } from '../reference.ts';

/** Letters whose cases meet outside ASCII (K, ſ), beyond the basic plane (𐐀 𐐨), and plain ones. */
const unit = fc.constantFrom('a', 'B', 'b', 'k', 'K', '\u212a', 's', 'ſ', 'é', 'É', '𐐀', '𐐨', '\ud801', '.', '1', ' ');
const text = fc.string({ unit, maxLength: 9 });
const token: fc.Arbitrary<Token> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit, minLength: 1, maxLength: 5 }) },
  fc.constantFrom(0 as const, 1 as const),
);

const textual: fc.Arbitrary<Predicate> = fc
  .record({ tokens: fc.array(token, { maxLength: 4 }), cased: fc.boolean() })
  .map(({ tokens, cased }) => {
    const joined = tokens.reduce<Token[]>((all, each) => {
      const last = all.at(-1);
      if (typeof each === 'string' && typeof last === 'string') all[all.length - 1] = last + each;
      else if (each !== 0 || last !== 0) all.push(each);
      return all;
    }, []);
    const folded = joined.map((each) => (typeof each === 'string' && !cased ? fold(each) : each));
    return { op: 'text', field: 'f', tokens: folded, cased };
  });
const octet = fc.constantFrom(0, 1, 10, 100, 255);
const address = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'));
const other: fc.Arbitrary<Predicate> = fc.oneof(
  fc
    .record({ address, bits: fc.integer({ min: 0, max: 32 }) })
    .map(({ address: host, bits }) => ({ op: 'cidr' as const, field: 'f', range: `${host}/${bits}` })),
  fc.record({
    op: fc.constant('number' as const),
    field: fc.constant('f'),
    compare: fc.constantFrom('gt' as const, 'gte' as const, 'lt' as const, 'lte' as const, 'eq' as const),
    value: fc.integer({ min: -2, max: 12 }),
  }),
  fc.record({
    op: fc.constant('regex' as const),
    field: fc.constant('f'),
    pattern: fc.constantFrom('^ab+k', 'sS[a-z]?', '\\.1$', 'k{2}a'),
    flags: fc.constantFrom('', 'i'),
  }),
);
const value = fc.oneof(
  { weight: 5, arbitrary: text },
  { weight: 1, arbitrary: address },
  fc.constantFrom(0, 1, 10, 11.5, -2, true, false, null, '1', '10', ' 1', '1e1', '01', {}),
  fc.array(text, { maxLength: 3 }),
);

function entriesOf(predicates: readonly Predicate[]): Entry[] {
  const { places, literals } = placesOf(predicates);
  return predicates.flatMap((predicate, id) => {
    const place = places[id] as Place;
    return place === '-' ? [] : [{ id, predicate, place, literal: announced(predicate, literals[id]) }];
  });
}

/** Numbers of the predicates that a look finds: all, and those it is sure of. */
function look(table: FieldTable, field: unknown): { all: Set<number>; sure: Set<number> } {
  const found = new Finds();
  table.find(field, found);
  const codes = [...found.codes.subarray(0, found.count)];
  return {
    all: new Set(codes.map((code) => code >> 1)),
    sure: new Set(codes.filter((code) => code & 1).map((code) => code >> 1)),
  };
}

/** All that hold are found, and what is sure holds. */
function expectRight({ all, sure }: ReturnType<typeof look>, entries: readonly Entry[], field: unknown): void {
  for (const { id, predicate, place } of entries) {
    const holds = predicateHolds(predicate, { f: field });
    const found = all.has(id) || !holds;
    const right = place >= 'a' || sure.has(id) === holds;
    expect({ predicate, field, found, right }).toEqual({ predicate, field, found: true, right: true });
  }
}

describe('field tables', () => {
  it('find every predicate that holds, and are right where they are sure, whatever the case', async () => {
    await fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 4, arbitrary: textual }, other), { maxLength: 12 }),
        fc.array(value, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        (predicates, values, often) => {
          const entries = entriesOf(predicates);
          const table = new FieldTable(entries, often);
          // Twice, so that what is remembered is asked, too.
          for (const field of [...values, ...values]) expectRight(look(table, field), entries, field);
        },
      ),
      { numRuns: 700 },
    );
  });

  it('remember no wrong answer when more values come than they can keep', () => {
    const literals = ['17', '4242', '9'];
    const table = new FieldTable(
      entriesOf(literals.map((literal) => ({ op: 'text', field: 'f', tokens: [0, literal, 0], cased: false }))),
      true,
    );
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < 5000; count++) {
        const field = `value ${count}`;
        const expected = literals.flatMap((literal, id) => (field.includes(literal) ? [id] : []));
        expect([...look(table, field).sure].sort()).toEqual(expected);
      }
    }
  });

  it('hold more predicates than one table can number', () => {
    const predicates = Array.from(
      { length: 70_000 },
      (_, at): Predicate => ({ op: 'text', field: 'f', tokens: [`name-${at}`], cased: false }),
    );
    const table = new FieldTable(entriesOf(predicates));
    for (const at of [0, 65_534, 65_535, 65_536, 69_999]) expect(look(table, `NAME-${at}`).all).toContain(at);
    expect([...look(table, 'name-70000').all].filter((id) => id === 70_000)).toEqual([]);
  });
});
