import type { Micros } from '../model/timestamp.ts';

/** What is sorted by its time. */
export interface Timed {
  readonly at: Micros;
}

/**
 * Puts what comes in any order into the order of time, in bounded memory: at least `size` entries are held back, so that
 * each may stand that many places from where it belongs. Below that, all are held until the end and the order is exact.
 */
export class ReorderWindow<T extends Timed> {
  readonly #size: number;
  #held: T[] = [];
  #released: Micros = 0;
  /** Released after a later one, by more than `tolerance`. */
  late = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Takes one in, and releases, the earliest first, what is to be held no longer. */
  push(entry: T, tolerance: Micros): readonly T[] {
    this.#held.push(entry);
    return this.#held.length < 2 * this.#size ? NONE : this.#release(this.#held.length - this.#size, tolerance);
  }

  /** Releases the rest. */
  end(tolerance: Micros): readonly T[] {
    return this.#release(this.#held.length, tolerance);
  }

  #release(count: number, tolerance: Micros): readonly T[] {
    // Equal times stay in the order in which they came.
    this.#held.sort((a, b) => a.at - b.at);
    const ready = this.#held.slice(0, count);
    this.#held = this.#held.slice(count);
    for (const { at } of ready) {
      if (at + tolerance >= this.#released) break;
      this.late++;
    }
    this.#released = Math.max(this.#released, ready.at(-1)?.at ?? 0);
    return ready;
  }
}

const NONE: readonly never[] = [];
