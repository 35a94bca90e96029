import * as fc from 'fast-check';
import type { Predicate } from '../../../lib/sigma/ast.ts';
import { fieldValues } from '../../../lib/sigma/event/fields.ts';
import type { FieldLooks } from '../../../lib/sigma/index/image.ts';
import { ANY_KEY, type KeyLook, keyOfLess, keyOfMore, NO_KEY } from '../../../lib/sigma/index/keys.ts';
import { Finder } from '../../../lib/sigma/match/finder.ts';
import { readCarefully } from '../../../lib/sigma/match/reader.ts';
import { makeReader, makeScan, readerSource, scanSource } from '../../../lib/sigma/match/scanner.ts';
import { expectAllRight, searchedFor, searchesOf } from './found.ts';
import { withoutCode } from './without-code.ts';

/** What a reader must say, by the careful way. */
function expected(event: object, field: string): unknown {
  const values = fieldValues(event, field);
  const [only] = values;
  return values.length > 1 || (typeof only === 'object' && only !== null) ? values : only;
}

function read(event: object, fields: readonly string[]): unknown[] {
  const reader = makeReader(fields);
  return fields.map((_, number) => reader(number, event));
}

function whole(field: string, literal: string): Predicate {
  return { op: 'text', field, tokens: literal === '' ? [] : [literal], cased: false };
}

const hostile = [
  '"]; throw 1; //',
  "'",
  '\\',
  '\u2028',
  '`$',
  '\n',
  '__proto__',
  'constructor',
  'a.constructor',
  '*/',
  '',
];

describe('generated field readers', () => {
  it('read hostile names as names', () => {
    for (const name of hostile) {
      const event = Object.fromEntries([[name, 'x']]);
      const fields = [name, `${name}.b`, `a.${name}`];
      expect(read(event, fields)).toEqual(fields.map((field) => expected(event, field)));
    }
  });

  it('find hostile names by scanning, too', () => {
    const fields = hostile.filter((name) => name !== '').flatMap((name) => [name, `${name}.b`, `a.${name}`]);
    const searched = searchedFor(fields.map((field) => whole(field, 'x')));
    const searches = searchesOf(searched);
    let held = 0;
    for (const name of hostile) {
      const named = (value: unknown): object => Object.fromEntries([[name, value]]);
      for (const event of [named('X'), named({ b: 'x' }), { a: named('x') }, named(['y', 'x']), {}]) {
        held += expectAllRight(searched, searches, event);
      }
    }
    expect(held).toBeGreaterThan(30);
  });

  it('hold nothing of a rule but the JSON text of names', () => {
    const fields = ['x"+alert(1)+"', "y'", 'a.b'];
    const looked = searchedFor([
      ...fields.map((field) => whole(field, 'alert(2)')),
      ...fields.map((field): Predicate => ({ op: 'text', field, tokens: [0, '"+alert(3)', 0], cased: false })),
      ...fields.map((field): Predicate => ({ op: 'text', field, tokens: ['alert(4)', 0], cased: true })),
      ...fields.map((field): Predicate => ({ op: 'text', field, tokens: [0, 'alert(5)'], cased: false })),
      ...fields.map((field): Predicate => ({ op: 'text', field, tokens: [0, '"`', 0], cased: false })),
    ]).fields;
    expect(looked.map(({ looks }) => looks.map(({ kind }) => kind).sort())).toEqual(
      fields.map(() => ['end', 'inner', 'short', 'start', 'whole']),
    );
    for (const source of [scanSource(looked), readerSource(fields)]) {
      const bare = source.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
      expect(bare).not.toMatch(/alert|y'|\bb\b|`/);
      expect(new Function(source)).toBeInstanceOf(Function);
      expect(bare.replaceAll(/[\w\s'"[\](){};:,.=!<>&|^+?*/-]/g, '')).toBe('');
    }
  });
});

const key = fc.constantFrom('a', 'b', 'c', 'a.b', 'b.c', 'a.b.c', 'toString', '0', 'length');
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('x', '', 0, 7, true, null),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(key, tie('any'), { maxKeys: 4 }),
  ),
})).any;
const anyEvent = fc.oneof(
  { weight: 9, arbitrary: fc.dictionary(key, value, { maxKeys: 5 }) },
  { weight: 1, arbitrary: fc.array(fc.dictionary(key, value, { maxKeys: 3 }), { maxLength: 3 }) },
);
const FIELDS = ['a', 'a.b', 'a.b.c', 'a.b.c.a', 'a.b.c.a.b.c', 'toString', 'a.toString', 'a.0', 'a.length', 'b.c'];

