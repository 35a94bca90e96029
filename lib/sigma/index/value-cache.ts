import type { Hits } from './hits.ts';

const MAX_ENTRIES = 8192;
/** Longer texts repeat too rarely to be kept. */
const MAX_LENGTH = 256;
/** Misses after which it is decided whether remembering pays. */
const TRIAL = 2048;
/** Looks without remembering before the next trial. */
const PAUSE = 100_000;

/** Remembers what the values of a field said; stops for a while where they hardly repeat. */
export class ValueCache {
  private readonly compute: (value: unknown) => Hits;
  private readonly entries = new Map<unknown, Hits>();
  private looks = 0;
  private misses = 0;
  private paused = 0;

  constructor(compute: (value: unknown) => Hits) {
    this.compute = compute;
  }

  get(value: unknown): Hits {
    if (this.paused > 0) {
      this.paused--;
      return this.compute(value);
    }
    this.looks++;
    return this.entries.get(value) ?? this.miss(value);
  }

  private miss(value: unknown): Hits {
    const hits = this.compute(value);
    if (typeof value !== 'string' || value.length <= MAX_LENGTH) this.entries.set(value, hits);
    if (++this.misses >= TRIAL) this.judge();
    return hits;
  }

  private judge(): void {
    if (this.misses * 3 > this.looks) this.paused = PAUSE;
    if (this.paused > 0 || this.entries.size > MAX_ENTRIES) this.entries.clear();
    this.looks = 0;
    this.misses = 0;
  }
}
