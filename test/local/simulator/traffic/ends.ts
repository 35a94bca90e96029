import type { Flow, TrafficPeer, TrafficResource } from '../../../../lib/local/simulator/traffic/network.ts';
import { type Report, reportsOf } from '../../../../lib/local/simulator/traffic/reports.ts';
import type { TrafficEvent } from '../../../../lib/model/traffic.ts';

export const WINDOW_MS = 300_000;
/** The start of a window. */
export const NOON = Date.parse('2026-11-23T12:00:00Z');

/** A peer that counts, reports and filters in user space, unless `traits` say otherwise. */
export function peer(n: number, traits: Partial<TrafficPeer> = {}): TrafficPeer {
  return {
    id: `peer-${n}`,
    name: `machine-${n}`,
    ip: `100.92.0.${n}`,
    ipv6: `fd3c::${n}`,
    os: 'Windows 11',
    city: 'Berlin',
    country: 'DE',
    user: { id: `user-${n}`, email: `u${n}@acme.example`, name: `User ${n}` },
    filter: 'userspace',
    counts: true,
    reports: true,
    legacy: false,
    ...traits,
  };
}

export function resource(name: string, router: TrafficPeer, traits: Partial<TrafficResource> = {}): TrafficResource {
  return {
    id: `id-of-${name}`,
    name,
    ip: '10.1.0.7',
    type: 'SUBNET_RESOURCE',
    city: '',
    country: '',
    router,
    ...traits,
  };
}

/** From one end to another: 1,000 bytes there and 9,000 back, within the window that begins at noon. */
function flow(traits: Partial<Flow> = {}): Flow {
  return {
    source: peer(1),
    destination: peer(2),
    protocol: 6,
    sourcePort: 50_000,
    destinationPort: 443,
    startedAt: NOON + 1000,
    endedAt: NOON + 2000,
    sent: 1000,
    received: 9000,
    connections: 1,
    policy: { id: 'policy-1', name: 'all to all' },
    ...traits,
  };
}

let made = 0;

/** What is reported of a flow. Each report has a flow id of its own: `flow-1`, `flow-2` … */
export function reports(traits: Partial<Flow> = {}): Report[] {
  return reportsOf(flow(traits), WINDOW_MS, () => {
    made += 1;
    return `flow-${made}`;
  });
}

export function rows(traits: Partial<Flow> = {}): TrafficEvent[] {
  return reports(traits).map(({ row }) => row);
}

/** The source's row of a flow that lies so many windows after noon. */
export function rowAt(windows: number, traits: Partial<Flow> = {}): TrafficEvent {
  const startedAt = NOON + windows * WINDOW_MS + 1000;
  const [row] = rows({ startedAt, endedAt: startedAt + 1000, ...traits });
  if (!row) throw new RangeError('nobody reports this flow');
  return row;
}
