import type { HashTable } from './image.ts';
import type { WordWriter } from './word-writer.ts';

/** Something to be found by a hash: the offset of a record or an anchor. */
export interface Hashed {
  readonly hash: number;
  readonly offset: number;
}

/** Words of the filter per entry, as a power of two, for at most so many words: 16 KB. */
const FILTER_SIZE = 1;
const MOST_FILTER = 12;

/** Writes a table. Small on purpose: what an event touches has to stay in the nearest caches next to the event. */
export function writeTable(writer: WordWriter, entries: readonly Hashed[], offsetBits: number): HashTable {
  const size = Math.ceil(Math.log2(entries.length + 1));
  const filterBits = Math.min(MOST_FILTER, Math.max(1, size + FILTER_SIZE));
  const filterShift = 32 - filterBits;
  const filter = writer.reserve(2 ** filterBits);
  const slotShift = 32 - (size + 1);
  const slots = writer.reserve(2 ** (size + 1));
  const table = { filter, filterShift, slots, slotShift };
  for (const entry of entries) put(writer.words, table, entry, offsetBits);
  return table;
}

function put(words: Int32Array, table: HashTable, { hash, offset }: Hashed, offsetBits: number): void {
  const { filter, filterShift, slots, slotShift } = table;
  const word = filter + (hash >>> filterShift);
  // A shift takes the lower five bits of its distance.
  words[word] = (words[word] as number) | (1 << hash) | (1 << (hash >>> 5));
  const last = -1 >>> slotShift;
  let at = hash >>> slotShift;
  while (words[slots + at] !== 0) at = (at + 1) & last;
  words[slots + at] = (hash << offsetBits) | offset;
}
