import type { Comparator } from '../../model/rule.ts';
import type { Predicate } from '../ast.ts';
import type { Anchor } from './required-literal.ts';

/**
 * The rules of one log source, ready to be matched: what an index is once it is built. All numbers lie in one array, in
 * this order: the code of rules, records, literals, tables. A place in it is called an offset.
 *
 * - code: see `CodePool`.
 * - record of a predicate: its number, which groups of fields its candidates need (a bit each), how many these are, and
 *   of each candidate where its code begins and what guards it (see `guards.ts`).
 * - literal: the offset of its record, its anchor (a place counted from its start: its first unit, its last one, or where
 *   the window ends that it is found by), and where its units begin and end in `units`.
 * - table: see `HashTable`.
 */
export interface Image {
  readonly words: Int32Array;
  /** The folded UTF-16 units of literals. */
  readonly units: Uint16Array;
  /** Bits that an offset of a record or literal has. */
  readonly offsetBits: number;
  readonly predicates: readonly Predicate[];
  /** Where the code of rules begins that are asked of every event. */
  readonly always: readonly number[];
  /** What is looked up of every event. */
  readonly early: readonly FieldLooks[];
  /** What is looked up when a guard asks for it: groups of fields, see `guards.ts`. */
  readonly late: readonly (readonly FieldLooks[])[];
  /** Of each predicate, the group in which it is looked up, or 0. */
  readonly groups: Uint8Array;
  /** What is looked up of every scalar value of every event. */
  readonly keywords: readonly Look[];
  /** Fields of whose numbers guards ask for the keys. */
  readonly slots: number;
}

export interface FieldLooks {
  readonly field: string;
  readonly looks: readonly Look[];
  /** Where the keys of its numbers go, see `guards.ts`; absent where no guard asks for them. */
  readonly slot?: number;
}

/**
 * Two arrays of places found by a hash. `filter`: words, in one of which two bits of a hash are 1 when it may be in the
 * table. `slots`: open addressing; a word holds the offset of what stands there, and above it the lower bits of the hash.
 */
export interface HashTable {
  readonly filter: number;
  readonly filterShift: number;
  readonly slots: number;
  readonly slotShift: number;
}

/** A way to find, in a value of a field, which predicates it satisfies or may satisfy. */
export type Look =
  /** Whole values; `empty` are the records of the empty text. */
  | { readonly kind: 'whole'; readonly samples: readonly number[]; readonly table: HashTable; readonly empty: Records }
  /** Beginnings and ends, by their first or last windows. */
  | { readonly kind: 'start' | 'end'; readonly windows: number; readonly table: HashTable }
  /** Texts of at least WINDOW units anywhere, by every window, or every second or third one. */
  | { readonly kind: 'inner'; readonly stride: number; readonly table: HashTable }
  /** Texts shorter than a window: few, and looked for one by one. */
  | { readonly kind: 'short'; readonly entries: readonly ShortEntry[] }
  | { readonly kind: 'range'; readonly entries: readonly RangeEntry[] }
  | { readonly kind: 'threshold'; readonly entries: readonly ThresholdEntry[] };

type Records = readonly number[];

export interface ShortEntry {
  readonly literal: string;
  readonly anchor: Anchor;
  readonly record: number;
}

export interface RangeEntry {
  readonly range: string;
  readonly record: number;
}

export interface ThresholdEntry {
  readonly compare: Comparator;
  readonly value: number;
  readonly record: number;
}
