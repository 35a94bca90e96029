import * as fc from 'fast-check';
import { fieldValues } from '../../lib/sigma/event/fields.ts';
import { readAllOf, readerOf, sourceOf } from '../../lib/sigma/index/reader.ts';

/** What a reader must say, by the careful way. */
function expected(event: object, field: string): unknown {
  const values = fieldValues(event, field);
  const [only] = values;
  return values.length > 1 || (typeof only === 'object' && only !== null) ? values : only;
}

function read(event: object, fields: readonly string[]): unknown[] {
  const out: unknown[] = [];
  readAllOf(fields.map(readerOf))(event, out);
  return out;
}

describe('generated field readers', () => {
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
    const source = sourceOf(['x"+alert(1)+"', "y'", 'a.b'].map(readerOf));
    const bare = source.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
    expect(bare).not.toMatch(/alert|y'|\bb\b/);
  });

  it('agree with the careful way on any event', async () => {
    const key = fc.constantFrom('a', 'b', 'c', 'a.b', 'b.c', 'a.b.c', 'toString', '0', 'length');
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('x', '', 0, 7, true, null),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(key, tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    const fields = ['a', 'a.b', 'a.b.c', 'a.b.c.a', 'a.b.c.a.b.c', 'toString', 'a.toString', 'a.0', 'a.length', 'b.c'];
    await fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 5 }), (event) => {
        expect(read(event, fields)).toEqual(fields.map((field) => expected(event, field)));
      }),
      { numRuns: 3000 },
    );
  });
});
