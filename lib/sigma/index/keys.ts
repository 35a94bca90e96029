import { edgeHash, SPREAD, WINDOW, wholeHash } from './units.ts';

/**
 * What a value shows of itself in one number, its key, so that what does not satisfy a predicate is mostly told by one
 * comparison with the predicate's own. A key lets too much pass, never too little.
 *
 * - `more`: the upper 24 bits of a number as a 32-bit float, which grow with it; `less`: those of its opposite.
 * - `whole`, `start`, `end`: bits of the hash of a text, or of its first or last windows.
 */
export type KeyKind =
  | { readonly kind: 'more' }
  | { readonly kind: 'less' }
  | { readonly kind: 'whole'; readonly samples: readonly number[] }
  | { readonly kind: 'start'; readonly windows: number }
  | { readonly kind: 'end'; readonly windows: number };

/** A key of a field, and where it is noted. */
export type KeyLook = KeyKind & { readonly slot: number };

/** A key is not below zero and has so many bits. */
export const KEY_BITS = 25;
/** How far a hash is moved to become a key. */
export const KEY_SHIFT = 32 - KEY_BITS;
/** In the place of a key where there is no value: satisfies nothing. */
export const NO_KEY = -1;
/** Exceeds every limit: of what is no number only the rule itself can judge. */
export const ANY_KEY = 2 ** KEY_BITS;
/** The key of the empty text, which has no hash. */
export const EMPTY_KEY = 0;

/** Added to what is made of a number, which may be below zero. */
const ZERO = 2 ** (KEY_BITS - 1);

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** Of a number, its key `more`. */
export function keyOfMore(value: number): number {
  return ZERO + upperBits(value);
}

/** Of a number, its key `less`. */
export function keyOfLess(value: number): number {
  return ZERO - upperBits(value);
}

/** 24 bits with a sign. */
function upperBits(value: number): number {
  // Of −0 makes 0, which is as great.
  float[0] = value + 0;
  const word = bits[0] as number;
  return (word ^ ((word >> 31) & 0x7fffffff)) >> 8;
}

/** A number that two keys have in common with the same two. */
export function pairHash(first: number, second: number): number {
  return Math.imul(Math.imul(first, SPREAD) ^ second, SPREAD);
}

/** Of a text, its key of a kind. */
export function keyOfText(look: KeyKind, text: string): number {
  if (look.kind === 'more' || look.kind === 'less') return ANY_KEY;
  if (look.kind === 'whole') return text === '' ? EMPTY_KEY : wholeHash(text, look.samples) >>> KEY_SHIFT;
  if (text.length < look.windows * WINDOW) return NO_KEY;
  return edgeHash(text, look.kind, look.windows) >>> KEY_SHIFT;
}
