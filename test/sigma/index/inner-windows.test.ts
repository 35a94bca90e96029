import * as fc from 'fast-check';
import { chooseWindows } from '../../../lib/sigma/index/inner-windows.ts';

const literal = fc.oneof(
  { weight: 9, arbitrary: fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), minLength: 3, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ minLength: 250, maxLength: 300 }) },
);

/** Literals of three to twelve letters that have little in common. */
function manyLiterals(count: number, shortest: number): string[] {
  return Array.from({ length: count }, (_, at) =>
    Array.from({ length: shortest + (at % 5) }, (_, index) =>
      String.fromCharCode(97 + ((at * 7 + index * index * 11 + (at >> 3) * index * 5) % 26)),
    ).join(''),
  );
}

/** The windows of literals, as texts. */
function windowTexts(literals: readonly string[]): string[][] {
  const { width, ends } = chooseWindows(literals);
  return literals.map((each, index) => (ends[index] ?? []).map((end) => each.slice(end - width + 1, end + 1)));
}

describe('inner windows', () => {
  it('lie so that a value shows one of them wherever a literal stands in it', async () => {
    const seen = new Set<number>();
    await fc.assert(
      fc.property(
        fc.oneof(
          fc.array(literal, { minLength: 1, maxLength: 10 }),
          fc.constantFrom(3, 5, 7).map((n) => manyLiterals(300, n)),
        ),
        fc.nat({ max: 20 }),
        (literals, before) => {
          const { width, stride, ends } = chooseWindows(literals);
          seen.add(width);
          expect(ends).toHaveLength(literals.length);
          for (const [index, { length }] of literals.entries()) {
            const own = ends[index] ?? [];
            for (const end of own) {
              expect(end).toBeGreaterThanOrEqual(width - 1);
              expect(end).toBeLessThan(length);
            }
            // Where windows end that are looked at in a value in which so many units precede the literal.
            expect(own.some((end) => (before + end - (width - 1)) % stride === 0)).toBe(true);
          }
        },
      ),
      { numRuns: 600 },
    );
    expect([...seen].sort()).toEqual([2, 3]);
  });

  it('are as far apart as the shortest literal lets them be', () => {
    const stridesOf = (...literals: string[]): [number, number] => {
      const { width, stride } = chooseWindows(literals);
      return [width, stride];
    };
    expect(stridesOf('abc', 'abcdefgh')).toEqual([2, 2]);
    expect(stridesOf('abcd', 'abcdefgh')).toEqual([2, 3]);
    expect(stridesOf('abcdefgh')).toEqual([2, 7]);
    expect(stridesOf('a name that is longer than most')).toEqual([2, 8]);
  });

  it('are of two units where literals are few, of three where these would be met all the time', () => {
    const widths = [1, 10, 1000].map((count) => chooseWindows(manyLiterals(count, 5)).width);
    expect(widths).toEqual([2, 2, 3]);
  });

  it('are chosen among those that names and commands have rarely', () => {
    const [first = [], second = []] = windowTexts(['gateway-xqz-prod', 'the-vzkj-server']);
    expect(first.join(' ')).toMatch(/xq/);
    expect(second.join(' ')).toMatch(/zk/);
  });

  it('are chosen among those that the fewest literals share', () => {
    const literals = ['https://one', 'https://two', 'https://ten', 'ssh'];
    const [one = [], two = [], ten = []] = windowTexts(literals);
    // Not of the beginning, which all of them have.
    for (const windows of [one, two, ten]) expect(windows.join('')).not.toMatch(/http|tps/);
  });
});
