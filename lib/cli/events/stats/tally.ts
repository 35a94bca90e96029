import type { Micros } from '../../../model/timestamp.ts';

/** What something is counted under. */
export interface Group {
  readonly key: string;
  /** The best name there is; "" for none. */
  readonly name: string;
}

/** A group and what was counted under it. */
export interface Row extends Group {
  /** By measure, in the tally's order. */
  readonly amounts: readonly number[];
  readonly first: Micros;
  readonly last: Micros;
  /** The first measure over time. */
  readonly overTime: readonly number[];
}

/** The time range that columns divide evenly. */
export interface Columns {
  readonly from: Micros;
  /** Microseconds, at least 1. */
  readonly width: number;
  readonly count: number;
}

/** No group has this key of its own accord: ids and codes have no parentheses. */
export const OTHERS = '(others)';
/** About 30 MB. */
const MOST_GROUPS = 50_000;

interface Entry {
  name: string;
  first: Micros;
  last: Micros;
  readonly amounts: number[];
  readonly overTime: Float64Array;
}

/**
 * Counts by group, exactly, for up to `most` groups; what belongs to further ones is counted as `(others)`, so that the
 * memory it takes does not grow with the history.
 */
export class Tally {
  readonly #columns: Columns;
  readonly #most: number;
  readonly #groups = new Map<string, Entry>();

  constructor(columns: Columns, most = MOST_GROUPS) {
    this.#columns = columns;
    this.#most = most;
  }

  /** True: some groups are counted together. */
  get isExceeded(): boolean {
    return this.#groups.has(OTHERS);
  }

  add({ key, name }: Group, at: Micros, amounts: readonly number[]): void {
    const entry = this.#entryOf(key, at, amounts.length);
    if (name !== '') entry.name = name;
    entry.first = Math.min(entry.first, at);
    entry.last = Math.max(entry.last, at);
    for (const [index, amount] of amounts.entries()) entry.amounts[index] = (entry.amounts[index] ?? 0) + amount;
    const column = this.#columnOf(at);
    entry.overTime[column] = (entry.overTime[column] ?? 0) + (amounts[0] ?? 0);
  }

  /** The largest by the first measure first, equal ones by key. */
  rows(): Row[] {
    return [...this.#groups]
      .map(([key, { overTime, ...entry }]) => ({ key, ...entry, overTime: [...overTime] }))
      .toSorted((a, b) => (b.amounts[0] ?? 0) - (a.amounts[0] ?? 0) || (a.key < b.key ? -1 : 1));
  }

  #entryOf(wanted: string, at: Micros, measures: number): Entry {
    const key = this.#groups.has(wanted) || this.#groups.size < this.#most ? wanted : OTHERS;
    const known = this.#groups.get(key);
    if (known) return known;
    const overTime = new Float64Array(this.#columns.count);
    const entry = { name: '', first: at, last: at, amounts: new Array<number>(measures).fill(0), overTime };
    this.#groups.set(key, entry);
    return entry;
  }

  /** Ends belong to the range. */
  #columnOf(at: Micros): number {
    const { from, width, count } = this.#columns;
    return Math.min(count - 1, Math.max(0, Math.floor((at - from) / width)));
  }
}
