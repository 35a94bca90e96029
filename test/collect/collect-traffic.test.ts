import * as fc from 'fast-check';
import { TRAFFIC_COUNTERS, type TrafficEvent, trafficIdentity } from '../../lib/model/traffic.ts';
import { furtherRow } from '../../lib/model/traffic-growth.ts';
import { HOUR, MINUTE, NOON, rowOf, TENANT, TrafficHarness } from './traffic-harness.ts';

const micros = (text: string): number => Date.parse(text) * 1000;

describe('the first run', () => {
  it('takes everything from seven days back to ten minutes ago, and says so once, in every hour', async () => {
    const harness = new TrafficHarness().serve(rowOf('old', 167 * HOUR), rowOf('new', 20 * MINUTE), rowOf('open', 0));
    expect(await harness.run()).toMatchObject({
      stored: 2,
      storedWithoutAlert: [{ reason: 'first_run_history', count: 1 }],
      caughtUp: true,
      sourceReached: true,
      problems: [],
    });
    expect(harness.flows()).toEqual(['new', 'old']);
    expect(harness.stored().every(({ firstRun }) => firstRun)).toBe(true);
    const marks = harness.marks();
    expect(Object.keys(marks)).toHaveLength(168);
    expect(new Set(Object.values(marks))).toEqual(new Set(['2026-11-23T11:50:00.000Z']));
    expect([...harness.stores.events.watermarks.values()][0]).toMatchObject({ from: '2026-11-16T12' });
    expect(harness.unread()).toEqual([['1970-01-01T00:00:00.000Z', '2026-11-16T13:00:00.000Z']]);
    const { from, to } = harness.server.asked[0] ?? { from: 0, to: 0 };
    expect([from, to]).toEqual([micros('2026-11-16T12:00:00Z'), micros('2026-11-16T18:00:00Z')]);
    expect(harness.server.asked.at(-1)?.to).toBe(micros('2026-11-23T11:50:00Z'));
  });

  it('goes on where it stopped, and puts no watermark before it is done', async () => {
    const harness = new TrafficHarness().serve(rowOf('old', 100 * HOUR), rowOf('new', HOUR));
    harness.server.before = ({ to }) => {
      if (to > micros('2026-11-20T12:00:00Z')) harness.server.refusal = { status: 500, body: '{}' };
    };
    expect(await harness.run()).toMatchObject({ stored: 1, caughtUp: false, sourceReached: false });
    expect(harness.marks()).toEqual({});
    expect((await harness.cursor()).firstRun).toEqual({
      from: micros('2026-11-16T12:00:00Z'),
      oldest: micros('2026-11-19T08:00:00Z'),
      reached: micros('2026-11-20T12:00:00Z'),
    });
    harness.server.before = () => undefined;
    harness.server.refusal = undefined;
    harness.server.asked.length = 0;
    expect(await harness.later(MINUTE)).toMatchObject({ stored: 1, caughtUp: true });
    expect(harness.server.asked[0]?.from).toBe(micros('2026-11-20T11:00:00Z'));
    expect(harness.marks()).toMatchObject({ '2026-11-16T12': '2026-11-23T11:51:00.000Z' });
    expect(harness.problemsTold()).toEqual(['server_error', 'over']);
  });

  it('reads shorter ranges where time does not suffice, and is done some day', async () => {
    const harness = new TrafficHarness().serve(
      ...Array.from({ length: 60 }, (_, n) => rowOf(`f${n}`, n * 2 * HOUR + HOUR)),
    );
    harness.lookMs = 1000;
    const run = () => harness.run({ deadline: new Date(harness.now.getTime() + 30_000) });
    let runs = 1;
    for (let report = await run(); !report.caughtUp; runs += 1) report = await run();
    expect(runs).toBeGreaterThan(2);
    expect(harness.flows()).toHaveLength(60);
  });
});

