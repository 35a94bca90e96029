import { setTimeout as sleep } from 'node:timers/promises';
import type { KnownName } from '../../model/names.ts';
import type { Micros } from '../../model/timestamp.ts';
import type { Arguments, Host } from '../command.ts';
import { loadNames } from '../remembered-names.ts';
import { type Stores, tenantOf, withStores } from '../store-options.ts';
import type { EventFeed } from './feed.ts';
import { Seen } from './seen.ts';

const PAUSE_MS = 1000;
/** Looking takes no more than a tenth of the time, however much there is to look through. */
const PAUSE_FACTOR = 9;
/** So much is held in memory at once. */
const MOST_NEWS = 5000;

/** What a follower was asked for, and with what. */
export interface Following<T> {
  readonly feed: EventFeed<T>;
  readonly args: Arguments;
  readonly host: Host;
  /** Show what is there from here on, too. Absent: only what comes in. */
  readonly since: Micros | undefined;
  /** Remembered names, kept up to date. */
  readonly names: Map<string, KnownName>;
}

/**
 * Events that fit, as they come in, until Ctrl-C. Between two looks the store is let go of, so that `local` can begin and
 * end meanwhile. In the order of their times within one look; what comes in late shows when it comes.
 */
export async function* followed<T>(following: Following<T>): AsyncIterable<T> {
  const { feed, args, host, since, names } = following;
  const seen = new Seen(feed, host.clock);
  let from = since ?? (await withStores(args, (stores) => whereNewsBegin(feed, stores, seen)));
  const least = since ?? 0;
  for (let pauseMs = 0; await paused(pauseMs, host.stop); ) {
    const began = performance.now();
    const { news, isWhole } = await look(following, seen, from);
    const tookMs = performance.now() - began;
    for (const one of news) if (feed.fits(one, names)) yield feed.named(one, names);
    from = isWhole ? Math.max(least, seen.since) : lastTime(feed, news);
    pauseMs = isWhole ? Math.max(PAUSE_MS, tookMs * PAUSE_FACTOR) : 0;
  }
}

/** What is there already is no news; where nothing is there, everything will be. */
async function whereNewsBegin<T>(feed: EventFeed<T>, stores: Stores, seen: Seen<T>): Promise<Micros> {
  for await (const newest of feed.read(stores, { newestFirst: true, expected: 1 })) {
    seen.advance(feed.at(newest));
    for await (const one of feed.read(stores, { since: seen.since })) seen.isNews(one);
    break;
  }
  return seen.since;
}

interface Look<T> {
  readonly news: readonly T[];
  /** False: there is more, later than the last of these. */
  readonly isWhole: boolean;
}

async function look<T>({ feed, args, host, names }: Following<T>, seen: Seen<T>, from: Micros): Promise<Look<T>> {
  const news: T[] = [];
  try {
    return await withStores(args, async (stores) => {
      for await (const one of feed.read(stores, { since: from })) {
        if (seen.isNews(one)) news.push(one);
        if (news.length >= MOST_NEWS || host.stop.aborted) break;
      }
      if (news.length > 0) await learn(names, stores, tenantOf(args));
      return { news, isWhole: news.length < MOST_NEWS };
    });
  } catch (error) {
    // A store that is just closing shows nothing more; the next look finds what is missing.
    if (error instanceof Error && 'retryable' in error && error.retryable) return { news, isWhole: true };
    throw error;
  }
}

async function learn(names: Map<string, KnownName>, { state }: Stores, tenant: string): Promise<void> {
  for (const [id, name] of await loadNames(state, tenant)) names.set(id, name);
}

function lastTime<T>(feed: EventFeed<T>, news: readonly T[]): Micros {
  const last = news.at(-1);
  return last === undefined ? 0 : feed.at(last);
}

/** False: it is time to end. */
async function paused(ms: number, stop: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal: stop }).catch(() => false);
}
