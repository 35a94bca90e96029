import type { Flow, TrafficEnd, TrafficPeer } from '../../lib/local/simulator/traffic/network.ts';
import { type Report, reportsOf } from '../../lib/local/simulator/traffic/reports.ts';
import type { ShownRow } from '../../lib/local/simulator/traffic/traffic-log.ts';
import { Random } from './random.ts';
import { makeTrafficWorld, type TrafficWorld } from './traffic-world.ts';

/** More traffic than usual, sent by one peer to somewhere outside. */
interface Surge {
  /** An id of `world.peers`. */
  readonly peer: string;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  readonly bytesPerHour: number;
}

/** The server takes nothing in. Clients send again once it is back; unless they ran out of room. */
interface Outage {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  readonly rows: 'late' | 'lost';
}

export interface TrafficOptions {
  /** Default 1. */
  readonly seed?: number;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  /** Default: five minutes, as the hosted service has them. */
  readonly windowMs?: number;
  /** Default: `makeTrafficWorld(seed)`. */
  readonly world?: TrafficWorld;
  /** Flows of a peer in a window of its busiest hour; default 2. */
  readonly flowsPerWindow?: number;
  /** Share of rows that come hours or days late; default 0.01. */
  readonly lateShare?: number;
  readonly surges?: readonly Surge[];
  readonly outages?: readonly Outage[];
  /** Hears each flow once, however many rows tell of it: what sums must come to. */
  readonly onFlow?: (flow: Flow) => void;
}

const HOUR_MS = 3_600_000;
const DELAY_MS = { least: 60_000, most: 600_000 };
const LATEST_MS = 40 * HOUR_MS;
const PORTS = [443, 443, 443, 22, 53, 80, 445, 3389, 5432, 8080];
const PINGS = { sent: 840, received: 840 };

/**
 * The rows of a network in the order in which the API shows them: up to 10 minutes after their window, and some hours and
 * days later. The same options give the same rows. Rows of old clients come twice, the second time `grown`.
 */
export function* generateTraffic(options: TrafficOptions): Generator<ShownRow> {
  const { seed = 1, windowMs = 300_000, from, until } = options;
  const inventor = new Inventor(options.world ?? makeTrafficWorld(seed), options, windowMs);
  const shelf = new Shelf();
  for (let at = from; at < until; at += windowMs) {
    yield* shelf.upTo(at);
    for (const flow of inventor.window(at)) {
      options.onFlow?.(flow);
      shelf.putAll(reportsOf(flow, windowMs, inventor.flowId), (report) => sentAt(report, options.outages), inventor);
    }
  }
  yield* shelf.upTo(Number.POSITIVE_INFINITY);
}

/** When the server takes a report in. Undefined: never. */
function sentAt({ knownAt }: Report, outages: TrafficOptions['outages']): number | undefined {
  const outage = outages?.find(({ from, until }) => knownAt >= from && knownAt < until);
  if (outage) return outage.rows === 'lost' ? undefined : outage.until;
  return knownAt;
}

/** What a peer does at most, and with whom. */
interface Habit {
  readonly peer: TrafficPeer;
  readonly partners: readonly TrafficEnd[];
  /** Bytes of a usual flow, both directions. */
  readonly usual: number;
}

class Inventor {
  readonly #random: Random;
  readonly #options: TrafficOptions;
  readonly #windowMs: number;
  readonly #world: TrafficWorld;
  readonly #habits: readonly Habit[];

