import fc from 'fast-check';
import { fleetKeys } from '../../lib/detect/fleet.ts';
import type { Alert } from '../../lib/model/alert.ts';
import type { Change, EventChange } from '../../lib/model/change.ts';
import type { TrafficEvent } from '../../lib/model/traffic.ts';
import { hoursBetween } from '../../lib/model/traffic-partition.ts';
import { replayEvents } from '../../lib/pipeline/replay.ts';
import { ReplayedChanges } from '../../lib/pipeline/replayed-changes.ts';
import { createPipeline } from '../../lib/pipeline.ts';
import { createMemoryStores } from '../../lib/store/memory/index.ts';
import type { AlertStore } from '../../lib/store/ports.ts';
import { trafficEnd, trafficRow } from '../cli/stored.ts';
import { rulesOf, TENANT } from './changes.ts';

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LATENESS = 15 * MINUTE;
/** A Monday. */
const START = Date.parse('2026-10-05T00:00:00Z') * 1000;
const DAYS = 12;

const RULES = rulesOf(`
title: Flow
name: flow
logsource: {product: netbird, service: traffic}
detection: {selection: {is_reporter_source: true}, condition: selection}
---
title: Unusual volume of a peer
name: of_peer
status: stable
level: high
x-correlation:
  type: baseline
  rules: [flow]
  group-by: [reporter_id]
  field: total_bytes
  timespan: 1h
  condition: {false-alarms: 1 per 7d, min: 1MB, direction: both}
x-alert: {title: '{{group.reporter_id}} moved {{value|bytes}}, usually {{expected|bytes}}'}
---
title: Unusual number of flows
name: in_all
status: stable
level: high
x-correlation:
  type: baseline
  rules: [flow]
  timespan: 30m
  condition: {false-alarms: 1 per 7d, min: 5}
`);

/** What a peer does, hour by hour: now and then much more than usual. */
interface Habits {
  readonly seed: number;
  readonly bursts: readonly { peer: number; hour: number; megabytes: number; hours: number }[];
}

