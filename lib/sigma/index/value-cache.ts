import type { Hits } from './hits.ts';

const MAX_ENTRIES = 8192;
const MAX_LENGTH = 256;
/** Looks after which it is decided whether remembering pays. */
const TRIAL = 2048;
/** Looks without remembering before the next trial. */
const PAUSE = 200_000;

/** Remembers what values said; stops for a while where they hardly repeat. */
export class ValueCache {
  private readonly entries = new Map<unknown, Hits>();
  private looks = 0;
  private misses = 0;
  private paused = 0;

  get(value: unknown): Hits | undefined {
    if (this.paused > 0) {
      this.paused--;
      return undefined;
    }
    this.looks++;
    return this.entries.get(value);
  }

  /** Returns `hits`. */
  put(value: unknown, hits: Hits): Hits {
    if (this.paused > 0) return hits;
    this.misses++;
    if (typeof value !== 'string' || value.length <= MAX_LENGTH) this.entries.set(value, hits);
    if (this.looks >= TRIAL) this.judge();
    return hits;
  }

  private judge(): void {
    if (this.misses * 2 > this.looks) {
      this.paused = PAUSE;
      this.entries.clear();
    } else if (this.entries.size > MAX_ENTRIES) this.entries.clear();
    this.looks = 0;
    this.misses = 0;
  }
}
