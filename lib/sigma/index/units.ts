import { FOLD_UNITS } from '../compile/fold.ts';

/** Sets the bit that tells capitals from small letters. */
export const SMALL = 32;
/** Units below are ASCII. */
export const ASCII_END = 128;

/**
 * What a UTF-16 unit counts for in windows and fingerprints: the same for all cases of a letter, and for ASCII no more
 * than `unit | SMALL`, so that plain texts need no table. Surrogates count nothing, as what they fold to depends on
 * their pair.
 */
export const UNITS = new Uint8Array(65_536);

for (let unit = 0; unit < UNITS.length; unit++) {
  const folded = FOLD_UNITS[unit] ?? unit;
  if (folded < ASCII_END) UNITS[unit] = folded | SMALL;
  else UNITS[unit] = unit >= 0xd800 && unit <= 0xdfff ? 0 : folded ^ (folded >> 7);
}

/** Units in a window. */
export const WINDOW = 3;
export const WINDOW_MASK = (1 << 18) - 1;

/** The number of the window that ends at `end` (at least WINDOW − 1). */
export function windowAt(text: string, end: number): number {
  const first = UNITS[text.charCodeAt(end - 2)] as number;
  const second = UNITS[text.charCodeAt(end - 1)] as number;
  return ((first << 12) ^ (second << 6) ^ (UNITS[text.charCodeAt(end)] as number)) & WINDOW_MASK;
}

/** A number that texts which are the same but for case have in common: of four units and the length. Not for ''. */
export function fingerprint(text: string): number {
  const { length } = text;
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(length - 1);
  const middle = text.charCodeAt(length >> 1);
  const late = text.charCodeAt(length - 1 - (length >> 3));
  if ((first | last | middle | late) < ASCII_END) {
    return mix(first | SMALL, last | SMALL, middle | SMALL, late | SMALL, length);
  }
  return mix(UNITS[first] as number, UNITS[last] as number, UNITS[middle] as number, UNITS[late] as number, length);
}

function mix(first: number, last: number, middle: number, late: number, length: number): number {
  return Math.imul((first << 21) ^ (last << 14) ^ (middle << 7) ^ late ^ (length << 26), SPREAD);
}

/** 2³² over the golden ratio, as a whole number of 32 bits: multiplying spreads numbers over the upper bits. */
export const SPREAD = 0x9e3779b1 | 0;
