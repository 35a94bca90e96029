import { trafficCursorKey } from '../../lib/store/cursor.ts';
import { HOUR, NOON, rowOf, TENANT, TrafficHarness } from './traffic-harness.ts';

/** What a run sees that meets much at once: growth, late rows, garbage, a gap before. */
async function prepared(): Promise<TrafficHarness> {
  const harness = new TrafficHarness();
  const cursor = { watermark: NOON.getTime() * 1000, sweptAt: NOON.getTime(), caughtUp: true, shards: [] };
  await harness.stores.state.put({ key: trafficCursorKey(TENANT), version: 1, body: cursor });
  harness.now = new Date(NOON.getTime() + 49 * HOUR);
  const rows = Array.from({ length: 6 }, (_, n) => rowOf(`f${n}`, -HOUR * (10 + n * 7)));
  const grown = rowOf('f0', -HOUR * 10, { tx_bytes: 9000 });
  const garbage = { flow_id: 'x' } as never;
  return harness.restart().serve(...rows, grown, garbage);
}

async function outcomeOf(harness: TrafficHarness) {
  const { sweptAt: _s, sweepReached: _r, lastPollAt: _p, ...cursor } = await harness.cursor();
  return {
    flows: harness.flows(),
    rows: harness.stored(),
    quarantined: [...harness.stores.events.quarantined.values()].map(({ raw }) => raw),
    told: harness.problemsTold().sort(),
    cursor,
    marks: harness.marks(),
    sums: [...harness.sums],
  };
}

describe('a run over traffic that dies', () => {
  it('at any call of a store or of what it tells, loses nothing and doubles nothing: the next run makes it whole', async () => {
    const undisturbed = await prepared();
    await undisturbed.run();
    const wanted = await outcomeOf(undisturbed);
    expect(wanted).toMatchObject({ quarantined: ['{"flow_id":"x"}'], told: ['gap', 'quarantined'] });
    expect(wanted.flows).toHaveLength(6);

    let survived = false;
    let deaths = 0;
    for (; !survived; deaths += 1) {
      const harness = await prepared();
      harness.dieAfter = deaths;
      await harness.run().then(
        () => {
          survived = true;
        },
        (error) => expect(String(error)).toContain('killed'),
      );
      harness.dieAfter = Number.POSITIVE_INFINITY;
      if (!survived) expect(await harness.restart().run()).toMatchObject({ caughtUp: true });
      expect(await outcomeOf(harness)).toEqual(wanted);
    }
    // Each row, watermark, cursor, lease, quarantine, and what was told.
    expect(deaths).toBeGreaterThan(100);
  });

  it('in its first run, again and again, ends with everything stored once and one watermark for all hours', async () => {
    const harness = new TrafficHarness().serve(
      ...Array.from({ length: 8 }, (_, n) => rowOf(`f${n}`, HOUR * (1 + n * 20))),
    );
    for (let n = 1; n < 60; n += 1) {
      harness.dieAfter = n;
      await harness
        .restart()
        .run()
        .catch((error) => expect(String(error)).toContain('killed'));
    }
    harness.dieAfter = Number.POSITIVE_INFINITY;
    await harness.run();
    expect(harness.flows()).toHaveLength(8);
    expect(harness.sums.get('tx_bytes')).toBe(8 * 5000);
    expect(Object.keys(harness.marks())).toHaveLength(168);
    expect(await harness.stores.state.getMany([`lease#${TENANT}#traffic`])).toHaveProperty('size', 1);
  });
});
