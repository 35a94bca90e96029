import fc from 'fast-check';
import { goJson } from '../../../lib/api/wire/go-json.ts';

describe('JSON as Go writes it', () => {
  it('reads back as what it was, whatever that is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(goJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('has its keys in alphabetical order at every level', () => {
    expect(goJson({ b: 1, a: [{ z: null, y: { d: true, c: false } }], B: '' })).toBe(
      '{"B":"","a":[{"y":{"c":false,"d":true},"z":null}],"b":1}',
    );
  });

  it('has them so for any names, few or many', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 60 }), (names) => {
        const text = goJson(Object.fromEntries(names.map((name) => [`k${name}`, 0])));
        expect(Object.keys(JSON.parse(text))).toEqual(names.map((name) => `k${name}`).sort());
      }),
    );
  });

  it('escapes what could end a script, and leaves other Unicode raw', () => {
    expect(goJson({ '<k>': 'a&b\u2028\u2029 Büro 東京 🚀 "\\\n\u0007' })).toBe(
      '{"\\u003ck\\u003e":"a\\u0026b\\u2028\\u2029 Büro 東京 🚀 \\"\\\\\\n\\u0007"}',
    );
  });

  it('writes a lone surrogate as an escape, so that the bytes are UTF-8', () => {
    const text = goJson('a\ud800b');
    expect(Buffer.from(text).toString()).toBe(text);
    expect(JSON.parse(text)).toBe('a\ud800b');
  });

  it('leaves undefined fields out, as JSON does', () => {
    expect(goJson({ a: undefined, b: 1, c: Number.NaN })).toBe('{"b":1,"c":null}');
  });
});