describe('a poll', () => {
  async function watched(): Promise<TrafficHarness> {
    const harness = new TrafficHarness().serve(rowOf('a', 30 * MINUTE));
    await harness.run();
    harness.server.asked.length = 0;
    harness.writes = 0;
    return harness;
  }

  it('is made when it is time', async () => {
    const harness = await watched();
    expect(await harness.later(2 * MINUTE)).toMatchObject({ skipped: 'not_due', stored: 0 });
    expect(harness.server.asked).toEqual([]);
    expect(await harness.later(3 * MINUTE)).toMatchObject({ stored: 0, caughtUp: true });
  });

  it('asks from an hour before the watermark to ten minutes ago, and marks those hours', async () => {
    const harness = await watched();
    await harness.later(5 * MINUTE);
    expect(harness.server.asked).toEqual([
      { from: micros('2026-11-23T10:50:00Z'), to: micros('2026-11-23T11:55:00Z'), page: 1 },
    ]);
    expect(harness.marks()).toMatchObject({
      '2026-11-23T09': '2026-11-23T11:50:00.000Z',
      '2026-11-23T10': '2026-11-23T11:55:00.000Z',
      '2026-11-23T11': '2026-11-23T11:55:00.000Z',
    });
  });

  it('of unchanged rows writes none, and in a warm process does not even ask for them', async () => {
    const harness = await watched();
    harness.asked = 0;
    await harness.later(5 * MINUTE);
    expect([harness.writes, harness.asked]).toEqual([0, 0]);
    await harness.restart().later(5 * MINUTE);
    expect([harness.writes, harness.asked]).toEqual([0, 1]);
  });

  it('stores late rows and growth as news, and counts them', async () => {
    const harness = await watched();
    harness.serve(rowOf('a', 30 * MINUTE, { tx_bytes: 9000 }), rowOf('late', 65 * MINUTE), rowOf('b', 5 * MINUTE));
    expect(await harness.later(5 * MINUTE)).toMatchObject({ stored: 3, storedWithoutAlert: [] });
    expect(harness.flows()).toEqual(['a', 'b', 'late']);
    expect(harness.stored().some(({ firstRun }) => firstRun)).toBe(false);
    expect(harness.sums.get('tx_bytes')).toBe(9000 + 2 * 5000);
  });

  it('finds rows that are hours late by looking through two days some times a day', async () => {
    const harness = await watched();
    harness.serve(rowOf('a', 30 * MINUTE), rowOf('late', 30 * HOUR));
    expect(await harness.later(HOUR)).toMatchObject({ stored: 0 });
    expect(await harness.later(6 * HOUR)).toMatchObject({ stored: 1 });
    expect(harness.flows()).toEqual(['a', 'late']);
    expect(harness.marks()).toMatchObject({ '2026-11-22T06': '2026-11-23T18:50:00.000Z' });
    harness.server.asked.length = 0;
    await harness.later(5 * MINUTE);
    expect(harness.server.asked).toHaveLength(1);
  });

  it('looks for them at each run where it is told so', async () => {
    const harness = await watched();
    harness.serve(rowOf('a', 30 * MINUTE), rowOf('late', 30 * HOUR));
    expect(await harness.later(5 * MINUTE, { sweepEveryMs: 0 })).toMatchObject({ stored: 1, caughtUp: true });
    harness.serve(rowOf('a', 30 * MINUTE), rowOf('late', 30 * HOUR), rowOf('later', 40 * HOUR));
    expect(await harness.later(5 * MINUTE, { sweepEveryMs: 0 })).toMatchObject({ stored: 1 });
    expect(await harness.later(5 * MINUTE, { sweepEveryMs: 0 })).toMatchObject({ stored: 0 });
  });

  it('after an outage goes on from the watermark, in parts that each count', async () => {
    const harness = await watched();
    harness.serve(...Array.from({ length: 20 }, (_, n) => rowOf(`f${n}`, HOUR - n * HOUR)));
    expect(await harness.later(20 * HOUR)).toMatchObject({ caughtUp: true, problems: [] });
    expect(harness.flows()).toHaveLength(21);
    expect(harness.server.asked[0]?.from).toBe(micros('2026-11-23T10:50:00Z'));
    expect(harness.stored().filter(({ firstRun }) => firstRun)).toHaveLength(1);
  });

  it('keeps rows as long as it is told, and at least until they can be served no more', async () => {
    const harness = new TrafficHarness().serve(rowOf('a', HOUR));
    await harness.run({ keepMs: 24 * HOUR });
    expect(harness.stored()[0]?.expiresAt).toBe((NOON.getTime() + 8 * 24 * HOUR) / 1000);
    harness.serve(rowOf('b', HOUR / 2));
    await harness.later(5 * MINUTE, { keepMs: 400 * 24 * HOUR });
    expect(harness.stored()[1]?.expiresAt).toBe((NOON.getTime() + 5 * MINUTE + 400 * 24 * HOUR) / 1000);
  });

  it('never says more than the server’s own clock allows', async () => {
    const harness = await watched();
    harness.server.date = () => new Date(NOON.getTime() + 2 * MINUTE);
    await harness.later(30 * MINUTE);
    expect((await harness.cursor()).watermark).toBe(micros('2026-11-23T11:52:00Z'));
  });

  it('leaves the work to the run that has the lease', async () => {
    const harness = await watched();
    await harness.stores.state.put({
      key: `lease#${TENANT}#traffic`,
      version: 3,
      body: { owner: 'other', until: NOON.getTime() + HOUR },
    });
    expect(await harness.later(5 * MINUTE)).toMatchObject({ skipped: 'busy', stored: 0 });
  });
});

