import { parseAddress, parseRange, type Range } from '../event/address.ts';
import type { Finds } from './finds.ts';
import { plainV4 } from './plain-v4.ts';

/** An IP range, and the predicate that asks for it. */
export interface RangeEntry {
  readonly range: string;
  readonly code: number;
}

/** Which of many IP ranges an address lies in: one look per prefix length in use. */
export class RangeTable {
  readonly v4: Prefixes<number>[] = [];
  readonly v6: Prefixes<string>[] = [];

  constructor(entries: readonly RangeEntry[]) {
    for (const { range: text, code } of entries) {
      const range = parseRange(text);
      if (range?.version === 4) put(this.v4, range.bits, prefix(range.words[0] ?? 0, range.bits), code);
      else if (range) put(this.v6, range.bits, prefixes(range.words, range.bits), code);
    }
  }
}

export function findRanges(table: RangeTable, text: string, found: Finds): void {
  const word = plainV4(text);
  const address = word >= 0 ? undefined : parseAddress(text);
  if (word >= 0) findV4(table, word, found);
  else if (address?.version === 4) findV4(table, address.words[0] as number, found);
  else if (address) for (const { bits, codes } of table.v6) tell(codes.get(prefixes(address.words, bits)), found);
}

function findV4({ v4 }: RangeTable, word: number, found: Finds): void {
  for (let at = 0; at < v4.length; at++) {
    const { bits, codes } = v4[at] as Prefixes<number>;
    tell(codes.get(prefix(word, bits)), found);
  }
}

interface Prefixes<K> {
  readonly bits: number;
  readonly codes: Map<K, number[]>;
}

function put<K>(all: Prefixes<K>[], bits: number, key: K, code: number): void {
  let entry = all.find((each) => each.bits === bits);
  if (!entry) {
    entry = { bits, codes: new Map() };
    all.push(entry);
  }
  const codes = entry.codes.get(key);
  if (codes) codes.push(code);
  else entry.codes.set(key, [code]);
}

function tell(codes: readonly number[] | undefined, found: Finds): void {
  if (codes) for (const code of codes) found.add(code);
}

/** The first bits of a word. */
function prefix(word: number, bits: number): number {
  return bits >= 32 ? word | 0 : word & ~(-1 >>> bits);
}

function prefixes(words: Range['words'], bits: number): string {
  return words.map((word, index) => prefix(word, Math.max(0, bits - 32 * index))).join();
}
