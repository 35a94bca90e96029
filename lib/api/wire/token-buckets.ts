/** Refills evenly; a full bucket is `burst` requests. */
export interface RateLimit {
  readonly perMinute: number;
  readonly burst: number;
}

/** So many names are kept; beyond, who has been quiet longest gets a full bucket again. */
const MOST_NAMES = 10_000;

/** A token bucket for each name, in memory. */
export class TokenBuckets {
  readonly #limit: RateLimit;
  /** The one used last stands last. */
  readonly #buckets = new Map<string, { readonly level: number; readonly at: number }>();

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  /** Takes one request from the bucket, or answers false: it is empty. `now`: epoch milliseconds. */
  take(name: string, now: number): boolean {
    const level = this.#levelOf(name, now);
    const taken = level >= 1;
    const before = this.#buckets.get(name);
    this.#buckets.delete(name);
    // Who gets nothing changes nothing: small parts that are added up would not be a whole one.
    this.#buckets.set(name, taken || !before ? { level: taken ? level - 1 : level, at: now } : before);
    const [quietest] = this.#buckets.size > MOST_NAMES ? this.#buckets.keys() : [];
    if (quietest !== undefined) this.#buckets.delete(quietest);
    return taken;
  }

  /** Whether the bucket holds no request; takes none. */
  isEmpty(name: string, now: number): boolean {
    return this.#levelOf(name, now) < 1;
  }

  #levelOf(name: string, now: number): number {
    const { perMinute, burst } = this.#limit;
    const bucket = this.#buckets.get(name);
    if (!bucket) return burst;
    return Math.min(burst, bucket.level + (Math.max(0, now - bucket.at) / 60_000) * perMinute);
  }
}
