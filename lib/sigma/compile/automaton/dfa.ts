import { MATCH, MAX_STEPS, type Nfa, type Step } from './nfa.ts';
import { type Alphabet, ASCII } from './unit-set.ts';

/** What a cell says when it names no state: no match any more, not worked out, a match. */
const DEAD = 0;
export const UNKNOWN = 1;
export const MATCHED = 2;
/** The column of what follows the end of the text; those of the classes of units come after it. */
export const END = 0;

/** Of 16 bits each: 32 kB. */
const MAX_CELLS = 16_384;
/** Steps looked at to fill a table, in all: some ten milliseconds. */
const MAX_WORK = 100_000;

/** Where in the text a walk over steps is. */
interface Place {
  readonly atStart: boolean;
  readonly atEnd: boolean;
}
const START: Place = { atStart: true, atEnd: false };
const INSIDE: Place = { atStart: false, atEnd: false };

/** By step, the last walk that came by. Every automaton walks here: walks end before others begin. */
const seen = new Float64Array(MAX_STEPS + 1);
let walks = 0;

/**
 * Fills a table as texts need it. A state is a set of steps that wait for a unit or for the end of the text; it is
 * numbered by where its row begins. Neither the table nor the work to fill it grows beyond a bound.
 */
export class Dfa {
  /** By unit, its column; then a row for each state: what follows, by column. */
  table: Uint16Array;
  /** A state, or DEAD or MATCHED. */
  readonly start: number;
  /** The state of a match that has not begun yet, past the start of the text. */
  readonly #restart: number;
  readonly #nfa: Nfa;
  /** A unit of each column but END. */
  readonly #samples: readonly number[];
  /** By row, the steps that wait. */
  readonly #members: (readonly number[])[] = [];
  /** By the steps that follow the last unit: the number of one, or a text of several. */
  readonly #states = new Map<number | string, number>();
  #work = 0;

  constructor(nfa: Nfa, { classOf, samples }: Alphabet) {
    this.#nfa = nfa;
    this.#samples = samples;
    this.table = new Uint16Array(ASCII + 4 * (samples.length + 1)).fill(UNKNOWN);
    for (let unit = 0; unit < ASCII; unit++) this.table[unit] = (classOf[unit] as number) + 1;
    this.start = this.#stateOf(this.#walk([nfa.first], START));
    const anchored = nfa.steps.some(({ kind }) => kind === 'start');
    this.#restart = anchored ? this.#stateOf(this.#walk([nfa.first], INSIDE)) : this.start;
  }

  /** Works the row of a state out. It stays unknown, in part or whole, when that takes more than a pattern may have. */
  fill(state: number): void {
    const members = this.#members[(state - ASCII) / (this.#samples.length + 1)];
    if (members === undefined || this.#work > MAX_WORK) return;
    for (const [number, unit] of this.#samples.entries()) {
      const next = this.#after(members, unit);
      // Not before it is known: the table may move.
      this.table[state + number + 1] = next;
    }
    this.table[state + END] = this.#atEnd(members, state === this.start);
  }

  #atEnd(members: readonly number[], atStart: boolean): number {
    const ends = members.filter((id) => this.#nfa.steps[id]?.kind === 'end');
    return ends.length > 0 && this.#walk(ends, { atStart, atEnd: true }).includes(MATCH) ? MATCHED : DEAD;
  }

  #after(members: readonly number[], unit: number): number {
    const moved: number[] = [];
    for (const id of members) {
      const step = this.#nfa.steps[id] as Step;
      if (step.kind === 'unit' && step.set[unit] === 1) moved.push(step.next);
    }
    this.#work += members.length;
    if (moved.length === 0) return this.#restart;
    const key = keyOf(moved);
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    // A match may begin anywhere.
    const next = this.#stateOf(this.#walk([...moved, this.#nfa.first], INSIDE));
    this.#states.set(key, next);
    return next;
  }

  /** Adds a row for a state, where there is room. */
  #stateOf(members: readonly number[]): number {
    if (members.includes(MATCH)) return MATCHED;
    if (members.length === 0) return DEAD;
    const columns = this.#samples.length + 1;
    const state = ASCII + this.#members.length * columns;
    const needed = state + columns;
    if (needed > MAX_CELLS) return UNKNOWN;
    if (needed > this.table.length) {
      const larger = new Uint16Array(Math.min(2 * this.table.length, MAX_CELLS)).fill(UNKNOWN);
      larger.set(this.table);
      this.table = larger;
    }
    this.#members.push(members);
    return state;
  }

  /** The steps that are reached without reading and wait; MATCH among them. */
  #walk(from: readonly number[], { atStart, atEnd }: Place): number[] {
    walks++;
    const waiting: number[] = [];
    const ahead = [...from];
    for (let id = ahead.pop(); id !== undefined; id = ahead.pop()) {
      this.#work++;
      if (seen[id] === walks) continue;
      seen[id] = walks;
      const step = this.#nfa.steps[id] as Step;
      if (step.kind === 'fork') ahead.push(step.next, step.other);
      else if ((step.kind === 'start' && atStart) || (step.kind === 'end' && atEnd)) ahead.push(step.next);
      else if (step.kind !== 'start') waiting.push(id);
    }
    return waiting;
  }
}

function keyOf(steps: number[]): number | string {
  const [only = 0] = steps;
  if (steps.length === 1) return only;
  const different = steps.sort((a, b) => a - b).filter((id, at) => id !== steps[at - 1]);
  return different.length === 1 ? only : String.fromCharCode(...different);
}