  constructor(world: TrafficWorld, options: TrafficOptions, windowMs: number) {
    this.#random = new Random((options.seed ?? 1) ^ 0x7ea5);
    this.#options = options;
    this.#windowMs = windowMs;
    this.#world = world;
    this.#habits = world.peers.map((peer) => ({
      peer,
      partners: this.#random.some([...world.peers, ...world.resources], 3, 6).filter((end) => end !== peer),
      usual: Math.exp(12 + 3 * this.#random.next()),
    }));
  }

  /** Flows that begin in a window. */
  window(at: number): Flow[] {
    const rate = this.#options.flowsPerWindow ?? 2;
    const flows: Flow[] = [];
    for (const habit of this.#habits) {
      const many = rate * rhythm(habit.peer.name, at);
      const count = Math.floor(many) + (this.#random.chance(many % 1) ? 1 : 0);
      for (let n = 0; n < count && habit.partners.length > 0; n += 1) flows.push(this.#flow(habit, at));
    }
    for (const surge of this.#options.surges ?? []) {
      if (at >= surge.from && at < surge.until) flows.push(this.#surge(surge, at));
    }
    return flows;
  }

  /** Milliseconds from what a peer knows to what the API shows. */
  readonly delay = (): number => {
    const usual = DELAY_MS.least + this.#random.below(DELAY_MS.most - DELAY_MS.least);
    const isLate = this.#random.chance(this.#options.lateShare ?? 0.01);
    return isLate ? usual + HOUR_MS + this.#random.below(LATEST_MS - HOUR_MS) : usual;
  };

  readonly flowId = (): string => {
    const digits = [0, 0, 0, 0]
      .map(() =>
        this.#random
          .below(2 ** 32)
          .toString(16)
          .padStart(8, '0'),
      )
      .join('');
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20)}`;
  };

  #flow({ peer, partners, usual }: Habit, at: number): Flow {
    const random = this.#random;
    const startedAt = at + random.below(this.#windowMs);
    // One in twenty goes on for hours, and its bytes come with its end.
    const lasts = random.chance(0.05) ? random.below(5 * HOUR_MS) : random.below(20_000);
    const [destination, service, volume] = [random.pick(partners), this.#service(), this.#volume(peer, usual)];
    return {
      source: peer,
      destination,
      ...service,
      ...(service.protocol === 1 ? PINGS : volume),
      ...(random.chance(0.1) ? { v6: true } : {}),
      startedAt,
      endedAt: startedAt + lasts,
      connections: 1 + random.below(6),
      ...(random.chance(0.01) ? { dropped: true } : {}),
      policy: random.pick(this.#world.policies),
    };
  }

  #service(): Pick<Flow, 'protocol' | 'sourcePort' | 'destinationPort' | 'icmpType'> {
    const random = this.#random;
    if (random.chance(0.03)) return { protocol: 1, sourcePort: 0, destinationPort: 0, icmpType: 8 };
    const sourcePort = 1024 + random.below(64_000);
    return { protocol: random.chance(0.2) ? 17 : 6, sourcePort, destinationPort: random.pick(PORTS) };
  }

  #volume({ name }: TrafficPeer, usual: number): Pick<Flow, 'sent' | 'received'> {
    const random = this.#random;
    const isBackup = name.startsWith('backup');
    const [scale, spread] = isBackup ? [400, 0.3] : [1, 3];
    const bytes = Math.round(usual * scale * Math.exp((random.next() - 0.5) * spread));
    if (isBackup || random.chance(0.2)) return { sent: bytes, received: Math.round(bytes / 40) };
    return { sent: Math.round(bytes / 12), received: bytes };
  }

  #surge({ peer, bytesPerHour }: Surge, at: number): Flow {
    const source = this.#world.peers.find(({ id }) => id === peer);
    const destination = this.#world.resources.find(({ type }) => type === 'ROUTE');
    const [policy] = this.#world.policies;
    if (!source || !destination || !policy) throw new RangeError('a surge needs a peer of the world, and a way out');
    return {
      source,
      destination,
      protocol: 6,
      sourcePort: 50_000,
      destinationPort: 443,
      startedAt: at,
      endedAt: at + this.#windowMs - 1000,
      sent: Math.round((bytesPerHour * this.#windowMs) / HOUR_MS),
      received: 1000,
      connections: 1,
      policy,
    };
  }
}

/** Share of its busiest that a peer does at a time: office hours for people, the night for the backup. UTC. */
function rhythm(name: string, at: number): number {
  const hour = (at / HOUR_MS) % 24;
  const isWeekend = [0, 6].includes(new Date(at).getUTCDay());
  if (name.startsWith('backup')) return hour >= 1 && hour < 3 ? 1 : 0.05;
  if (!name.startsWith('laptop')) return 0.6;
  const isWork = hour >= 7 && hour < 18;
  return isWork && !isWeekend ? (hour >= 11 && hour < 12 ? 0.7 : 1) : 0.02;
}

/** Reports by the minute in which they are shown. */
class Shelf {
  readonly #minutes = new Map<number, ShownRow[]>();
  #next = Number.POSITIVE_INFINITY;
  #last = 0;

  /** What is reported of one flow; what has grown is never shown before what it grows from. */
  putAll(reports: Report[], sentAt: (report: Report) => number | undefined, { delay }: Pick<Inventor, 'delay'>): void {
    let shownAt = 0;
    for (const report of reports) {
      const sent = sentAt(report);
      if (sent === undefined) continue;
      shownAt = Math.max(sent + delay(), report.grown ? shownAt + 1 : 0);
      this.#put(shownAt, report);
    }
  }

  #put(at: number, { row, grown }: Report): void {
    const minute = Math.floor(at / 60_000);
    const shown: ShownRow = grown ? { at, row, grown } : { at, row };
    const there = this.#minutes.get(minute);
    if (there) there.push(shown);
    else this.#minutes.set(minute, [shown]);
    this.#next = Math.min(this.#next, minute);
    this.#last = Math.max(this.#last, minute);
  }

  *upTo(at: number): Generator<ShownRow> {
    const end = Math.min(Math.floor(at / 60_000), this.#last + 1);
    for (; this.#next < end; this.#next += 1) {
      const rows = this.#minutes.get(this.#next) ?? [];
      this.#minutes.delete(this.#next);
      yield* rows.sort((a, b) => a.at - b.at);
    }
  }
}