const habits: fc.Arbitrary<Habits> = fc.record({
  seed: fc.nat(1_000_000),
  bursts: fc.array(
    fc.record({
      peer: fc.nat(5),
      hour: fc.integer({ min: 8 * 24, max: DAYS * 24 - 8 }),
      megabytes: fc.integer({ min: 200, max: 9000 }),
      hours: fc.integer({ min: 1, max: 4 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

function rowsOf(habits: Habits): TrafficEvent[] {
  const hours = Array.from({ length: DAYS * 24 }, (_, hour) => hour);
  return hours.flatMap((hour) => [0, 1, 2, 3, 4, 5].flatMap((peer) => rowsOfHour(habits, hour, peer)));
}

function rowsOfHour({ seed, bursts }: Habits, hour: number, peer: number): TrafficEvent[] {
  const isOff = (hour % 24 < 6 && peer % 2 === 0) || noise(seed, hour, peer, 1) < 0.05;
  const burst = bursts.find((each) => each.peer === peer && each.hour <= hour && hour < each.hour + each.hours);
  if (isOff && !burst) return [];
  const bytes = (burst?.megabytes ?? 3 + peer) * 1e6 * (0.7 + 0.6 * noise(seed, hour, peer, 2));
  return [0, 1, 2].map((part) => rowOf(hour, peer, part, Math.round(bytes / 3)));
}

function rowOf(hour: number, peer: number, part: number, bytes: number): TrafficEvent {
  const at = START / 1000 + hour * 3_600_000 + part * 1_200_000 + 1000 * peer;
  return trafficRow({
    flow_id: `${hour}-${peer}-${part}`,
    reporter_id: `peer-${peer}`,
    source: trafficEnd({ id: `peer-${peer}`, name: `laptop-${peer}`, address: `100.64.0.${peer}:50000` }),
    window_start: new Date(at).toISOString(),
    window_end: new Date(at + 300_000).toISOString(),
    rx_bytes: 0,
    tx_bytes: bytes,
  });
}

function noise(...parts: number[]): number {
  let mixed = 17;
  for (const part of parts) mixed = Math.imul(mixed ^ part, 0x85eb_ca6b) ^ (mixed >>> 15);
  return (mixed >>> 0) / 2 ** 32;
}

function changesOf(rows: readonly TrafficEvent[]): EventChange[] {
  const made = new ReplayedChanges(TENANT);
  return rows.flatMap((row) => made.ofRow(structuredClone(row)) ?? []);
}

function watermarks(from: number, upTo: number, first: boolean, sequence: number): Change[] {
  return hoursBetween(from - LATENESS, upTo).map((bucket, index): Change => {
    const position = { stream: 'marks', partition: bucket, sequence: String(sequence * 100_000 + index + 1) };
    const lost = first ? { lostFrom: 0, lostTo: START + 1 } : {};
    return { kind: 'watermark', tenant: TENANT, source: 'traffic', bucket, upTo, ...lost, position };
  });
}

/** Rows arrive in polls of so many minutes, within each in any order, up to 10 minutes late. */
async function live(rows: readonly TrafficEvent[], pollMinutes: number, shuffle: number) {
  const stores = createMemoryStores();
  const clock = () => new Date((START + DAYS * DAY) / 1000);
  let pipeline = createPipeline({ ruleSet: RULES, ...stores, clock });
  const changes = changesOf(rows);
  const arrival = (change: EventChange, index: number): number => change.at + noise(shuffle, index) * 10 * MINUTE;
  const arriving = changes.map((change, index) => ({ change, at: arrival(change, index) })).sort((a, b) => a.at - b.at);
  const end = START + DAYS * DAY + HOUR;
  let next = 0;
  let sequence = 0;
  await pipeline.process(watermarks(START, START, true, ++sequence));
  for (let from = START; from < end; from += pollMinutes * MINUTE) {
    const upTo = Math.min(end, from + pollMinutes * MINUTE);
    const batch: EventChange[] = [];
    for (; (arriving[next]?.at ?? Number.POSITIVE_INFINITY) <= upTo; next++) {
      const change = arriving[next]?.change as EventChange;
      const position = { ...change.position, sequence: String(next + 1) };
      batch.push(Object.assign(Object.create(Object.getPrototypeOf(change)), { ...change, position }));
    }
    await pipeline.process(batch);
    // A process that dies and begins anew, and records that come again.
    if (noise(shuffle, from) < 0.05) pipeline = createPipeline({ ruleSet: RULES, ...stores, clock });
    if (noise(shuffle, from, 1) < 0.1) await pipeline.process(batch);
    await pipeline.process(watermarks(from, upTo, false, ++sequence));
  }
  return { ...stores, alerts: await alertsIn(stores.alerts) };
}

async function alertsIn(alerts: AlertStore): Promise<unknown[]> {
  const all: Alert[] = [];
  for await (const alert of alerts.list({ tenant: TENANT })) all.push(alert);
  return shortened(all);
}

function shortened(all: readonly Alert[]): unknown[] {
  return all
    .map(({ rule, dedupKey, title, openedAt, firstEventAt, lastEventAt, count, evidence }) => {
      return { rule, dedupKey, title, openedAt, firstEventAt, lastEventAt, count, evidence };
    })
    .sort((a, b) => a.openedAt - b.openedAt || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** What the amounts and times of contributors depend on is which of them came first: they are told apart. */
const withoutTop = (all: readonly unknown[]): unknown[] =>
  all.map((alert) => JSON.parse(JSON.stringify(alert), (key, value) => (key === 'top' ? undefined : value)));

describe('alerts about unusual volumes', () => {
  it('are the same however rows arrive, in small polls, at once, or in a replay', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(habits, fc.constantFrom(10, 37, 60), fc.nat(1000), async (each, poll, shuffle) => {
        const rows = rowsOf(each);
        const bySmallPolls = withoutTop((await live(rows, poll, shuffle)).alerts);
        expect(withoutTop((await live(rows, 60 * 24 * 40, shuffle)).alerts)).toEqual(bySmallPolls);
        const events = rows.map((event) => ({ event: structuredClone(event), source: 'traffic' as const }));
        const settings = { tenant: TENANT, upTo: START + DAYS * DAY + HOUR };
        expect(withoutTop(shortened(await replayEvents(RULES, events, settings)))).toEqual(bySmallPolls);
        found += bySmallPolls.length;
      }),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 2), endOnFailure: true },
    );
    expect(found).toBeGreaterThan(0);
  }, 120_000);

  it('leave a series in at most 1.5 KB, marks aside, and the fleet knows all of them', async () => {
    const rows = rowsOf({ seed: 7, bursts: [{ peer: 1, hour: 11 * 24 + 10, megabytes: 4000, hours: 9 }] });
    const named = rows.map((row, index) => ({
      ...row,
      destination: { ...row.destination, name: `a server with a long name of its own ${index % 40}` },
    }));
    const { state } = await live(named, 10, 3);
    const sizes: number[] = [];
    for await (const { body } of state.scan(`rule#${TENANT}#of_peer#`)) {
      const { marks: _, ...rest } = body as Record<string, unknown>;
      sizes.push(Buffer.byteLength(JSON.stringify(rest)));
    }
    expect(sizes).toHaveLength(6);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1500);
    const rule = RULES.rules.find(({ key }) => key === 'of_peer');
    const shards = await state.getMany(fleetKeys(TENANT, rule ?? { key: '', version: '' }));
    expect(shards.size).toBeGreaterThan(0);
  }, 60_000);
});
