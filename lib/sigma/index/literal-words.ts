/**
 * How a literal lies among the words of an image: words for its anchors, its length, its folded UTF-16 units, two a
 * word, and right behind them the record of its predicate.
 */

/** Bits of an anchor's word that tell how far behind it the length stands. */
const DISTANCE_BITS = 8;
const DISTANCE_MASK = (1 << DISTANCE_BITS) - 1;

/** A place counted from the start of a literal, and how far behind the word its length stands. */
export function anchorWord(anchor: number, distance: number): number {
  return (anchor << DISTANCE_BITS) | distance;
}

/** The place. */
export function anchorOf(word: number): number {
  return word >>> DISTANCE_BITS;
}

/** How far behind it the length stands. */
export function distanceOf(word: number): number {
  return word & DISTANCE_MASK;
}

/** A literal, its length first. */
export function literalWords(literal: string): number[] {
  const words = [literal.length];
  for (let at = 0; at < literal.length; at += 2) {
    // Behind the last unit stands NaN, as a word 0.
    words.push(literal.charCodeAt(at) | (literal.charCodeAt(at + 1) << 16));
  }
  return words;
}

/** A unit of the literal of which the length stands at an offset. */
export function unitAt(words: Int32Array, offset: number, at: number): number {
  return ((words[offset + 1 + (at >> 1)] as number) >>> ((at & 1) << 4)) & 0xffff;
}

/** Where what follows the literal begins. */
export function behindLiteral(offset: number, length: number): number {
  return offset + 1 + ((length + 1) >> 1);
}
