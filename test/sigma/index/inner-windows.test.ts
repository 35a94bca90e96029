import * as fc from 'fast-check';
import { strideOf, windowsOf } from '../../../lib/sigma/index/inner-windows.ts';
import { WINDOW } from '../../../lib/sigma/index/units.ts';

const literal = fc.oneof(
  { weight: 9, arbitrary: fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), minLength: WINDOW, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ minLength: 250, maxLength: 300 }) },
);

describe('inner windows', () => {
  it('lie so that a value shows one of them wherever a literal stands in it', async () => {
    await fc.assert(
      fc.property(fc.array(literal, { minLength: 1, maxLength: 10 }), fc.nat({ max: 20 }), (literals, before) => {
        const stride = strideOf(literals);
        const ends = windowsOf(literals, stride);
        expect(ends).toHaveLength(literals.length);
        for (const [index, { length }] of literals.entries()) {
          const own = ends[index] ?? [];
          for (const end of own) {
            expect(end).toBeGreaterThanOrEqual(WINDOW - 1);
            expect(end).toBeLessThan(length);
          }
          // Where windows end that are looked at in a value in which so many units precede the literal.
          expect(own.some((end) => (before + end - (WINDOW - 1)) % stride === 0)).toBe(true);
        }
      }),
      { numRuns: 600 },
    );
  });

  it('are as rare as the shortest literal lets them be', () => {
    expect(strideOf(['abc', 'abcdefgh'])).toBe(1);
    expect(strideOf(['abcd', 'abcdefgh'])).toBe(2);
    expect(strideOf(['abcde', 'abcdefgh'])).toBe(3);
    expect(strideOf(['abcdefgh'])).toBe(3);
  });

  it('are chosen among those that names and commands have rarely', () => {
    const literals = ['gateway-xqz-prod', 'the-vzkj-server'];
    const ends = windowsOf(literals, 1).map(([end = 0]) => end);
    expect(literals.map((literal, at) => literal.slice((ends[at] ?? 0) - 2, (ends[at] ?? 0) + 1))).toEqual([
      'xqz',
      'zkj',
    ]);
  });

  it('are chosen among those that the fewest literals share', () => {
    const literals = ['https://one', 'https://two', 'https://ten', 'ssh://x.one'];
    const [one, two, ten] = windowsOf(literals, 1).map(([end = 0]) => end);
    for (const end of [one, two, ten]) expect(end).toBeGreaterThan('https://'.length - 1);
    expect(one).toBeLessThan('https://one'.length - 1);
  });
});
