import type { Finds } from './finds.ts';
import { type Needle, Needles } from './needles.ts';
import { PackedTable } from './packed-table.ts';
import { ASCII_END, SMALL, SPREAD, UNITS, WINDOW, WINDOW_MASK, windowAt } from './units.ts';

/** Windows of a literal among which the rarest is looked for: as many as eight bits can tell apart. */
const MOST_WINDOWS = 256;

/** Literals of at least WINDOW units anywhere in a value, each by its rarest window. */
export class InnerTable extends PackedTable {
  readonly needles: Needles;
  /** Where the window of a needle ends, from the needle's start, less WINDOW − 1. */
  readonly offsets: Uint8Array;
  /** A set of hashes that may say yes too often, of few enough bits to stay in the nearest cache. */
  readonly filter: Int32Array;
  readonly filterShift: number;

  constructor(needles: readonly Needle[]) {
    const counts = countWindows(needles);
    const offsets = Uint8Array.from(needles, ({ literal }) => rarestWindow(literal, counts) - WINDOW + 1);
    const hashes = needles.map(({ literal }, needle) =>
      Math.imul(windowAt(literal, (offsets[needle] as number) + WINDOW - 1), SPREAD),
    );
    super(hashes);
    this.needles = new Needles(needles);
    this.offsets = offsets;
    const bits = Math.min(17, Math.max(9, Math.ceil(Math.log2(hashes.length + 1)) + 6));
    this.filter = new Int32Array(1 << (bits - 5));
    this.filterShift = 32 - bits;
    for (const hash of hashes) {
      const bit = hash >>> this.filterShift;
      this.filter[bit >> 5] = (this.filter[bit >> 5] as number) | (1 << (bit & 31));
    }
  }
}

export function findInner(table: InnerTable, text: string, found: Finds): void {
  if (mayFind(table, text)) scan(table, text, found);
}

/**
 * One pass without a branch over texts of ASCII, in which a call or a table of units would cost as much again; true for
 * other texts, too.
 */
function mayFind({ filter, filterShift }: InnerTable, text: string): boolean {
  const { length } = text;
  if (length < WINDOW) return false;
  const first = text.charCodeAt(0);
  const second = text.charCodeAt(1);
  let all = first | second;
  let hits = 0;
  let window = ((first | SMALL) << 6) ^ (second | SMALL);
  for (let index = WINDOW - 1; index < length; index++) {
    const unit = text.charCodeAt(index);
    all |= unit;
    window = ((window << 6) ^ (unit | SMALL)) & WINDOW_MASK;
    const bit = Math.imul(window, SPREAD) >>> filterShift;
    hits |= (filter[bit >> 5] as number) >>> (bit & 31);
  }
  return (hits & 1) === 1 || all >= ASCII_END;
}

function scan(table: InnerTable, text: string, found: Finds): void {
  const { filter, filterShift } = table;
  let window = ((UNITS[text.charCodeAt(0)] as number) << 6) ^ (UNITS[text.charCodeAt(1)] as number);
  for (let index = WINDOW - 1; index < text.length; index++) {
    window = ((window << 6) ^ (UNITS[text.charCodeAt(index)] as number)) & WINDOW_MASK;
    const hash = Math.imul(window, SPREAD);
    const bit = hash >>> filterShift;
    if ((((filter[bit >> 5] as number) >>> (bit & 31)) & 1) === 1) verify(table, hash, text, index, found);
  }
}

function verify(table: InnerTable, hash: number, text: string, end: number, found: Finds): void {
  const { words, needles, offsets } = table;
  let at = hash >>> table.shift;
  for (let word = words[at] as number; word !== 0; word = words[at] as number) {
    const needle = (word & 0xffff) - 1;
    const from = end - WINDOW + 1 - (offsets[needle] as number);
    if ((word ^ (hash << 16)) >>> 16 === 0 && needles.standsAt(needle, text, from)) {
      found.add(needles.codes[needle] as number);
    }
    at = (at + 1) & (words.length - 1);
  }
}

function countWindows(needles: readonly Needle[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { literal } of needles) {
    for (let end = WINDOW - 1; end < literal.length; end++) {
      const window = windowAt(literal, end);
      counts.set(window, (counts.get(window) ?? 0) + 1);
    }
  }
  return counts;
}

/** The end of the window that the fewest literals share. */
function rarestWindow(literal: string, counts: ReadonlyMap<number, number>): number {
  let best = WINDOW - 1;
  let fewest = Number.POSITIVE_INFINITY;
  const last = Math.min(literal.length, MOST_WINDOWS + WINDOW - 1);
  for (let end = WINDOW - 1; end < last; end++) {
    const count = counts.get(windowAt(literal, end)) ?? 0;
    if (count < fewest) [best, fewest] = [end, count];
  }
  return best;
}
