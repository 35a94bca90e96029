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

/** The window that ends at `end` (at least WINDOW − 1). */
function windowAt(text: string, end: number): number {
  const [first, second, third] = [weightAt(text, end - 2), weightAt(text, end - 1), weightAt(text, end)];
  return ((first << 12) ^ (second << 6) ^ third) & WINDOW_MASK;
}

/** The hash of the window of so many units, two or three, that ends at `end`. */
export function windowHash(text: string, end: number, width: number): number {
  const window = width === 2 ? (weightAt(text, end - 1) << 6) ^ weightAt(text, end) : windowAt(text, end);
  return Math.imul(window, SPREAD);
}

/** The hash of the first or last units of a text that is at least as long: of so many windows side by side. */
export function edgeHash(text: string, edge: 'start' | 'end', windows: number): number {
  let hash = 0;
  for (let window = 0; window < windows; window++) {
    const end = edge === 'start' ? (window + 1) * WINDOW - 1 : text.length - 1 - window * WINDOW;
    hash = Math.imul(hash ^ windowAt(text, end), SPREAD);
  }
  return hash;
}

interface Sample {
  /** Its place in a text that is not empty. */
  readonly at: (length: number) => number;
  /** The same as code, for a text of `n` units. */
  readonly source: string;
}

function fromStart(count: number): Sample {
  return { at: (length) => Math.min(count, length - 1), source: `n > ${count} ? ${count} : n - 1` };
}

function fromEnd(count: number): Sample {
  return { at: (length) => Math.max(0, length - 1 - count), source: `n > ${count} ? n - ${count + 1} : 0` };
}

/**
 * Units of a text that the hash of a whole value may look at, those first that mostly differ: in the middle, as
 * identifiers and addresses of one kind share beginnings and ends; then all near both ends, as what differs in paths and
 * names of files stands before an extension.
 */
export const SAMPLES: readonly Sample[] = [
  { at: (length) => length >> 1, source: 'n >> 1' },
  { at: (length) => length - 1 - (length >> 3), source: 'n - 1 - (n >> 3)' },
  ...Array.from({ length: 8 }, (_, count) => [fromStart(count), fromEnd(count)]).flat(),
  ...Array.from({ length: 8 }, (_, count) => fromEnd(8 + count)),
];

/** How far a sample is moved in the hash. */
export function shiftOf(sample: number): number {
  return (sample * 7) % 27;
}

/** Bits that the length of a text is moved by in its hash. */
export const LENGTH_SHIFT = 26;

/** A number that texts which are the same but for case have in common: of their length and some samples. Not for ''. */
export function wholeHash(text: string, samples: readonly number[]): number {
  const { length } = text;
  let mixed = length << LENGTH_SHIFT;
  for (let index = 0; index < samples.length; index++) {
    const sample = samples[index] as number;
    mixed ^= weightAt(text, (SAMPLES[sample] as Sample).at(length)) << shiftOf(sample);
  }
  return Math.imul(mixed, SPREAD);
}
