import * as fc from 'fast-check';
import { fieldValues } from '../../../lib/sigma/event/fields.ts';
import { FieldTable } from '../../../lib/sigma/index/field-table.ts';
import { Finds } from '../../../lib/sigma/index/finds.ts';
import { makeScanner, type ScannedField, sourceOf } from '../../../lib/sigma/index/scanner.ts';

/** What a reader must say, by the careful way. */
function expected(event: object, field: string): unknown {
  const values = fieldValues(event, field);
  const [only] = values;
  return values.length > 1 || (typeof only === 'object' && only !== null) ? values : only;
}

function read(event: object, fields: readonly string[]): unknown[] {
  return makeScanner([], fields).readers.map((reader) => reader(event));
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
      expect(read(event, [name, `${name}.b`, `a.${name}`])).toEqual([
        expected(event, name),
        expected(event, `${name}.b`),
        expected(event, `a.${name}`),
      ]);
    }
  });

  it('hold nothing of a name but its JSON text', () => {
    const fields = ['x"+alert(1)+"', "y'", 'a.b'];
    const source = sourceOf(
      fields.map((field, slot) => ({ field, slot })),
      fields,
    );
    const bare = source.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
    expect(bare).not.toMatch(/alert|y'|\bb\b/);
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
const scanned: ScannedField[] = FIELDS.map((field, slot) => {
  const entries = ['x', '', '0', '7', 'true'].map((literal, at) => ({
    id: slot * 8 + at,
    predicate: { op: 'text' as const, field, tokens: literal === '' ? [] : [literal], cased: false },
    place: 'w' as const,
    literal,
  }));
  return { field, slot, table: new FieldTable(entries) };
});

function scanWith(scan: ReturnType<typeof makeScanner>['scan'], event: object) {
  const [found, numbers] = [new Finds(), new Float64Array(FIELDS.length)];
  scan(event, found, numbers);
  return { found: new Set(found.codes.subarray(0, found.count)), numbers: [...numbers] };
}

/** As in a runtime that forbids code from text. */
function withoutCode<T>(work: () => T): T {
  const { Function: original } = globalThis;
  globalThis.Function = class {
    constructor() {
      throw new EvalError('Code generation from strings disallowed for this context');
    }
  } as unknown as FunctionConstructor;
  try {
    return work();
  } finally {
    globalThis.Function = original;
  }
}

describe('scanners', () => {
  it('read every field as the careful way does', async () => {
    await fc.assert(
      fc.property(anyEvent, (event) => {
        expect(read(event, FIELDS)).toEqual(FIELDS.map((field) => expected(event, field)));
      }),
      { numRuns: 700 },
    );
  });

  it('find the same with and without generated code', async () => {
    const fast = makeScanner(scanned, []);
    const slow = withoutCode(() => makeScanner(scanned, FIELDS));
    await fc.assert(
      fc.property(anyEvent, (event) => {
        const [quick, careful] = [scanWith(fast.scan, event), scanWith(slow.scan, event)];
        expect(quick.found).toEqual(careful.found);
        // NaN leaves a number to the rule itself to judge.
        expect(quick.numbers).toEqual(
          careful.numbers.map((each, at) => (Number.isNaN(quick.numbers[at]) ? Number.NaN : each)),
        );
        expect(slow.readers.map((reader) => reader(event))).toEqual(read(event, FIELDS));
      }),
      { numRuns: 700 },
    );
  });
});
