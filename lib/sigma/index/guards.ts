import { LATE } from './code.ts';
import type { Entry, Layout } from './layout.ts';

/**
 * What guards a candidate, as one number.
 *
 * - From 0 on: a predicate that must have been found; `alwaysFound` where nothing guards.
 * - Below 0: the key of a number must reach a limit. The key of a number is its upper 24 bits as a 32-bit float: it
 *   grows with the number, so that what exceeds a limit has a key not below that of the limit, and one comparison of whole
 *   numbers turns most away.
 *
 * A guard lets too much pass, never too little.
 */

/** Fields that guards ask for are looked up in groups, a field each but for the last one. */
export const MOST_GROUPS = 31;

/** Bits of a limit in a guard. Above it: the slot, and a bit that is set for "less". */
const LIMIT_BITS = 25;
const LIMIT_MASK = (1 << LIMIT_BITS) - 1;
/** Added to a limit, which may be below zero. */
const LIMIT_ZERO = 1 << (LIMIT_BITS - 1);

/** Fields whose numbers guards can ask for, so that a guard has 31 bits. */
const MOST_SLOTS = 31;

/** The key that every limit lets pass: of what only the rule itself can judge. */
const PASSES = 2 ** 30;
/** The key that no limit lets pass. */
const FAILS_ALL = -(2 ** 30);

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** Grows with the number; 24 bits with a sign. */
function keyOf(value: number): number {
  // Of −0 makes 0, which is as great.
  float[0] = value + 0;
  const word = bits[0] as number;
  return (word ^ ((word >> 31) & 0x7fffffff)) >> 8;
}

/** The keys of a field's value: what "greater" compares, and below zero what "less" does. */
export function noteKeys(keys: Int32Array, slot: number, value: unknown): void {
  if (typeof value === 'number') {
    const key = keyOf(value);
    keys[slot * 2] = key;
    keys[slot * 2 + 1] = -key;
    return;
  }
  const key = value === undefined || value === null ? FAILS_ALL : PASSES;
  keys[slot * 2] = key;
  keys[slot * 2 + 1] = key;
}

/** Whether the number that a guard asks for may exceed its limit. */
export function mayExceed(guard: number, keys: Int32Array): boolean {
  const packed = -1 - guard;
  return (keys[packed >>> LIMIT_BITS] as number) >= (packed & LIMIT_MASK) - LIMIT_ZERO;
}

/** A guard, and the groups (a bit each) that must have been looked up before it is asked. */
export interface Guard {
  readonly guard: number;
  readonly groups: number;
}

/** A number of no predicate, whose bit lies in a word of its own and is always set. `count`: of predicates. */
export function alwaysFound(count: number): number {
  return (count + 31) & ~31;
}

/** Gives guards their numbers, and the fields that they need their groups. */
export class Guards {
  /** Field → where the keys of its numbers go. */
  readonly slots = new Map<string, number>();
  /** Field → its group. */
  private readonly groups = new Map<string, number>();
  private readonly layout: Layout;

  constructor(layout: Layout) {
    this.layout = layout;
    const guards = layout.rules.flatMap(({ guard = [] }) => guard);
    const predicates = guards.map((number) => (layout.entries[number] as Entry).predicate);
    const numbers = predicates.filter(({ op }) => op === 'number').map(({ field }) => field);
    for (const field of [...new Set(numbers)].slice(0, MOST_SLOTS)) this.slots.set(field, this.slots.size);
    const late = layout.tables.filter((table) => table.late).map(({ field }) => field);
    for (const field of new Set([...this.slots.keys(), ...late])) {
      this.groups.set(field, Math.min(this.groups.size, MOST_GROUPS - 1));
    }
  }

  /** The group in which a field is looked up. */
  groupOf(field: string): number {
    return this.groups.get(field) as number;
  }

  /** What guards a rule without a guard. */
  none(): Guard {
    return { guard: alwaysFound(this.layout.entries.length), groups: 0 };
  }

  /** The guard that a predicate is. */
  of(number: number): Guard {
    const { predicate } = this.layout.entries[number] as Entry;
    const { op, field } = predicate;
    if (op !== 'number') {
      return { guard: number, groups: this.layout.settled[number] === LATE ? 1 << this.groupOf(field) : 0 };
    }
    const slot = this.slots.get(field);
    if (slot === undefined) return this.none();
    const { compare, value } = predicate;
    const upwards = compare === 'gt' || compare === 'gte';
    const limit = upwards ? keyOf(value) : -keyOf(value);
    const packed = (slot * 2 + (upwards ? 0 : 1)) * (LIMIT_MASK + 1) + limit + LIMIT_ZERO;
    return { guard: -1 - packed, groups: 1 << this.groupOf(field) };
  }
}
