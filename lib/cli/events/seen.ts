import type { Clock } from '../../model/clock.ts';
import { type Micros, microsOf } from '../../model/timestamp.ts';
import type { EventFeed } from './feed.ts';

/** What a follower has met within the time in which news may still come, so that each shows once. */
export class Seen<T> {
  readonly #feed: Pick<EventFeed<T>, 'identity' | 'size' | 'at' | 'lateness'>;
  readonly #clock: Clock;
  /** Those that were met first stand first. */
  readonly #met = new Map<string, { readonly at: Micros; readonly size: number }>();
  #upTo: Micros = 0;

  constructor(feed: Pick<EventFeed<T>, 'identity' | 'size' | 'at' | 'lateness'>, clock: Clock) {
    this.#feed = feed;
    this.#clock = clock;
  }

  /** Whether nothing has been met. */
  get isEmpty(): boolean {
    return this.#upTo === 0;
  }

  /** News can only be from here on. */
  get since(): Micros {
    return Math.max(0, this.#upTo - this.#feed.lateness);
  }

  /** What is dated later than now moves nothing: clocks are wrong at times. */
  advance(at: Micros): void {
    this.#upTo = Math.max(this.#upTo, Math.min(at, microsOf(this.#clock())));
  }

  /** True where it is met for the first time, or has grown since. */
  isNews(one: T): boolean {
    const [identity, size, at] = [this.#feed.identity(one), this.#feed.size(one), this.#feed.at(one)];
    const known = this.#met.get(identity);
    if (known && known.size >= size) return false;
    this.#met.set(identity, { at, size });
    this.advance(at);
    for (const [oldest, { at: then }] of this.#met) {
      if (then >= this.since) break;
      this.#met.delete(oldest);
    }
    return true;
  }
}
