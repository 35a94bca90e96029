import type { Finds } from './finds.ts';
import { type Needle, Needles } from './needles.ts';
import { PackedTable } from './packed-table.ts';
import { SPREAD, WINDOW, windowAt } from './units.ts';

/** Beginnings or ends of values, of at least WINDOW units, by one window. */
export class EdgeTable extends PackedTable {
  readonly needles: Needles;

  constructor(needles: readonly Needle[], edge: 'start' | 'end') {
    super(needles.map(({ literal }) => hashAt(literal, edge === 'start' ? WINDOW - 1 : literal.length - 1)));
    this.needles = new Needles(needles);
  }
}

export function findStart(table: EdgeTable, text: string, found: Finds): void {
  if (text.length < WINDOW) return;
  const hash = hashAt(text, WINDOW - 1);
  if (table.words[hash >>> table.shift] !== 0) probe(table, hash, text, false, found);
}

export function findEnd(table: EdgeTable, text: string, found: Finds): void {
  if (text.length < WINDOW) return;
  const hash = hashAt(text, text.length - 1);
  if (table.words[hash >>> table.shift] !== 0) probe(table, hash, text, true, found);
}

function probe({ words, needles, shift }: EdgeTable, hash: number, text: string, end: boolean, found: Finds): void {
  let at = hash >>> shift;
  for (let word = words[at] as number; word !== 0; word = words[at] as number) {
    const needle = (word & 0xffff) - 1;
    const from = end ? text.length - needles.lengthOf(needle) : 0;
    if ((word ^ (hash << 16)) >>> 16 === 0 && needles.standsAt(needle, text, from)) {
      found.add(needles.codes[needle] as number);
    }
    at = (at + 1) & (words.length - 1);
  }
}

function hashAt(text: string, end: number): number {
  return Math.imul(windowAt(text, end), SPREAD);
}
