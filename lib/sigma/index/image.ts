import type { Comparator } from '../../model/rule.ts';
import type { Predicate } from '../ast.ts';
import type { KeyLook } from './keys.ts';
import type { Anchor } from './required-literal.ts';

/**
 * The rules of one log source, ready to be matched: what an index is once it is built. All numbers lie in one array, in
 * this order: the code of rules that are always asked, literals with their records and the code of other rules, tables.
 * A place in it is called an offset.
 *
 * - code: see `CodeWriter`.
 * - record of a predicate, or of a pair: its number, which groups of fields its candidates need (a bit
 *   each), how many these are, and of each candidate where its code begins and what guards it (see `guards.ts`).
 * - literal: see `literal-words.ts`. Its anchors are places counted from its start: its first unit, its last one, or
 *   where the windows end that it is found by.
 * - table: see `HashTable`.
 */
export interface Image {
  readonly words: Int32Array;
  /** Bits that an offset of a record or an anchor has. */
  readonly offsetBits: number;
  readonly predicates: readonly Predicate[];
  /** Where the code of rules begins that are asked of every event. */
  readonly always: readonly number[];
  /** What is looked up of every event. */
  readonly early: readonly FieldLooks[];
  /** Of what keys are noted when a guard asks for them: groups of fields, see `guards.ts`. */
  readonly late: readonly (readonly FieldLooks[])[];
  /** By slot, the group of fields of which the key is noted there, or −1 when it is noted for every event. */
  readonly groups: readonly number[];
  /** How many predicates there are. */
  readonly size: number;
  /** All numbers of records are below: those of predicates first, then those of pairs. */
  readonly numbers: number;
  /** What is looked up of two fields at once. */
  readonly pairs: readonly PairLook[];
  /** What is looked up of every scalar value of every event. */
  readonly keywords: readonly Look[];
}

/** Words of a record before its candidates. */
export const RECORD_HEAD = 3;
/** Words of a candidate. */
export const CANDIDATE = 2;

/** Finds two values at once: by their keys, which are noted for every event. */
export interface PairLook {
  /** Where the keys are noted. */
  readonly slots: readonly [number, number];
  readonly table: HashTable;
  /** Where the code of the rules begins that are found so. */
  readonly starts: readonly number[];
}

export interface FieldLooks {
  readonly field: string;
  readonly looks: readonly Look[];
  /** What guards ask for, see `guards.ts`. */
  readonly keys: readonly KeyLook[];
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
  /** Texts of at least WINDOW units anywhere, by windows at a distance, see `InnerWindows`. */
  | { readonly kind: 'inner'; readonly width: number; readonly stride: number; readonly table: HashTable }
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
