import { splitAddress, TRAFFIC_COUNTERS, type TrafficEvent } from './traffic.ts';

/**
 * What one reporter's rows of an hour come to between two ends. Both ends of a flow report it, so that sums of different
 * reporters must not be added up. Fields of the API keep their names.
 */
export interface TrafficSum {
  readonly reporter_id: string;
  readonly direction: string;
  /** IANA number. */
  readonly protocol: number;
  readonly source: SumEnd;
  readonly destination: SumEnd & { readonly port?: number };
  /** Id of the user, where there is one. */
  readonly user_id: string;
  /** Rows that were added up. */
  readonly rows: number;
  readonly rx_bytes: number;
  readonly tx_bytes: number;
  readonly rx_packets: number;
  readonly tx_packets: number;
  readonly num_of_starts: number;
  readonly num_of_ends: number;
  readonly num_of_drops: number;
}

interface SumEnd {
  readonly id: string;
  readonly name: string;
  readonly ip: string;
}

/** Adds rows up, by reporter, direction, protocol, both ends (the source without its port) and user. */
export class TrafficSummer {
  readonly #sums = new Map<string, TrafficSum>();

  add(row: TrafficEvent): void {
    const [source, { port, ...destination }] = [endOf(row.source), endOf(row.destination)];
    const head = {
      reporter_id: row.reporter_id,
      direction: row.direction,
      protocol: row.protocol,
      source: { id: source.id, name: source.name, ip: source.ip },
      destination: port === undefined ? destination : { ...destination, port },
      user_id: row.user?.id ?? '',
    };
    const key = sumKey(head);
    const known = this.#sums.get(key);
    const counters = Object.fromEntries(
      TRAFFIC_COUNTERS.map((name) => [name, (known?.[name] ?? 0) + (row[name] ?? 0)]),
    ) as Pick<TrafficSum, (typeof TRAFFIC_COUNTERS)[number]>;
    // Names change: the first one is kept, so that the same rows in the same order come to the same sum.
    this.#sums.set(key, { ...(known ?? head), rows: (known?.rows ?? 0) + 1, ...counters });
  }

  sums(): TrafficSum[] {
    return [...this.#sums.values()];
  }
}

/** What tells sums of an hour apart; names are no part of it. */
export function sumKey(
  sum: Pick<TrafficSum, 'reporter_id' | 'direction' | 'protocol' | 'source' | 'destination' | 'user_id'>,
): string {
  const { reporter_id, direction, protocol, source, destination, user_id } = sum;
  const ends = [source.id, source.ip, destination.id, destination.ip, destination.port ?? 0];
  return JSON.stringify([reporter_id, direction, protocol, ...ends, user_id]);
}

function endOf({ id, name, address }: TrafficEvent['source']): SumEnd & { readonly port?: number } {
  return { id, name, ...splitAddress(address) };
}
