import { parseAddress, parseRange, type Range } from '../event/address.ts';
import type { RangeEntry } from '../index/image.ts';
import type { Finder } from './finder.ts';
import { plainV4 } from './plain-v4.ts';

/** Which of many IP ranges an address lies in: one look per prefix length in use. */
export class RangeTable {
  private readonly v4: Prefixes<number>[] = [];
  private readonly v6: Prefixes<string>[] = [];

  constructor(entries: readonly RangeEntry[]) {
    for (const { range: text, record } of entries) {
      const range = parseRange(text);
      if (range?.version === 4) put(this.v4, range.bits, prefix(range.words[0] ?? 0, range.bits), record);
      else if (range) put(this.v6, range.bits, prefixes(range.words, range.bits), record);
    }
  }

  find(text: string, finder: Finder): void {
    const word = plainV4(text);
    const address = word >= 0 ? undefined : parseAddress(text);
    if (word >= 0) this.findV4(word, finder);
    else if (address?.version === 4) this.findV4(address.words[0] as number, finder);
    else if (address) {
      for (const { bits, records } of this.v6) tell(records.get(prefixes(address.words, bits)), finder);
    }
  }

  private findV4(word: number, finder: Finder): void {
    const { v4 } = this;
    for (let at = 0; at < v4.length; at++) {
      const { bits, records } = v4[at] as Prefixes<number>;
      tell(records.get(prefix(word, bits)), finder);
    }
  }
}

interface Prefixes<K> {
  readonly bits: number;
  readonly records: Map<K, number[]>;
}

function put<K>(all: Prefixes<K>[], bits: number, key: K, record: number): void {
  let entry = all.find((each) => each.bits === bits);
  if (!entry) {
    entry = { bits, records: new Map() };
    all.push(entry);
  }
  const records = entry.records.get(key);
  if (records) records.push(record);
  else entry.records.set(key, [record]);
}

function tell(records: readonly number[] | undefined, finder: Finder): void {
  if (records) for (const record of records) finder.add(record);
}

/** The first bits of a word. */
function prefix(word: number, bits: number): number {
  return bits >= 32 ? word | 0 : word & ~(-1 >>> bits);
}

function prefixes(words: Range['words'], bits: number): string {
  return words.map((word, index) => prefix(word, Math.max(0, bits - 32 * index))).join();
}
