import { FOLD_UNITS } from '../compile/fold.ts';

/**
 * What a UTF-16 unit counts for in windows and fingerprints: the same for all cases of a letter. Surrogates count
 * nothing, as what they fold to depends on their pair.
 */
export const UNITS = new Uint8Array(65_536);

for (let unit = 0; unit < UNITS.length; unit++) {
  const folded = FOLD_UNITS[unit] ?? unit;
  UNITS[unit] = unit >= 0xd800 && unit <= 0xdfff ? 0 : folded ^ (folded >> 7);
}

/** Units in a window. */
export const WINDOW = 3;
const BITS = 18;
export const MASK = (1 << BITS) - 1;

/** The number of the window that ends at `end` (at least WINDOW − 1). */
export function windowAt(text: string, end: number): number {
  const first = UNITS[text.charCodeAt(end - 2)] as number;
  const second = UNITS[text.charCodeAt(end - 1)] as number;
  return ((first << 12) ^ (second << 6) ^ (UNITS[text.charCodeAt(end)] as number)) & MASK;
}

/** A number that texts which are the same but for case have in common: of four of their units. Not for the empty text. */
export function fingerprint(text: string): number {
  const { length } = text;
  const first = UNITS[text.charCodeAt(0)] as number;
  const last = UNITS[text.charCodeAt(length - 1)] as number;
  const middle = UNITS[text.charCodeAt(length >> 1)] as number;
  const late = UNITS[text.charCodeAt(length - 1 - (length >> 3))] as number;
  return (Math.imul((first << 21) ^ (last << 14) ^ (middle << 7) ^ late, SPREAD) >>> (32 - BITS)) ^ (length & 63);
}

/** A set of numbers below 2¹⁸ that may say yes too often: sized so that it seldom does and stays in the cache. */
export class Filter {
  readonly words: Int32Array;
  readonly shift: number;

  constructor(size: number) {
    const bits = Math.min(BITS, Math.max(9, Math.ceil(Math.log2(size + 1)) + 5));
    this.words = new Int32Array(1 << (bits - 5));
    this.shift = 32 - bits;
  }

  add(number: number): void {
    const bit = Math.imul(number, SPREAD) >>> this.shift;
    this.words[bit >> 5] = (this.words[bit >> 5] as number) | (1 << (bit & 31));
  }

  has(number: number): boolean {
    const bit = Math.imul(number, SPREAD) >>> this.shift;
    return (((this.words[bit >> 5] as number) >>> (bit & 31)) & 1) === 1;
  }
}

/** 2³² over the golden ratio: multiplying spreads numbers over the upper bits. */
export const SPREAD = 0x9e3779b1;
