import type { Random } from '../random.ts';
import type { Flow, TrafficEnd, TrafficPeer } from './network.ts';
import { type Report, reportsOf } from './reports.ts';
import type { ShownRow } from './traffic-log.ts';

/** What one peer does with one other end, again and again. */
export interface Habit {
  readonly source: TrafficPeer;
  readonly destination: TrafficEnd;
  readonly port: number;
  /** IANA number; default TCP. */
  readonly protocol?: number;
  /** Bytes in an hour of its busiest. */
  readonly busiest: number;
  /** How much of that at a time (epoch milliseconds), 0 to 1. */
  readonly rhythm: (at: number) => number;
  /** Share of the bytes that goes from source to destination. */
  readonly upload: number;
  /** How much hours differ: 0.1 is regular, 1 is not. */
  readonly spread: number;
  /** One hour in so many is busy at all; default every one. */
  readonly oneHourIn?: number;
  readonly v6?: boolean;
  readonly policy: Flow['policy'];
}

export const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Below this share of its busiest a habit rests. */
const RESTS = 0.02;

/** Hours of people who work in central Europe, in UTC: with a lunch break, and quiet at weekends. */
export function officeHours(at: number): number {
  const [day, hour] = [new Date(at).getUTCDay(), (at / HOUR_MS) % 24];
  if (day === 0 || day === 6 || hour < 7 || hour >= 17) return 0;
  return hour >= 11 && hour < 12 ? 0.5 : 1;
}

/** One hour of each day, UTC. */
export function daily(hour: number): (at: number) => number {
  return (at) => (Math.floor(at / HOUR_MS) % 24 === hour ? 1 : 0);
}

export function always(): number {
  return 1;
}

/** What habits come to in the whole hours from one time to another: one flow an hour each, none in an hour of rest. */
export function flowsOf(habits: readonly Habit[], from: number, until: number, random: Random): Flow[] {
  const flows: Flow[] = [];
  for (let hour = Math.floor(from / HOUR_MS) * HOUR_MS; hour < until; hour += HOUR_MS) {
    for (const habit of habits) {
      const share = habit.rhythm(hour);
      if (share < RESTS || random.int(1, habit.oneHourIn ?? 1) !== 1) continue;
      flows.push(flowOf(habit, hour, share * habit.busiest, random));
    }
  }
  return flows;
}

function flowOf(habit: Habit, hour: number, usual: number, random: Random): Flow {
  const bytes = usual * Math.exp(gauss(random) * habit.spread);
  const startedAt = hour + random.int(0, 54) * MINUTE_MS + random.int(0, 59_999);
  return {
    source: habit.source,
    destination: habit.destination,
    protocol: habit.protocol ?? 6,
    sourcePort: random.int(32_768, 60_999),
    destinationPort: habit.port,
    ...(habit.v6 ? { v6: true } : {}),
    startedAt,
    endedAt: startedAt + random.int(200, 4 * MINUTE_MS),
    sent: Math.round(bytes * habit.upload),
    received: Math.round(bytes * (1 - habit.upload)),
    connections: random.int(1, 9),
    policy: habit.policy,
  };
}

/** Roughly normal, mean 0 and deviation 1. */
function gauss(random: Random): number {
  return (random.next() + random.next() + random.next() + random.next() - 2) * Math.sqrt(3);
}

/** When the API shows what is reported of flows: some minutes after a window's end, at most ten. */
export function shownRows(flows: readonly Flow[], windowMs: number, random: Random, makeId: () => string): ShownRow[] {
  return flows.flatMap((flow) =>
    reportsOf(flow, windowMs, makeId).map(({ row, knownAt, grown }: Report): ShownRow => {
      const at = knownAt + random.int(MINUTE_MS, 9 * MINUTE_MS);
      return grown ? { at, row, grown } : { at, row };
    }),
  );
}
