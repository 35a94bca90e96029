import type { Hits } from './hits.ts';

const SLOTS = 4096;
/** Misses after which it is decided whether remembering pays. */
const TRIAL = 2048;
/** Looks without remembering before the next trial. */
const PAUSE = 100_000;
/** More places than this cost more than they save. */
const MAX_PLACES = 8;

/**
 * Remembers what the last values of a field said. A value's slot is found by its length and by characters at a few
 * places, which are learned from values that met in one slot: hashing a text that was just parsed costs more than
 * everything else here. Stops where values hardly repeat.
 */
export class ValueCache {
  private readonly compute: (value: unknown) => Hits;
  private readonly texts: string[] = [];
  private readonly hits: Hits[] = [];
  private readonly others = new Map<unknown, Hits>();
  private readonly places: number[] = [];
  private looks = 0;
  private misses = 0;
  private paused = 0;

  constructor(compute: (value: unknown) => Hits) {
    this.compute = compute;
  }

  get(value: unknown): Hits {
    if (typeof value !== 'string') return this.getOther(value);
    if (this.paused > 0) {
      this.paused--;
      return this.compute(value);
    }
    this.looks++;
    const slot = this.slotOf(value);
    if (this.texts[slot] === value) return this.hits[slot] as Hits;
    // Two texts in one place are kept in turns.
    if (this.texts[slot ^ 1] === value) return this.hits[slot ^ 1] as Hits;
    return this.miss(value, slot);
  }

  private slotOf(value: string): number {
    const { places } = this;
    const { length } = value;
    let number = length;
    for (let at = 0; at < places.length; at++) {
      const place = places[at] as number;
      number = (Math.imul(number, 37) + (place < length ? value.charCodeAt(place) : 0)) | 0;
    }
    return (Math.imul(number, 0x9e3779b1) >>> 20) & (SLOTS - 1);
  }

  private miss(value: string, slot: number): Hits {
    const hits = this.compute(value);
    if (this.hits.length === 0) this.fill();
    const other = this.texts[slot] as string;
    if (other !== '' && this.texts[slot ^ 1] !== '') this.learn(value, other);
    this.texts[slot ^ 1] = other;
    this.hits[slot ^ 1] = this.hits[slot] as Hits;
    this.texts[slot] = value;
    this.hits[slot] = hits;
    if (++this.misses >= TRIAL) this.judge();
    return hits;
  }

  /** Takes in the last place where two texts of one slot differ. What was remembered elsewhere is forgotten in time. */
  private learn(value: string, other: string): void {
    if (this.places.length >= MAX_PLACES || value.length !== other.length) return;
    let place = value.length - 1;
    while (place >= 0 && value.charCodeAt(place) === other.charCodeAt(place)) place--;
    if (place >= 0 && !this.places.includes(place)) this.places.push(place);
  }

  private judge(): void {
    if (this.misses * 3 > this.looks) this.paused = PAUSE;
    this.looks = 0;
    this.misses = 0;
  }

  /** Not in the constructor: many fields are never asked. */
  private fill(): void {
    const nothing = this.compute('');
    for (let slot = 0; slot < SLOTS; slot++) {
      this.texts.push('');
      this.hits.push(nothing);
    }
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
