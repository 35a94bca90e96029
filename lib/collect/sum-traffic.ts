import type { Micros } from '../model/timestamp.ts';
import {
  bucketsOfHour,
  hourOf,
  hoursBetween,
  MICROS_PER_HOUR,
  type ShardPlan,
  type TrafficBucket,
} from '../model/traffic-partition.ts';
import { TrafficSummer } from '../model/traffic-sum.ts';
import type { TrafficCursor } from '../store/cursor.ts';
import type { EventStore } from '../store/ports.ts';

/**
 * Hours that are over and whose rows are in, but for late ones: those after `from` that ended before `upTo`, oldest
 * first.
 */
export function hoursToSum(from: Micros, upTo: Micros): string[] {
  const last = Math.floor(upTo / MICROS_PER_HOUR) * MICROS_PER_HOUR - 1;
  return last < from ? [] : hoursBetween(from, last);
}

/** Rows live for eight days; what came into an hour that is nearly so old cannot be told from what is left of it. */
const SUMMED_AGAIN_FOR = 180 * MICROS_PER_HOUR;

/** Hours before `summedUntil` that rows have come into, as long as all of their rows are there. */
export function hoursToSumAgain(buckets: ReadonlySet<TrafficBucket>, summedUntil: Micros, now: Micros): string[] {
  const hours = new Set([...buckets].map((bucket) => bucket.slice(0, 13)));
  const [first, end] = [hourOf(Math.max(0, now - SUMMED_AGAIN_FOR)), hourOf(summedUntil)];
  return [...hours].filter((hour) => hour >= first && hour < end).sort();
}

/** What sums are made by. */
interface SumSettings {
  readonly tenant: string;
  /** How long sums are kept; absent: for ever. */
  readonly keepMs?: number | undefined;
  readonly store: 'full' | 'rollup';
}

/**
 * Hourly sums, where they are wanted (`store: rollup`). They are made of the stored rows and replace what was there, so
 * that doing it again, at whatever time, counts nothing twice. `mayGoOn`: there is time for one more hour.
 */
export class HourSums {
  readonly #events: EventStore;
  readonly #settings: SumSettings;
  readonly #mayGoOn: () => Promise<boolean>;

  constructor(events: EventStore, settings: SumSettings, mayGoOn: () => Promise<boolean>) {
    this.#events = events;
    this.#settings = settings;
    this.#mayGoOn = mayGoOn;
  }

  /** A first run adds up all hours from `origin` on. */
  begin(origin: Micros): Pick<TrafficCursor, 'summedUntil'> {
    return this.#settings.store === 'rollup' ? { summedUntil: origin } : {};
  }

  /** Adds up the hours that ended before `until`; gives up to where that is done. */
  async upTo(cursor: TrafficCursor, until: Micros): Promise<Micros | undefined> {
    const { watermark, summedUntil = watermark, shards } = cursor;
    if (this.#settings.store !== 'rollup' || summedUntil === undefined) return cursor.summedUntil;
    let done = summedUntil;
    for (const hour of hoursToSum(summedUntil, until)) {
      if (!(await this.#mayGoOn())) break;
      await this.#sum(hour, shards);
      done = endOf(hour);
    }
    return done;
  }

  /** Adds up anew the hours before that rows have come into. False: time was over before all were. */
  async again(cursor: TrafficCursor, buckets: ReadonlySet<TrafficBucket>, now: Micros): Promise<boolean> {
    const { summedUntil, shards } = cursor;
    if (this.#settings.store !== 'rollup' || summedUntil === undefined) return true;
    for (const hour of hoursToSumAgain(buckets, summedUntil, now)) {
      if (!(await this.#mayGoOn())) return false;
      await this.#sum(hour, shards);
    }
    return true;
  }

  async #sum(hour: string, shards: ShardPlan): Promise<void> {
    const { tenant, keepMs } = this.#settings;
    const summer = new TrafficSummer();
    for (const bucket of bucketsOfHour(hour, shards)) {
      for await (const row of this.#events.trafficIn(tenant, bucket)) summer.add(row);
    }
    const expiresAt = keepMs === undefined ? undefined : Math.ceil((endOf(hour) / 1000 + keepMs) / 1000);
    const sums = summer.sums();
    if (sums.length > 0) await this.#events.putTrafficSums({ tenant, hour, expiresAt }, sums);
  }
}

function endOf(hour: string): Micros {
  return Date.parse(`${hour}:00:00Z`) * 1000 + MICROS_PER_HOUR;
}
