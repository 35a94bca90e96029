import type { Flow } from '../../../../lib/local/simulator/traffic/network.ts';
import { observerOf } from '../../../../lib/local/simulator/traffic/network.ts';
import { trafficEventSchema, trafficIdentity, trafficTime, withDerivedFields } from '../../../../lib/model/traffic.ts';
import { generateTraffic } from '../../../support/generate-traffic.ts';
import { makeTrafficWorld } from '../../../support/traffic-world.ts';

const from = Date.parse('2026-11-02T06:00:00Z');
const HOUR_MS = 3_600_000;
const world = makeTrafficWorld(3);
const [, , , laptop] = world.peers;
const surge = { peer: laptop?.id ?? '', from: from + 2 * HOUR_MS, until: from + 3 * HOUR_MS, bytesPerHour: 5e9 };
const flows: Flow[] = [];
const options = { seed: 3, from, until: from + 4 * HOUR_MS, surges: [surge] };
const shown = [...generateTraffic({ ...options, onFlow: (flow) => flows.push(flow) })];

describe('generated traffic', () => {
  it('is in the order in which the API shows it, and the same each time', () => {
    expect(shown.map(({ at }) => at)).toEqual(shown.map(({ at }) => at).toSorted((a, b) => a - b));
    expect([...generateTraffic(options)]).toEqual(shown);
    expect([...generateTraffic({ ...options, world, seed: 4 })]).not.toEqual(shown);
  });

  it('is rows as the API has them, of every kind', () => {
    const rows = shown.map(({ row }) => row);
    for (const row of rows) expect(() => trafficEventSchema.parse(row)).not.toThrow();
    const derived = rows.map(withDerivedFields);
    for (const holds of [
      (row: (typeof derived)[number]) => row.direction === 'EGRESS' && row.is_reporter_source,
      (row) => row.direction === 'INGRESS' && row.connection_type === 'ROUTED',
      (row) => row.direction === 'INGRESS' && row.policy?.id !== '',
      (row) => !row.has_counters && (row.num_of_ends ?? 0) > 0,
      (row) => (row.num_of_drops ?? 0) > 0,
      (row) => row.source.address.startsWith('['),
      (row) => row.dst_port === undefined,
      (row) => row.window_start === undefined,
      (row) => row.num_of_ends === 0 && row.num_of_starts !== 0 && (row.num_of_drops ?? 0) === 0,
    ] satisfies ((row: (typeof derived)[number]) => boolean)[]) {
      expect(derived.some(holds)).toBe(true);
    }
  });

  it('comes late now and then, and what grows comes after what it grows from', () => {
    const seen = new Set<string>();
    for (const { row, grown } of shown) {
      expect(seen.has(trafficIdentity(row))).toBe(grown === true);
      seen.add(trafficIdentity(row));
    }
    const lateness = shown.map(({ at, row }) => at - Number(trafficTime(row)?.micros ?? 0) / 1000);
    expect(lateness.filter((ms) => ms > HOUR_MS).length).toBeGreaterThan(5);
    expect(Math.max(...lateness)).toBeLessThan(48 * HOUR_MS);
  });

  it('has one report of each flow, at the source, whose bytes are the flow’s', () => {
    const counted = flows.filter(({ source, dropped }) => {
      const near = observerOf(source);
      return near.reports && near.counts && !dropped;
    });
    const egress = new Map(
      shown.filter(({ row }) => row.direction === 'EGRESS').map(({ row }) => [trafficIdentity(row), row]),
    );
    // A refused attempt weighs its few bytes, too.
    const sent = [...egress.values()].reduce((sum, row) => sum + row.tx_bytes, 0);
    const meant = counted.reduce((sum, flow) => sum + flow.sent, 0);
    expect(meant).toBeGreaterThan(5e9);
    expect(Math.abs(sent - meant)).toBeLessThan(10_000);
  });

  it('has a surge where it is asked for', () => {
    const inHour = shown.filter(({ row }) => row.reporter_id === laptop?.id && row.tx_bytes > 4e8);
    expect(inHour).toHaveLength(12);
  });

  it.each(['late', 'lost'] as const)('has rows that are %s after the server was down', (rows) => {
    const outage = { from: from + HOUR_MS, until: from + 2 * HOUR_MS, rows };
    const during = [...generateTraffic({ ...options, lateShare: 0, outages: [outage] })].filter(({ row }) => {
      const end = Date.parse(row.window_end ?? '2000-01-01T00:00:00Z');
      return end >= outage.from && end < outage.until;
    });
    expect(during.filter(({ at }) => at < outage.until)).toEqual([]);
    expect(during.length > 0).toBe(rows === 'late');
  });
});
