import type { Finds } from './finds.ts';
import type { Needle } from './needles.ts';
import { PackedTable } from './packed-table.ts';
import { fingerprint } from './units.ts';

/**
 * Whole values by fingerprint. What is found only may be there: comparing costs 25 ns with a text that was just parsed,
 * five times the fingerprint, and most rules that one value announces fail by another.
 */
export class WholeTable extends PackedTable {
  readonly codes: Int32Array;
  /** What the empty text says. */
  readonly empty: readonly number[];

  constructor(needles: readonly Needle[]) {
    const full = needles.filter(({ literal }) => literal !== '');
    super(full.map(({ literal }) => fingerprint(literal)));
    this.codes = Int32Array.from(full, ({ code }) => code);
    this.empty = needles.filter(({ literal }) => literal === '').map(({ code }) => code);
  }
}

export function findWhole(table: WholeTable, text: string, found: Finds): void {
  if (text.length === 0) {
    findEmpty(table, found);
    return;
  }
  const hash = fingerprint(text);
  const at = hash >>> table.shift;
  // Mostly nothing stands there: what follows is a function of its own, so that this much is inlined where it is called.
  if (table.words[at] !== 0) probe(table, hash, at, found);
}

function probe(table: WholeTable, hash: number, from: number, found: Finds): void {
  const { words, codes } = table;
  let at = from;
  for (let word = words[at] as number; word !== 0; word = words[at] as number) {
    if ((word ^ (hash << 16)) >>> 16 === 0) found.add(codes[(word & 0xffff) - 1] as number);
    at = (at + 1) & (words.length - 1);
  }
}

function findEmpty({ empty }: WholeTable, found: Finds): void {
  for (const code of empty) found.add(code);
}
