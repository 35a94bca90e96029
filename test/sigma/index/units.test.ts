import * as fc from 'fast-check';
import { fold } from '../../../lib/sigma/compile/fold.ts';
import { SAMPLES, WEIGHTS, WINDOW, wholeHash, windowHash } from '../../../lib/sigma/index/units.ts';

const UNITS = Array.from({ length: 65_536 }, (_, unit) => unit);
const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

describe('the weights of units', () => {
  it('are the same for all cases of a letter, over all UTF-16 units', () => {
    expect(WEIGHTS).toHaveLength(UNITS.length);
    const wrong = UNITS.filter((unit) => WEIGHTS[unit] !== WEIGHTS[fold(String.fromCharCode(unit)).charCodeAt(0)]);
    expect(wrong).toEqual([]);
    // Cases that are no fold of one another, as a fold is one of them: "K" and the Kelvin sign, "σ" and "ς".
    for (const cases of ['kK\u212a', 'sSſ', 'σςΣ', 'ßẞ', 'µμΜ', 'ǆǅǄ']) {
      expect(new Set(Array.from(cases, (each) => WEIGHTS[each.charCodeAt(0)])).size).toBe(1);
    }
  });

  it('are nothing for surrogates, of which a pair decides what they fold to', () => {
    expect(UNITS.filter((unit) => isSurrogate(unit) && WEIGHTS[unit] !== 0)).toEqual([]);
  });

  it('tell ASCII characters apart, and spread all others', () => {
    const ascii = new Map(UNITS.slice(0, 128).map((unit) => [fold(String.fromCharCode(unit)), WEIGHTS[unit]]));
    expect(ascii.size).toBe(128 - 26);
    expect(new Set(ascii.values()).size).toBe(ascii.size);
    const counts = new Map<number, number>();
    for (const unit of UNITS) {
      if (!isSurrogate(unit)) counts.set(WEIGHTS[unit] as number, (counts.get(WEIGHTS[unit] as number) ?? 0) + 1);
    }
    expect(Math.max(...counts.values())).toBeLessThan(1200);
  });
});

describe('hashes', () => {
  const point = fc.oneof(
    fc.integer({ min: 0, max: 0x24f }),
    fc.integer({ min: 0x370, max: 0x58f }),
    fc.integer({ min: 0x10a0, max: 0x2188 }),
    fc.integer({ min: 0xa640, max: 0x1e94b }).filter((each) => !isSurrogate(each)),
    fc.constantFrom(0xd801, 0xdc00, 0xdc28, 0x212a, 0x17f),
  );
  const text = fc.array(point, { minLength: 1, maxLength: 24 }).map((points) => String.fromCodePoint(...points));
  const samples = fc.subarray([...SAMPLES.keys()], { minLength: 1 });

  it('are the same for texts that are the same but for case', async () => {
    let changed = 0;
    await fc.assert(
      fc.property(text, samples, (one, chosen) => {
        const folded = fold(one);
        if (folded !== one) changed++;
        expect(wholeHash(folded, chosen)).toBe(wholeHash(one, chosen));
        for (let end = WINDOW - 1; end < one.length; end++) {
          for (const width of [2, 3]) expect(windowHash(folded, end, width)).toBe(windowHash(one, end, width));
        }
      }),
      { numRuns: 2000 },
    );
    expect(changed).toBeGreaterThan(500);
  });

  it('depend on what they are of: length and samples, or two or three units', () => {
    const words = Array.from({ length: 2000 }, (_, at) => `user-${at}-${(at * 7919) % 100_003}`);
    expect(new Set(words.map((word) => wholeHash(word, [...SAMPLES.keys()]))).size).toBeGreaterThan(200);
    for (const chosen of SAMPLES.keys()) {
      expect(wholeHash('aaaa', [chosen])).not.toBe(wholeHash('aaaaa', [chosen]));
      expect(wholeHash('aaaa', [chosen])).not.toBe(wholeHash('bbbb', [chosen]));
    }
    const letters = [...'abcdefghij'];
    const windows = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)));
    expect(new Set(windows.map((window) => windowHash(window, 2, 3))).size).toBe(1000);
    expect(new Set(windows.map((window) => windowHash(window, 2, 2))).size).toBe(100);
    expect(windowHash('xyzabc', 5, 3)).toBe(windowHash('abc', 2, 3));
    expect(windowHash('xyzabc', 5, 2)).toBe(windowHash('bc', 1, 2));
  });
});
