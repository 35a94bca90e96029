import { SLOTS } from '../index/guards.ts';
import type { Image } from '../index/image.ts';
import { anchorOf, behindLiteral, distanceOf, unitAt } from '../index/literal-words.ts';
import { isAlike } from './stands-at.ts';

/**
 * What is found of the event at hand: predicates that hold, or may hold. Its tables, records and literals lie in an image
 * (see there). Reused from event to event: `clear` when one is done with.
 */
export class Finder {
  /** Offsets of the records of what was found, each once. */
  readonly records: Int32Array;
  count = 0;
  private readonly words: Int32Array;
  private readonly offsetBits: number;
  /** A bit for each predicate and pair that was found: few enough words to stay in the nearest cache. */
  readonly found: Int32Array;
  /** By slot, keys of fields. */
  readonly keys = new Int32Array(SLOTS + 1);
  /** A field of which a key is noted has several values: keys tell nothing. */
  several = false;
  /** By slot, the keys of several values; undefined where they are too many. Only of slots with ANY_KEY. */
  readonly severalKeys: (readonly number[] | undefined)[] = [];

  constructor({ words, offsetBits, numbers }: Image) {
    this.words = words;
    this.offsetBits = offsetBits;
    this.records = new Int32Array(numbers);
    this.found = new Int32Array((numbers >> 5) + 1);
  }

  /** Notes what a record is about. */
  add(record: number): void {
    const { found } = this;
    const number = this.words[record] as number;
    const before = found[number >> 5] as number;
    const after = before | (1 << (number & 31));
    if (after === before) return;
    found[number >> 5] = after;
    this.records[this.count++] = record;
  }

  clear(): void {
    const { found, records, words } = this;
    for (let at = 0; at < this.count; at++) found[(words[records[at] as number] as number) >> 5] = 0;
    this.count = 0;
    this.several = false;
  }

  /** Adds all of a hash in a table of whole values, or of pairs of them. */
  probeWhole(slots: number, shift: number, hash: number): void {
    const { words, offsetBits } = this;
    const last = -1 >>> shift;
    let at = hash >>> shift;
    for (let word = words[slots + at] as number; word !== 0; word = words[slots + at] as number) {
      const different = word ^ (hash << offsetBits);
      if (different >>> offsetBits === 0) this.add(different);
      at = (at + 1) & last;
    }
  }

  /** Adds the literals of a hash that stand in a text with their anchor at a place of it. */
  probeLiterals(slots: number, shift: number, hash: number, text: string, place: number): void {
    const { words, offsetBits } = this;
    const last = -1 >>> shift;
    let at = hash >>> shift;
    for (let word = words[slots + at] as number; word !== 0; word = words[slots + at] as number) {
      const anchor = word ^ (hash << offsetBits);
      if (anchor >>> offsetBits === 0) this.tryLiteral(anchor, text, place);
      at = (at + 1) & last;
    }
  }

  private tryLiteral(anchor: number, text: string, place: number): void {
    const { words } = this;
    const word = words[anchor] as number;
    const literal = anchor + distanceOf(word);
    const length = words[literal] as number;
    const from = place - anchorOf(word);
    if (from < 0 || from + length > text.length) return;
    for (let at = 0; at < length; at++) {
      if (!isAlike(text.charCodeAt(from + at), unitAt(words, literal, at))) return;
    }
    this.add(behindLiteral(literal, length));
  }
}