/** Every field looked up for its texts, with one predicate per text, and for its number. */
const searched = searchedFor(
  FIELDS.flatMap((field): Predicate[] => [
    ...['x', '', '0', '7', 'true'].map((literal) => whole(field, literal)),
    { op: 'number', field, compare: 'lt', value: 7 },
  ]),
);

/** The keys of numbers that a scan notes. */
function keysBy(make: (fields: readonly FieldLooks[], finder: Finder) => (event: object) => void) {
  const finder = new Finder(searched.image);
  const keys = FIELDS.flatMap((_, at): KeyLook[] => [
    { kind: 'more', slot: at * 2 },
    { kind: 'less', slot: at * 2 + 1 },
  ]);
  const scan = make(
    FIELDS.map((field, at) => ({ field, looks: [], keys: keys.slice(at * 2, at * 2 + 2) })),
    finder,
  );
  return (event: object): number[] => {
    finder.keys.fill(1234);
    scan(event);
    return [...finder.keys.subarray(0, FIELDS.length * 2)];
  };
}

/** The keys that a value has. */
function keysOf(value: unknown): [number, number] {
  if (value === undefined || value === null) return [NO_KEY, NO_KEY];
  return typeof value === 'number' ? [keyOfMore(value), keyOfLess(value)] : [ANY_KEY, ANY_KEY];
}

describe('scanners', () => {
  it('read every field as the careful way does', async () => {
    await fc.assert(
      fc.property(anyEvent, (event) => {
        const careful = FIELDS.map((field) => expected(event, field));
        expect(read(event, FIELDS)).toEqual(careful);
        expect(FIELDS.map((field) => readCarefully(field, event))).toEqual(careful);
        expect(withoutCode(() => read(event, FIELDS))).toEqual(careful);
      }),
      { numRuns: 700 },
    );
  });

  it('read more fields than one function holds', () => {
    const fields = Array.from({ length: 150 }, (_, at) => (at % 3 === 0 ? `f${at}` : `o${at % 5}.f${at}`));
    const event: Record<string, unknown> = { f0: ['several', 'values'] };
    for (const [at, field] of fields.entries()) if (at > 0) event[field] = at;
    const right = [['several', 'values'], ...[...fields.keys()].slice(1)];
    expect(read(event, fields)).toEqual(right);
    expect(withoutCode(() => read(event, fields))).toEqual(right);
  });

  it('find the same with and without generated code', async () => {
    const searches = searchesOf(searched);
    let held = 0;
    await fc.assert(
      fc.property(anyEvent, (event) => {
        held += expectAllRight(searched, searches, event);
      }),
      { numRuns: 1000 },
    );
    expect(held).toBeGreaterThan(500);
  });

  it('note the keys of numbers as the careful way does', async () => {
    const make = (fields: readonly FieldLooks[], finder: Finder) => makeScan(fields, searched.image, finder);
    const [code, noCode] = [keysBy(make), keysBy((fields, finder) => withoutCode(() => make(fields, finder)))];
    let numbers = 0;
    await fc.assert(
      fc.property(anyEvent, (event) => {
        const values = FIELDS.map((field) => expected(event, field));
        numbers += values.filter((each) => typeof each === 'number').length;
        const right = values.flatMap(keysOf);
        expect(noCode(event)).toEqual(right);
        expect(code(event)).toEqual(right);
      }),
      { numRuns: 700 },
    );
    expect(numbers).toBeGreaterThan(100);
  });
});
