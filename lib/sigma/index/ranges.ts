import type { Comparator } from '../../model/rule.ts';
import { parseAddress, parseRange, type Range } from '../event/address.ts';
import type { Finds } from './text-index.ts';

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
    passed(this.above, number, 1, found);
    passed(this.below, number, -1, found);
    for (const id of this.equal.get(number) ?? []) found.add(id);
  }
}

/** Entries in the order in which a number passes them: upwards with sign 1, downwards with −1. */
function passed(entries: readonly Entry[], number: number, sign: 1 | -1, found: Finds): void {
  for (const { value, open, id } of entries) {
    const distance = (number - value) * sign;
    if (distance < 0) break;
    if (!open || distance > 0) found.add(id);
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
  size = 0;
  private readonly v4: Prefixes<number>[] = [];
  private readonly v6: Prefixes<string>[] = [];

  add(text: string, id: number): void {
    const range = parseRange(text);
    if (!range) return;
    this.size++;
    if (range.version === 4) put(this.v4, range.bits, prefix(range.words[0] ?? 0, range.bits), id);
    else put(this.v6, range.bits, prefixes(range.words, range.bits), id);
  }

  find(text: string, found: Finds): void {
    const address = parseAddress(text);
    if (!address) return;
    if (address.version === 4) {
      const word = address.words[0] as number;
      for (const { bits, ids } of this.v4) tell(ids.get(prefix(word, bits)), found);
    } else for (const { bits, ids } of this.v6) tell(ids.get(prefixes(address.words, bits)), found);
  }
}

interface Prefixes<K> {
  readonly bits: number;
  readonly ids: Map<K, number[]>;
}

function put<K>(all: Prefixes<K>[], bits: number, key: K, id: number): void {
  let entry = all.find((each) => each.bits === bits);
  if (!entry) {
    entry = { bits, ids: new Map() };
    all.push(entry);
  }
  const ids = entry.ids.get(key);
  if (ids) ids.push(id);
  else entry.ids.set(key, [id]);
}

function tell(ids: readonly number[] | undefined, found: Finds): void {
  if (ids) for (const id of ids) found.add(id);
}

/** The first bits of a word. */
function prefix(word: number, bits: number): number {
  return bits >= 32 ? word | 0 : word & ~(-1 >>> bits);
}

function prefixes(words: Range['words'], bits: number): string {
  return words.map((word, index) => prefix(word, Math.max(0, bits - 32 * index))).join();
}
