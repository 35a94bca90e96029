import { MATCH, type Nfa, type Step } from './nfa.ts';
import type { Alphabet } from './unit-set.ts';

/** States are numbered by where their row begins in the table. */
export interface Dfa {
  /** A row for each state: the next state by class of unit, and last the state where the text ends. */
  readonly table: Uint16Array;
  /** The length of a row. The first row is the state that never matches, the second the one that always does. */
  readonly columns: number;
  readonly start: number;
}

const DEAD = 0;
const MATCHED = 1;

/** Rows of 129 columns: offsets fit 16 bits. */
const MAX_STATES = 256;
/** Steps looked at to make the table: some hundred microseconds. */
const MAX_WORK = 50_000;

/** Where in the text a walk over steps is. */
interface Place {
  readonly atStart: boolean;
  readonly atEnd: boolean;
}
const INSIDE: Place = { atStart: false, atEnd: false };

/** Undefined when the table, or the work to make it, grows too large. */
export function dfaOf(nfa: Nfa, alphabet: Alphabet): Dfa | undefined {
  const subsets = new Subsets(nfa);
  const columns = alphabet.samples.length + 1;
  const cells = Array<number>(2 * columns).fill(DEAD);
  const start = subsets.startState();
  for (let state = MATCHED + 1; state < subsets.count; state++) {
    for (const unit of alphabet.samples) cells.push(subsets.after(state, unit));
    cells.push(subsets.matchesAtEnd(state, state === start) ? MATCHED : DEAD);
    if (subsets.count > MAX_STATES || subsets.work > MAX_WORK) return undefined;
  }
  return { table: Uint16Array.from(cells, (state) => state * columns), columns, start: start * columns };
}

/** States of the table as sets of steps that wait for a unit or for the end of the text. */
class Subsets {
  /** Steps looked at. */
  work = 0;
  readonly #steps: readonly Step[];
  readonly #first: number;
  /** The steps of each state, in order. */
  readonly #members: (readonly number[])[] = [[], []];
  readonly #byMembers = new Map<string, number>([['', DEAD]]);
  /** States by the steps that follow a unit, to walk from the same ones once. */
  readonly #byMoved = new Map<string, number>();

  constructor({ steps, first }: Nfa) {
    this.#steps = steps;
    this.#first = first;
  }

  get count(): number {
    return this.#members.length;
  }

  /** Not shared with other states: only here does the text start. */
  startState(): number {
    const members = this.#walk([this.#first], { atStart: true, atEnd: false });
    if (members.includes(MATCH)) return MATCHED;
    return members.length === 0 ? DEAD : this.#members.push(members) - 1;
  }

  after(state: number, unit: number): number {
    const moved: number[] = [];
    for (const id of this.#membersOf(state)) {
      const step = this.#steps[id] as Step;
      if (step.kind === 'unit' && step.set[unit] === 1) moved.push(step.next);
    }
    const key = keyOf(moved);
    const known = this.#byMoved.get(key);
    if (known !== undefined) return known;
    // A match may begin anywhere.
    const next = this.#stateOf(this.#walk([...moved, this.#first], INSIDE));
    this.#byMoved.set(key, next);
    return next;
  }

  matchesAtEnd(state: number, atStart: boolean): boolean {
    return this.#walk(this.#membersOf(state), { atStart, atEnd: true }).includes(MATCH);
  }

  #membersOf(state: number): readonly number[] {
    const members = this.#members[state] ?? [];
    this.work += members.length;
    return members;
  }

  #stateOf(members: readonly number[]): number {
    if (members.includes(MATCH)) return MATCHED;
    const key = keyOf(members);
    const known = this.#byMembers.get(key);
    if (known !== undefined) return known;
    const state = this.#members.push(members) - 1;
    this.#byMembers.set(key, state);
    return state;
  }

  /** The steps that are reached without reading and wait, in order; the match among them. */
  #walk(from: readonly number[], { atStart, atEnd }: Place): number[] {
    const waiting: number[] = [];
    const seen = new Set<number>(from);
    for (const id of seen) {
      const step = this.#steps[id] as Step;
      if (step.kind === 'fork') seen.add(step.next).add(step.other);
      else if ((step.kind === 'start' && atStart) || (step.kind === 'end' && atEnd)) seen.add(step.next);
      else if (step.kind !== 'start') waiting.push(id);
    }
    this.work += seen.size;
    return waiting.sort((a, b) => a - b);
  }
}

function keyOf(ids: readonly number[]): string {
  return String.fromCharCode(...ids);
}
