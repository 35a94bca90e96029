import { alwaysFound } from '../index/guards.ts';
import type { Image } from '../index/image.ts';
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
  private readonly units: Uint16Array;
  private readonly offsetBits: number;
  /** A bit for each predicate that was found: few enough words to stay in the nearest cache. */
  readonly found: Int32Array;

  constructor({ words, units, offsetBits, groups }: Image) {
    this.words = words;
    this.units = units;
    this.offsetBits = offsetBits;
    this.records = new Int32Array(groups.length);
    const always = alwaysFound(groups.length);
    this.found = new Int32Array((always >> 5) + 1);
    this.found[always >> 5] = 1;
  }

  /** Notes what a record is about. */
  add(record: number): void {
    const { found } = this;
    const predicate = this.words[record] as number;
    const before = found[predicate >> 5] as number;
    const after = before | (1 << (predicate & 31));
    if (after === before) return;
    found[predicate >> 5] = after;
    this.records[this.count++] = record;
  }

  clear(): void {
    const { found, records, words } = this;
    for (let at = 0; at < this.count; at++) found[(words[records[at] as number] as number) >> 5] = 0;
    this.count = 0;
  }

  /** Adds all of a hash in a table of whole values. */
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
      const literal = word ^ (hash << offsetBits);
      if (literal >>> offsetBits === 0 && this.standsAt(literal, text, place - (words[literal + 1] as number))) {
        this.add(words[literal] as number);
      }
      at = (at + 1) & last;
    }
  }

  private standsAt(literal: number, text: string, from: number): boolean {
    const { words, units } = this;
    const begin = words[literal + 2] as number;
    const end = words[literal + 3] as number;
    if (from < 0 || from + end - begin > text.length) return false;
    const distance = from - begin;
    for (let at = begin; at < end; at++) {
      if (!isAlike(text.charCodeAt(distance + at), units[at] as number)) return false;
    }
    return true;
  }
}
