/**
 * Which traffic rows a replay has had, and how far they had grown: in numbers, since a file of weeks has millions. Rows are
 * known by a hash of 53 bits of what makes them themselves. A row is forgotten 2 to 4 days after its time: the
 * copies of a row with a window have one time, and follow each other in event order.
 */
import type { Micros } from '../model/timestamp.ts';
import { splitAddress, TRAFFIC_COUNTERS, type TrafficEvent } from '../model/traffic.ts';
import { furtherRow } from '../model/traffic-growth.ts';

const GENERATION: Micros = 2 * 86_400_000_000;
/** Of each row: its counters, and the number of its sub-events. */
const STRIDE = TRAFFIC_COUNTERS.length + 1;
const FIRST_SIZE = 1 << 14;

export interface Seen {
  /** As it is with this copy. */
  readonly row: TrafficEvent;
  /** As it was before; absent where the row is new. */
  readonly before?: TrafficEvent;
}

export class SeenRows {
  #current = new Table();
  #earlier = new Table();
  #generation = Number.NaN;

  /** Takes in a copy of the row that begins at `start`; undefined where it says nothing new. */
  take(served: TrafficEvent, start: Micros): Seen | undefined {
    const generation = Math.floor(start / GENERATION);
    if (!(generation <= this.#generation)) this.#turn(generation);
    const key = keyOf(served, start);
    const found = this.#current.find(key) ?? this.#earlier.find(key);
    if (!found) {
      this.#current.put(key, served);
      return { row: served };
    }
    const before = rowWith(served, found);
    const row = furtherRow(before, served);
    if (!row) return undefined;
    this.#current.put(key, row);
    // Of sub-events that this copy lacks only the number is known: rules see those that it has.
    const { events } = served;
    return { row: events ? { ...row, events } : row, before };
  }

  #turn(generation: number): void {
    this.#earlier = generation === this.#generation + 1 ? this.#current : new Table();
    this.#current = new Table();
    this.#generation = generation;
  }
}

/** The copy with the counters that were seen; of its sub-events only the number counts. */
function rowWith(served: TrafficEvent, counters: Float64Array): TrafficEvent {
  const row: Record<string, unknown> = { ...served };
  for (const [index, name] of TRAFFIC_COUNTERS.entries()) row[name] = counters[index] ?? 0;
  const events = served.events ?? [];
  row['events'] = Array.from({ length: counters[STRIDE - 1] ?? 0 }, (_, index) => events[index] ?? NO_EVENT);
  return row as unknown as TrafficEvent;
}

const NO_EVENT = { type: '', timestamp: '' };

/** Open addressing over typed arrays: key, and the counters beside it. */
class Table {
  #keys = new Float64Array(FIRST_SIZE);
  #counters = new Float64Array(FIRST_SIZE * STRIDE);
  #count = 0;

  find(key: number): Float64Array | undefined {
    const slot = this.#slotOf(key);
    return this.#keys[slot] === key ? this.#counters.subarray(slot * STRIDE, (slot + 1) * STRIDE) : undefined;
  }

  put(key: number, row: TrafficEvent): void {
    if (this.#count * 4 > this.#keys.length * 3) this.#grow();
    const slot = this.#slotOf(key);
    if (this.#keys[slot] !== key) this.#count++;
    this.#keys[slot] = key;
    const at = slot * STRIDE;
    for (let index = 0; index < STRIDE - 1; index++) {
      this.#counters[at + index] = row[TRAFFIC_COUNTERS[index] as (typeof TRAFFIC_COUNTERS)[number]] ?? 0;
    }
    this.#counters[at + STRIDE - 1] = row.events?.length ?? 0;
  }

  /** Where a key is, or would go. No key is 0. */
  #slotOf(key: number): number {
    const mask = this.#keys.length - 1;
    let slot = (key % 0x7fff_ffff) & mask;
    while (this.#keys[slot] !== 0 && this.#keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [keys, counters] = [this.#keys, this.#counters];
    this.#keys = new Float64Array(keys.length * 2);
    this.#counters = new Float64Array(counters.length * 2);
    for (const [old, key] of keys.entries()) {
      if (key === 0) continue;
      const slot = this.#slotOf(key);
      this.#keys[slot] = key;
      this.#counters.set(counters.subarray(old * STRIDE, (old + 1) * STRIDE), slot * STRIDE);
    }
  }
}

/** Of what `trafficRowKey` is made of. */
function keyOf(row: TrafficEvent, start: Micros): number {
  const source = splitAddress(row.source.address).ip;
  let high = 0x811c_9dc5 ^ row.protocol;
  let low = 0x9e37_79b9 ^ (row.icmp?.type ?? 0);
  for (const text of [row.flow_id, row.reporter_id, row.direction, source, row.destination.address]) {
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      high = Math.imul(high ^ code, 0x0100_0193);
      low = Math.imul(low ^ code, 0x85eb_ca6b) ^ (low >>> 13);
    }
    high = Math.imul(high ^ 0xff, 0x0100_0193);
    low = Math.imul(low ^ 0xff, 0x85eb_ca6b);
  }
  high = Math.imul(high ^ (start % 0x7fff_ffff), 0x0100_0193);
  low = Math.imul(low ^ (start % 0x7fff_fffd), 0xc2b2_ae35) ^ (low >>> 15);
  return ((high >>> 0) % 0x20_0000) * 0x1_0000_0000 + (low >>> 0) || 1;
}
