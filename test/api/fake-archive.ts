import type { StoredEvent, StoredTrafficEvent } from '../../lib/model/event.ts';
import { type TrafficEvent, trafficIdentity } from '../../lib/model/traffic.ts';
import type { Archive, AuditHistoryQuery, TrafficHistoryQuery, TrafficRange } from '../../lib/store/archive.ts';
import { auditPosition, newestFirst } from '../../lib/store/archive.ts';

/** An archive of what it is given, newest first already; remembers what it was asked, and how much was taken. */
export class FakeArchive implements Archive {
  readonly asked: (AuditHistoryQuery | TrafficHistoryQuery)[] = [];
  taken = 0;
  readonly #events: readonly StoredEvent[];
  readonly #rows: () => Iterable<StoredTrafficEvent>;

  constructor(events: readonly StoredEvent[] = [], rows: () => Iterable<StoredTrafficEvent> = () => []) {
    this.#events = events;
    this.#rows = rows;
  }

  async *audit(query: AuditHistoryQuery) {
    this.asked.push(query);
    for (const event of this.#events) {
      if (query.after && newestFirst(query.after, auditPosition(event)) >= 0) continue;
      this.taken++;
      yield event;
    }
  }

  async *traffic(query: TrafficHistoryQuery) {
    this.asked.push(query);
    for (const row of this.#rows()) {
      this.taken++;
      yield { sortKey: trafficIdentity(row), row };
    }
  }

  /** Rows have their place in the list, since many have one time. */
  async countTraffic({ after }: TrafficRange, most: number) {
    const rows = [...this.#rows()];
    const from = after === undefined ? 0 : rows.findIndex((row) => trafficIdentity(row) === after) + 1;
    return Math.min(most, rows.length - from);
  }
}

/** A row as NetBird serves it; what is not given is filled in. */
export function trafficRow(n: number, fields: Partial<TrafficEvent> = {}): StoredTrafficEvent {
  const end = (name: string) => ({
    address: `100.64.0.${n % 250}:443`,
    dns_label: `${name}.netbird.cloud`,
    geo_location: { city_name: 'Berlin', country_code: 'DE' },
    id: `peer-${name}`,
    name,
    os: null,
    type: 'PEER',
  });
  return {
    flow_id: `flow-${n}`,
    reporter_id: 'peer-a',
    source: end('a'),
    destination: end('b'),
    user: { id: 'ada', email: 'Ada@Example.com', name: 'Ada' },
    policy: { id: '', name: '' },
    icmp: { type: 0, code: 0 },
    protocol: 6,
    direction: 'EGRESS',
    rx_bytes: 1000,
    rx_packets: 10,
    tx_bytes: 2000,
    tx_packets: 20,
    num_of_starts: 1,
    num_of_ends: 0,
    num_of_drops: 0,
    window_start: '2026-11-23T15:00:00Z',
    window_end: '2026-11-23T15:10:00Z',
    events: [{ type: 'TYPE_START', timestamp: '2026-11-23T15:01:00Z' }],
    tenant: 'default',
    collectedAt: '2026-11-23T15:11:00.000Z',
    ...fields,
  };
}
