import type { Micros } from '../../model/timestamp.ts';
import type { Listing } from '../output/rows.ts';
import type { NameBook } from '../remembered-names.ts';
import type { Stores } from '../store-options.ts';

/** One kind of stored events as a question sees them: which the store can answer with, which fit, how they show. */
export interface EventFeed<T> {
  /** Reads what may fit, as far as it is asked. `since` (microseconds) stands in place of the question's own. */
  read(stores: Stores, reading: Reading): AsyncIterable<T>;
  /** Names are in no index, so that this is decided over what was read. */
  fits(one: T, names: NameBook): boolean;
  /** With the names that NetBird has forgotten. */
  named(one: T, names: NameBook): T;
  listing(names: NameBook): Listing<T>;
  /** What makes it itself. */
  identity(one: T): string;
  /** Changes where a stored event has grown. */
  size(one: T): number;
  at(one: T): Micros;
  /** How long after its time an event may still come in. */
  readonly lateness: Micros;
}

export interface Reading {
  readonly since?: Micros;
  readonly newestFirst?: boolean;
  /** How many the reader means to take, where all that is read fits. */
  readonly expected?: number;
  /** Tells an id, which an index knows, from a name. */
  readonly names?: NameBook;
}

/** Events that fit, with their names, until `stop`: what fits may be rare in a long history. */
export async function* found<T>(
  feed: EventFeed<T>,
  stores: Stores,
  names: NameBook,
  stop: AbortSignal,
  reading: Reading = {},
): AsyncIterable<T> {
  for await (const one of feed.read(stores, { ...reading, names })) {
    if (stop.aborted) return;
    if (feed.fits(one, names)) yield feed.named(one, names);
  }
}

/** No more than `most`; without it, all. */
export async function* taken<T>(things: AsyncIterable<T>, most = Number.POSITIVE_INFINITY): AsyncIterable<T> {
  let left = most;
  for await (const one of things) {
    yield one;
    if (--left <= 0) return;
  }
}
