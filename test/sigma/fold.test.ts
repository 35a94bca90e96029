import { fold } from '../../lib/sigma/compile/fold.ts';

/** `/iu` compares as CaseFolding.txt (C + S) says: ECMAScript's own definition. */
function sameButForCase(a: string, b: string): boolean {
  return new RegExp(`^\\u{${a.codePointAt(0)?.toString(16)}}$`, 'iu').test(b);
}

describe('fold', () => {
  const characters = Array.from({ length: 0x20000 }, (_, point) => point)
    .filter((point) => point < 0xd800 || point > 0xdfff)
    .map((point) => String.fromCodePoint(point));

  it('folds alike what differs only in case, over all characters with cases', () => {
    const pairs = characters.flatMap((character) =>
      [fold(character), character.toLowerCase(), character.toUpperCase()]
        .filter((other) => other !== character && [...other].length === 1)
        .map((other) => [character, other] as const),
    );
    expect(pairs.length).toBeGreaterThan(2000);
    const wrong = pairs.filter(([a, b]) => sameButForCase(a, b) !== (fold(a) === fold(b)));
    expect(wrong).toEqual([]);
  });

  it('keeps the length, and folds text by folding its characters', () => {
    const text = characters.join('');
    expect(fold(text)).toHaveLength(text.length);
    expect(fold(text)).toBe(characters.map(fold).join(''));
    expect(fold(fold(text))).toBe(fold(text));
  });

  it('leaves lone surrogates alone', () => {
    expect(fold('\ud801x\udc00')).toBe('\ud801x\udc00');
  });
});
