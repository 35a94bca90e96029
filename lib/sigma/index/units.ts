import { FOLDED_UNITS, foldUnit } from '../compile/fold.ts';

/** 2³² over the golden ratio, as a whole number of 32 bits: multiplying spreads numbers over the upper bits. */
export const SPREAD = 0x9e3779b1 | 0;

/** Units in a window. */
export const WINDOW = 3;
export const WINDOW_MASK = (1 << 18) - 1;

const SURROGATE = /[\ud800-\udfff]/;

/** What a character outside the basic plane folds to depends on its pair: such literals are compared in full later. */
export function hasSurrogates(literal: string): boolean {
  return SURROGATE.test(literal);
}

/**
 * What each UTF-16 unit counts for in hashes: the same for all cases of a letter. Surrogates count nothing, as what they
 * fold to depends on their pair.
 */
export const WEIGHTS = weights();

function weights(): Uint8Array {
  const all = new Uint8Array(65_536);
  for (let unit = 0; unit < 128; unit++) all[unit] = unit | 0x80;
  // The same again and again: far quicker than unit by unit, when every millisecond of a cold start counts.
  for (let filled = 128; filled < all.length; filled *= 2) all.copyWithin(filled, 0, filled);
  // ASCII has weights of its own.
  for (let unit = 0; unit < 128; unit++) all[unit] = unit;
  for (const unit of FOLDED_UNITS) all[unit] = all[foldUnit(unit)] as number;
  return all.fill(0, 0xd800, 0xe000);
}

function weightAt(text: string, index: number): number {
  return WEIGHTS[text.charCodeAt(index)] as number;
}

/** The hash of the window that ends at `end` (at least WINDOW − 1). */
export function windowHash(text: string, end: number): number {
  const [first, second, third] = [weightAt(text, end - 2), weightAt(text, end - 1), weightAt(text, end)];
  return Math.imul(((first << 12) ^ (second << 6) ^ third) & WINDOW_MASK, SPREAD);
}

/** The units of a text that the hash of a whole value may look at: where each stands, and how far it is moved. */
export const SAMPLES = [
  { at: (length: number) => length >> 1, source: 'n >> 1', shift: 7 },
  { at: (length: number) => length - 1 - (length >> 3), source: 'n - 1 - (n >> 3)', shift: 0 },
  { at: () => 0, source: '0', shift: 21 },
  { at: (length: number) => length - 1, source: 'n - 1', shift: 14 },
] as const;

/** Bits that the length of a text is moved by in its hash. */
export const LENGTH_SHIFT = 26;

/** A number that texts which are the same but for case have in common: of their length and some samples. Not for ''. */
export function wholeHash(text: string, samples: readonly number[]): number {
  const { length } = text;
  let mixed = length << LENGTH_SHIFT;
  for (let index = 0; index < samples.length; index++) {
    const { at, shift } = SAMPLES[samples[index] as number] as (typeof SAMPLES)[number];
    mixed ^= weightAt(text, at(length)) << shift;
  }
  return Math.imul(mixed, SPREAD);
}
