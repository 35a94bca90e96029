import { MATCH, type Nfa, type Step } from './nfa.ts';
import type { Alphabet } from './unit-set.ts';

/** What a cell says when it names no state: no match any more, not yet worked out, a match. */
const DEAD = 0;
const UNKNOWN = 1;
export const MATCHED = 2;
const FIRST_ROW = 3;

/** Of 16 bits each: 32 kB. */
const MAX_CELLS = 16_384;
/** Steps looked at to fill the table, in all: some ten milliseconds. */
const MAX_WORK = 100_000;

/** Where in the text a walk over steps is. */
interface Place {
  readonly atStart: boolean;
  readonly atEnd: boolean;
}
const START: Place = { atStart: true, atEnd: false };
const INSIDE: Place = { atStart: false, atEnd: false };

/**
 * A table that is filled as texts are read. A state is a set of steps that wait for a unit or for the end of the text;
 * it is numbered by where its row begins. Neither the table nor the work to fill it grows beyond a bound.
 */
export class Dfa {
  /** A row for each state: what follows each class of unit and, last, the end of the text. It moves when it grows. */
  table: Uint16Array;
  /** A state, or DEAD or MATCHED. */
  readonly start: number;
  readonly #columns: number;
  readonly #alphabet: Alphabet;
  readonly #steps: readonly Step[];
  readonly #first: number;
  readonly #members = new Map<number, readonly number[]>();
  readonly #states = new Map<string, number>();
  /** By step, the last walk that came by. */
  readonly #seen: Int32Array;
  #walks = 0;
  #work = 0;

  constructor({ steps, first }: Nfa, alphabet: Alphabet) {
    this.#steps = steps;
    this.#first = first;
    this.#seen = new Int32Array(steps.length);
    this.#alphabet = alphabet;
    this.#columns = alphabet.samples.length + 1;
    this.table = new Uint16Array(FIRST_ROW + 4 * this.#columns).fill(UNKNOWN);
    const members = this.#walk([first], START);
    // Not found by its members: only here does the text start.
    this.start = members[0] === MATCH ? MATCHED : members.length === 0 ? DEAD : this.#addRow(members);
  }

  /** What a cell says, worked out if need be; UNKNOWN when that takes more room or work than a pattern may have. */
  next(state: number, column: number): number {
    const known = this.table[state + column] as number;
    const members = this.#members.get(state);
    if (known !== UNKNOWN || members === undefined || this.#work > MAX_WORK) return known;
    const unit = this.#alphabet.samples[column];
    const next = unit === undefined ? this.#atEnd(members, state === this.start) : this.#after(members, unit);
    this.table[state + column] = next;
    return next;
  }

  #atEnd(members: readonly number[], atStart: boolean): number {
    return this.#walk(members, { atStart, atEnd: true })[0] === MATCH ? MATCHED : DEAD;
  }

  #after(members: readonly number[], unit: number): number {
    // A match may begin anywhere.
    const from = [this.#first];
    for (const id of members) {
      const step = this.#steps[id] as Step;
      if (step.kind === 'unit' && step.set[unit] === 1) from.push(step.next);
    }
    const next = this.#walk(from, INSIDE);
    if (next[0] === MATCH) return MATCHED;
    if (next.length === 0) return DEAD;
    const key = String.fromCharCode(...next);
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const state = this.#addRow(next);
    if (state !== UNKNOWN) this.#states.set(key, state);
    return state;
  }

  #addRow(members: readonly number[]): number {
    const state = FIRST_ROW + this.#members.size * this.#columns;
    const needed = state + this.#columns;
    if (needed > MAX_CELLS) return UNKNOWN;
    if (needed > this.table.length) {
      const larger = new Uint16Array(Math.min(2 * this.table.length, MAX_CELLS)).fill(UNKNOWN);
      larger.set(this.table);
      this.table = larger;
    }
    this.#members.set(state, members);
    return state;
  }

  /** The steps that are reached without reading and wait, in order; MATCH, if it is among them, comes first. */
  #walk(from: readonly number[], { atStart, atEnd }: Place): number[] {
    const walk = ++this.#walks;
    const waiting: number[] = [];
    const ahead = [...from];
    for (let id = ahead.pop(); id !== undefined; id = ahead.pop()) {
      this.#work++;
      if (this.#seen[id] === walk) continue;
      this.#seen[id] = walk;
      const step = this.#steps[id] as Step;
      if (step.kind === 'fork') ahead.push(step.next, step.other);
      else if ((step.kind === 'start' && atStart) || (step.kind === 'end' && atEnd)) ahead.push(step.next);
      else if (step.kind !== 'start') waiting.push(id);
    }
    return waiting.sort((a, b) => a - b);
  }
}
