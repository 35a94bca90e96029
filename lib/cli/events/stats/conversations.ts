import type { Micros } from '../../../model/timestamp.ts';
import { splitAddress, type TrafficEvent, trafficStart } from '../../../model/traffic.ts';
import { MICROS_PER_HOUR } from '../../../model/traffic-partition.ts';

/** All that one address sent to one port of another within an hour, and back. */
export interface Conversation {
  /** The beginning of the hour. */
  readonly at: Micros;
  readonly source: TrafficEvent['source'];
  readonly destination: TrafficEvent['destination'];
  readonly user: NonNullable<TrafficEvent['user']>;
  /** Both directions. */
  readonly bytes: number;
  /** Flows that began. */
  readonly flows: number;
}

interface Side {
  bytes: number;
  flows: number;
}

interface Growing extends Pick<Conversation, 'source' | 'destination' | 'user'> {
  /** By `direction`: what each end of the flow reported. */
  readonly sides: Map<string, Side>;
}

const NOBODY = { id: '', email: '', name: '' };
/** About 100 MB. */
const MOST_AT_ONCE = 100_000;

/**
 * Both ends of a flow report it: per source address, destination address and port, protocol and hour, the larger of what
 * the rows of one direction add up to is what was sent. Rows come in the order of their start. Where an hour has more than
 * `most` conversations, some may count at each end, and `exceeded` is told that hour's beginning.
 */
export async function* conversations(
  rows: AsyncIterable<TrafficEvent>,
  exceeded: (hour: Micros) => void,
  most = MOST_AT_ONCE,
): AsyncIterable<Conversation> {
  let hour = 0;
  let growing = new Map<string, Growing>();
  for await (const row of rows) {
    const start = trafficStart(row)?.micros ?? 0;
    const rowHour = start - (start % MICROS_PER_HOUR);
    if (growing.size >= most) exceeded(hour);
    if (rowHour !== hour || growing.size >= most) {
      yield* finished(growing, hour);
      growing = new Map();
    }
    hour = rowHour;
    add(growing, row);
  }
  yield* finished(growing, hour);
}

function add(growing: Map<string, Growing>, row: TrafficEvent): void {
  const destination = splitAddress(row.destination.address);
  const key = JSON.stringify([splitAddress(row.source.address).ip, destination.ip, destination.port, row.protocol]);
  const known = growing.get(key);
  const sides = known?.sides ?? new Map<string, Side>();
  const side = sides.get(row.direction) ?? { bytes: 0, flows: 0 };
  side.bytes += row.rx_bytes + row.tx_bytes;
  // Servers before v0.75 have a row for each flow and do not count.
  side.flows += row.num_of_starts ?? 1;
  sides.set(row.direction, side);
  // One end may not know what the other knows by name.
  growing.set(key, {
    source: known && known.source.id !== '' ? known.source : row.source,
    destination: known && known.destination.id !== '' ? known.destination : row.destination,
    user: known && known.user.id !== '' ? known.user : (row.user ?? NOBODY),
    sides,
  });
}

function* finished(growing: ReadonlyMap<string, Growing>, at: Micros): Iterable<Conversation> {
  for (const { sides, ...ends } of growing.values()) {
    const reported = [...sides.values()];
    const bytes = Math.max(...reported.map((side) => side.bytes));
    yield { ...ends, at, bytes, flows: Math.max(...reported.map((side) => side.flows)) };
  }
}