describe('rows of an hour', () => {
  it('are spread over as many parts as configured, from the next hour on', async () => {
    const harness = new TrafficHarness();
    await harness.run();
    harness.serve(...Array.from({ length: 20 }, (_, n) => rowOf(`f${n}`, n < 10 ? 5 * MINUTE : -HOUR - 5 * MINUTE)));
    await harness.later(20 * MINUTE, { shards: 4 });
    await harness.later(70 * MINUTE, { shards: 4 });
    const parts = new Set([...harness.stores.events.traffic.keys()].map((key) => key.split('|')[0]));
    expect(parts).toContain('default#traffic#2026-11-23T11');
    const spread = [...parts].filter((part) => part?.includes('T13#'));
    expect(spread.length).toBeGreaterThan(1);
    expect(Object.keys(harness.marks()).filter((bucket) => bucket.startsWith('2026-11-23T13'))).toEqual(
      [0, 1, 2, 3].map((n) => `2026-11-23T13#${n}/4`),
    );
  });
});

describe('however a day of flows is split into polls', () => {
  interface Copy {
    readonly flow: number;
    /** Minutes after noon. */
    readonly shownAfter: number;
    readonly bytes: number;
  }
  const copies = fc.array(
    fc.record({ flow: fc.nat(7), shownAfter: fc.integer({ min: 0, max: 26 * 60 }), bytes: fc.nat(5) }),
    { minLength: 1, maxLength: 30 },
  );
  const pauses = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 10 });

  /** Of each row the newest copy that is shown at `now`. */
  function shownAt(now: Date, all: readonly Copy[]): TrafficEvent[] {
    const newest = new Map<number, TrafficEvent>();
    for (const { flow, shownAfter, bytes } of all) {
      const counters = { tx_bytes: bytes * 10, rx_bytes: bytes > 2 ? bytes : 0 };
      if (NOON.getTime() + shownAfter * MINUTE <= now.getTime())
        newest.set(flow, rowOf(`f${flow}`, -flow * HOUR, counters));
    }
    return [...newest.values()];
  }

  it('it comes to the same rows and to the same sum of what rules see', () =>
    fc.assert(
      fc.asyncProperty(copies, pauses, fc.boolean(), async (all, minutes, forgets) => {
        const harness = new TrafficHarness();
        await harness.run();
        harness.server.before = () => {
          harness.server.rows = shownAt(harness.now, all);
        };
        for (const pause of [...minutes, 26 * 60, 7 * 60]) {
          if (forgets) harness.restart();
          await harness.later(pause * MINUTE);
        }
        const stored = new Map(harness.stored().map((row) => [trafficIdentity(row), row as TrafficEvent]));
        const sums = TRAFFIC_COUNTERS.map((name) =>
          [...stored.values()].reduce((sum, row) => sum + (row[name] ?? 0), 0),
        );
        expect(TRAFFIC_COUNTERS.map((name) => harness.sums.get(name) ?? 0)).toEqual(sums);
        const missing = harness.server.rows.filter((row) => {
          const known = stored.get(trafficIdentity(row));
          return !known || furtherRow(known, row);
        });
        expect(missing).toEqual([]);
      }),
      { numRuns: 15 },
    ));
});
