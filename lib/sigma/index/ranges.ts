import type { Comparator } from '../../model/rule.ts';
import type { Finds } from './text-index.ts';
import { parseAddress, parseRange, type Range } from '../event/address.ts';

/** Which of many thresholds a number passes. */
export class ThresholdIndex {
  /** `gt`, `gte`: ascending, so that what is passed is a beginning; `lt`, `lte` and `eq` likewise by their own order. */
  private readonly above: Entry[] = [];
  private readonly below: Entry[] = [];
  private readonly equal = new Map<number, number[]>();
  size = 0;

  add(compare: Comparator, value: number, id: number): void {
    this.size++;
    if (compare === 'eq') this.equal.set(value, [...(this.equal.get(value) ?? []), id]);
    else if (compare === 'gt' || compare === 'gte') this.above.push({ value, open: compare === 'gt', id });
    else this.below.push({ value, open: compare === 'lt', id });
  }

  /** Call once, after all are added. */
  sort(): void {
    this.above.sort((a, b) => a.value - b.value);
    this.below.sort((a, b) => b.value - a.value);
  }

  find(number: number, found: Finds): void {
    for (const { value, open, id } of this.above) {
      if (number < value) break;
      if (!open || number > value) found.add(id);
    }
    for (const { value, open, id } of this.below) {
      if (number > value) break;
      if (!open || number < value) found.add(id);
    }
    for (const id of this.equal.get(number) ?? []) found.add(id);
  }
}

interface Entry {
  readonly value: number;
  /** The threshold itself does not pass. */
  readonly open: boolean;
  readonly id: number;
}

/** Which of many IP ranges an address lies in: one look per prefix length in use. */
export class RangeIndex {
  private readonly lengths = new Map<string, { version: 4 | 6; bits: number; ids: Map<string, number[]> }>();
  size = 0;

  add(text: string, id: number): void {
    this.size++;
    const range = parseRange(text);
    if (!range) return;
    const { version, bits } = range;
    const name = `${version}/${bits}`;
    const length = this.lengths.get(name) ?? { version, bits, ids: new Map<string, number[]>() };
    const key = keyOf(range.words, bits);
    length.ids.set(key, [...(length.ids.get(key) ?? []), id]);
    this.lengths.set(name, length);
  }

  find(text: string, found: Finds): void {
    const address = parseAddress(text);
    if (!address) return;
    for (const { version, bits, ids } of this.lengths.values()) {
      if (version !== address.version) continue;
      for (const id of ids.get(keyOf(address.words, bits)) ?? []) found.add(id);
    }
  }
}

/** The first bits of an address. */
function keyOf(words: Range['words'], bits: number): string {
  let key = '';
  for (let index = 0, left = bits; left > 0; index++, left -= 32) {
    const word = words[index] ?? 0;
    key += left >= 32 ? word : (word & ~(-1 >>> left)) >>> 0;
    key += ',';
  }
  return key;
}
