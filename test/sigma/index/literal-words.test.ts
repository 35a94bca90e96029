import * as fc from 'fast-check';
import {
  anchorOf,
  anchorWord,
  behindLiteral,
  distanceOf,
  literalWords,
  unitAt,
} from '../../../lib/sigma/index/literal-words.ts';

describe('the words of a literal', () => {
  it('hold each of its UTF-16 units, whatever they are, and end where the next thing begins', async () => {
    const literal = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'a', '\uffff\uffff\uffff', '\ud801x'));
    await fc.assert(
      fc.property(literal, fc.nat({ max: 5 }), (text, before) => {
        const words = Int32Array.from([...new Array<number>(before).fill(7), ...literalWords(text)]);
        const length = words[before] as number;
        const units = Array.from({ length }, (_, at) => unitAt(words, before, at));
        expect(String.fromCharCode(...units)).toBe(text);
        expect(behindLiteral(before, length)).toBe(words.length);
      }),
    );
  });

  it('hold how far anchors stand from it', () => {
    for (const [anchor, distance] of [
      [0, 1],
      [7, 8],
      [1_000_000, 255],
    ] as const) {
      const word = anchorWord(anchor, distance);
      expect([anchorOf(word), distanceOf(word)]).toEqual([anchor, distance]);
    }
  });
});
