import { collectTraffic, type TrafficReport } from '../../../../lib/collect/collect-traffic.ts';
import { netbirdTrafficSource } from '../../../../lib/collect/netbird/traffic-source.ts';
import { createKnownRows } from '../../../../lib/collect/traffic-known.ts';
import type { Listening } from '../../../../lib/local/simulator/server.ts';
import { createNetBirdSimulator } from '../../../../lib/local/simulator/simulator.ts';
import type { ShownRow, TrafficLogOptions } from '../../../../lib/local/simulator/traffic/traffic-log.ts';
import { TRAFFIC_COUNTERS, type TrafficEvent, trafficIdentity } from '../../../../lib/model/traffic.ts';
import { createMemoryStores } from '../../../../lib/store/memory/index.ts';
import { generateTraffic } from '../../../support/generate-traffic.ts';
import { makeTrafficWorld } from '../../../support/traffic-world.ts';

const HOUR_MS = 3_600_000;
const from = Date.parse('2026-11-03T08:00:00Z');
/** Three hours of a network; the latest rows are shown two days after. */
const shown = [...generateTraffic({ from, until: from + 3 * HOUR_MS, flowsPerWindow: 0.7, lateShare: 0.03 })];
let server: Listening | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** What the collector has after it polled the simulator every four hours for three days, and what its runs said. */
async function collected(rows: readonly ShownRow[], traffic: Omit<TrafficLogOptions, 'clock'> = {}) {
  let now = from;
  const clock = () => new Date(now);
  const simulator = createNetBirdSimulator({ clock, traffic: { retentionMs: 7 * 24 * HOUR_MS, ...traffic } });
  simulator.traffic?.append(rows);
  server = await simulator.listen();
  const { events, state } = createMemoryStores();
  const source = netbirdTrafficSource({ url: server.url, token: async () => simulator.token });
  const deps = { source, events, state, clock, known: createKnownRows(), tell: async () => undefined };
  const settings = {
    tenant: 'default',
    everyMs: 300_000,
    store: 'full',
    shards: 1,
    deadline: undefined,
    retries: 0,
  } as const;
  const reports: TrafficReport[] = [];
  for (; now <= from + 72 * HOUR_MS; now += 4 * HOUR_MS) {
    reports.push(await collectTraffic(deps, { ...settings, leaseMs: HOUR_MS, owner: 'test' }));
  }
  return { stored: [...events.traffic.values()], problems: reports.flatMap(({ problems }) => problems) };
}

/** Identity → counters. */
function countersOf(rows: Iterable<TrafficEvent>): Record<string, (number | undefined)[]> {
  const counters = [...rows].map((row) => [trafficIdentity(row), TRAFFIC_COUNTERS.map((name) => row[name])] as const);
  return Object.fromEntries(counters.sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('the simulator’s traffic, seen by the collector', () => {
  const last = new Map(shown.map(({ row }) => [trafficIdentity(row), row]));

  it.each<Omit<TrafficLogOptions, 'clock'>>([{}, { datedBy: 'window_end', order: 'oldest' }])(
    'is stored whole: late rows, rows that grew, both ends (%j)',
    async (options) => {
      const { stored, problems } = await collected(shown, options);
      expect(problems).toEqual([]);
      expect(last.size).toBeGreaterThan(300);
      expect(countersOf(stored)).toEqual(countersOf(last.values()));
    },
  );

  it('is stored as it comes from a server before 0.75', async () => {
    const { peers, resources, policies } = makeTrafficWorld(1);
    const aged = <Peer extends object>(peer: Peer) => ({ ...peer, legacy: true });
    const world = {
      policies,
      peers: peers.map(aged),
      resources: resources.map((resource) => ({ ...resource, router: aged(resource.router) })),
    };
    const old = [...generateTraffic({ world, from, until: from + HOUR_MS, flowsPerWindow: 0.5 })];
    const { stored, problems } = await collected(old, { aggregates: false });
    expect(problems).toEqual([]);
    expect(stored.length).toBeGreaterThan(20);
    expect(countersOf(stored)).toEqual(countersOf(new Map(old.map(({ row }) => [trafficIdentity(row), row])).values()));
    expect(stored.filter((row) => 'window_start' in row)).toEqual([]);
  });
});
