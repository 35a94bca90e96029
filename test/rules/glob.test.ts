import fc from 'fast-check';
import { fitsGlob } from '../../lib/rules/glob.ts';

describe('a pattern of names', () => {
  it('fits as the regular expression of it does', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'B', '.'), maxLength: 8 });
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(letters, patterns, (text, pattern) => {
        const source = pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        expect(fitsGlob(text, pattern)).toBe(new RegExp(`^${source}$`, 'i').test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('is answered for many stars, too', () => {
    expect(fitsGlob('a'.repeat(5000), `${'*a'.repeat(500)}b`)).toBe(false);
  });
});
