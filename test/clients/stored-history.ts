/** What the API under test serves: enough for several pieces of an answer, with names in several scripts. */
import type { AuditEvent } from '../../lib/model/event.ts';
import type { TrafficEvent } from '../../lib/model/traffic.ts';

const NAMES = ['Jürgen Müller', '東京 ルーター', 'Оля <ops> & "co"', '🦊 fox', "O'Brien \\ back"];
const HOUR_MS = 3_600_000;

/** Newest first, as both endpoints serve. */
export const AUDIT: readonly AuditEvent[] = Array.from({ length: 300 }, (_, index) => ({
  id: String(1000 - index),
  timestamp: new Date(Date.UTC(2026, 10, 23, 12) - index * HOUR_MS).toISOString().replace('.000Z', '.000123Z'),
  activity: 'Route deleted',
  activity_code: index % 2 === 0 ? 'route.delete' : 'policy.add',
  initiator_id: `u-${index % NAMES.length}`,
  initiator_name: NAMES[index % NAMES.length] ?? '',
  initiator_email: 'müller@exämple.com',
  target_id: `r-${index % 7}`,
  meta: { name: `Büro ${index}`, network_range: '10.1.0.0/16' },
}));

export const TRAFFIC: readonly TrafficEvent[] = Array.from({ length: 120 }, (_, index) => {
  const start = Date.UTC(2026, 10, 23, 12) - index * 600_000;
  return {
    flow_id: `61f2eed9-fe36-4f05-8b4d-${String(index).padStart(12, '0')}`,
    reporter_id: 'peer-1',
    source: endpoint('peer-1', 'Jürgens MacBook', '100.64.0.1:51234'),
    destination: endpoint('peer-2', '東京 ルーター', '100.64.0.2:443'),
    user: { id: 'u-0', email: 'müller@exämple.com', name: 'Jürgen Müller' },
    policy: { id: 'pol-1', name: 'Alle → Büro' },
    icmp: { type: 0, code: 0 },
    protocol: 6,
    direction: 'EGRESS',
    rx_bytes: 5_000_000_000 + index,
    tx_bytes: 1024,
    rx_packets: 50,
    tx_packets: 10,
    num_of_starts: 1,
    num_of_ends: 1,
    num_of_drops: 0,
    window_start: new Date(start).toISOString(),
    window_end: new Date(start + 600_000).toISOString(),
    events: [{ type: 'TYPE_START', timestamp: new Date(start + 1000).toISOString() }],
  };
});

function endpoint(id: string, name: string, address: string): TrafficEvent['source'] {
  return {
    id,
    type: 'PEER',
    name,
    geo_location: { city_name: 'München', country_code: 'DE' },
    os: 'Linux 6.1',
    address,
    dns_label: null,
  };
}
