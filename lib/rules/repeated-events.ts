import { isWithin } from '../detect/schedule.ts';
import type { Repeat } from '../model/rule.ts';
import { microsText, parseTimestamp } from '../model/timestamp.ts';
import { TRAFFIC_COUNTERS } from '../model/traffic.ts';

/** An event as a test writes it. */
export type Written = Readonly<Record<string, unknown>>;

interface Timed {
  readonly event: Written;
  readonly timestamp: string;
}

/** The events that one stands for: itself, or one at each of its times. A time that cannot be read repeats nothing. */
export function* repeated(event: Written, first: string, repeat: Repeat | undefined, seed: number): Generator<Timed> {
  const start = parseTimestamp(first);
  if (!repeat || !start) {
    yield { event, timestamp: first };
    return;
  }
  const count = Math.ceil(repeat.forMs / repeat.everyMs);
  for (let index = 0; index < count; index++) {
    const at = start.micros + index * repeat.everyMs * 1000;
    if (repeat.during && !isWithin({ zone: 'UTC', windows: repeat.during }, at)) continue;
    yield { event: varied(event, repeat.vary, seed * 100_003 + index), timestamp: microsText(at) };
  }
}

/** Each counter by its own part of `share`, the same at every run. */
function varied(event: Written, share: number, seed: number): Written {
  if (share === 0) return event;
  const counters = TRAFFIC_COUNTERS.flatMap((name, index): [string, number][] => {
    const value = event[name];
    if (typeof value !== 'number') return [];
    return [[name, Math.round(value * (1 + share * (2 * fraction(seed * 16 + index) - 1)))]];
  });
  return { ...event, ...Object.fromEntries(counters) };
}

/** A number in [0, 1) that looks like chance: the finish of Murmur3. */
function fraction(seed: number): number {
  let mixed = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
