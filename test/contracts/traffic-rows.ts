import type { StoredTrafficEvent } from '../../lib/model/event.ts';
import type { TrafficEvent } from '../../lib/model/traffic.ts';

/** A row as NetBird Cloud serves it, with its fields in the order of the alphabet. */
export function trafficRow(fields: Partial<TrafficEvent> = {}): TrafficEvent {
  return {
    destination: {
      address: '100.64.0.9:443',
      dns_label: 'db-primary.netbird.cloud',
      geo_location: { city_name: 'Frankfurt am Main', country_code: 'DE' },
      id: 'd3o8m2c00rft09idqk41',
      name: 'db-primary',
      os: 'Debian GNU/Linux 12',
      type: 'PEER',
    },
    direction: 'EGRESS',
    events: [],
    flow_id: '61f2eaca-4d1c-4f86-9f0a-9be2f0f0d8ad',
    icmp: { code: 0, type: 0 },
    num_of_drops: 0,
    num_of_ends: 1,
    num_of_starts: 2,
    policy: { id: '', name: '' },
    protocol: 6,
    reporter_id: 'd2dhds53inke7ol0uhsq',
    rx_bytes: 1000,
    rx_packets: 10,
    source: {
      address: '100.64.0.7:51820',
      dns_label: null,
      geo_location: { city_name: '', country_code: '' },
      id: 'd2dhds53inke7ol0uhsq',
      name: 'laptop-ada',
      os: null,
      type: 'PEER',
    },
    tx_bytes: 5000,
    tx_packets: 20,
    user: { email: 'ada@example.com', id: 'auth0|64f0c2', name: 'Ada Lovelace' },
    window_end: '2026-11-23T15:05:00Z',
    window_start: '2026-11-23T15:00:00Z',
    ...fields,
  };
}

/** The same, as collect stores it. */
export function storedRow(fields: Partial<StoredTrafficEvent> = {}): StoredTrafficEvent {
  return { ...trafficRow(), tenant: 'default', collectedAt: '2026-11-23T15:16:00.000Z', ...fields };
}
