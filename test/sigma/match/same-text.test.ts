import * as fc from 'fast-check';
import { fold } from '../../../lib/sigma/compile/fold.ts';
import { isSameText } from '../../../lib/sigma/match/same-text.ts';

describe('texts that are the same but for case', () => {
  it('are those whose folds are equal', async () => {
    const unit = fc.constantFrom(
      'a',
      'A',
      'k',
      'K',
      '\u212a',
      's',
      'ſ',
      'σ',
      'ς',
      'Σ',
      '𐐀',
      '𐐨',
      '\ud801',
      '\udc00',
      '\udc28',
      'ß',
      'ẞ',
    );
    const text = fc.string({ unit, maxLength: 4 });
    await fc.assert(
      fc.property(text, text, (one, other) => {
        expect(isSameText(one, other)).toBe(fold(one) === fold(other));
        expect(isSameText(one, fold(one))).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });
});
