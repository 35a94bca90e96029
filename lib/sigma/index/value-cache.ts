import type { Hits } from './hits.ts';

const SLOTS = 2048;
/** Misses after which it is decided whether remembering pays. */
const TRIAL = 1024;
/** Looks without remembering before the next trial. */
const PAUSE = 100_000;

/**
 * Remembers what the last values of a field said. A slot is found by a few characters, not by a hash of the whole text:
 * hashing a text that was just parsed costs more than everything else here. Stops where values hardly repeat.
 */
export class ValueCache {
  private readonly compute: (value: unknown) => Hits;
  private readonly texts: string[] = new Array<string>(SLOTS).fill('');
  private readonly hits: Hits[];
  private readonly others = new Map<unknown, Hits>();
  private looks = 0;
  private misses = 0;
  private paused = 0;

  constructor(compute: (value: unknown) => Hits) {
    this.compute = compute;
    this.hits = [];
  }

  get(value: unknown): Hits {
    if (typeof value !== 'string') return this.getOther(value);
    if (this.paused > 0) {
      this.paused--;
      return this.compute(value);
    }
    this.looks++;
    const { length } = value;
    const step = 1 + (length >> 3);
    let number = length;
    for (let index = length - 1; index >= 0; index -= step) {
      number = (Math.imul(number, 37) + value.charCodeAt(index)) | 0;
    }
    const slot = (number ^ (number >>> 11)) & (SLOTS - 1);
    if (this.texts[slot] === value) {
      const known = this.hits[slot];
      if (known !== undefined) return known;
    }
    return this.miss(value, slot);
  }

  private miss(value: string, slot: number): Hits {
    const hits = this.compute(value);
    if (this.hits.length === 0) this.hits.length = SLOTS;
    this.texts[slot] = value;
    this.hits[slot] = hits;
    if (++this.misses >= TRIAL) {
      if (this.misses * 3 > this.looks) this.paused = PAUSE;
      this.looks = 0;
      this.misses = 0;
    }
    return hits;
  }

  private getOther(value: unknown): Hits {
    const known = this.others.get(value);
    if (known !== undefined) return known;
    if (this.others.size >= SLOTS) this.others.clear();
    const hits = this.compute(value);
    this.others.set(value, hits);
    return hits;
  }
}
