import { hoursToSum, hoursToSumAgain } from '../../lib/collect/sum-traffic.ts';
import type { TrafficSum } from '../../lib/model/traffic-sum.ts';
import { HOUR, MINUTE, NOON, rowOf, TrafficHarness } from './traffic-harness.ts';

const DAY = 24 * HOUR;
const rollup = { store: 'rollup', keepMs: 400 * DAY } as const;

function sumsOf(harness: TrafficHarness): Record<string, number> {
  const sums = [...harness.stores.events.sums].map(([key, sum]: [string, TrafficSum]) => [
    `${key.split('#')[1]} ${sum.destination.port}`,
    sum.tx_bytes,
  ]);
  return Object.fromEntries(sums.sort());
}

describe('with store: rollup', () => {
  const { destination } = rowOf('a', 0);
  const web = { destination: { ...destination, address: '100.64.0.9:80' } };

  it('rows are kept for eight days, and hourly sums are made once an hour is over', async () => {
    const harness = new TrafficHarness().serve(
      rowOf('a', 3 * HOUR),
      rowOf('b', 3 * HOUR - 5 * MINUTE),
      rowOf('c', 3 * HOUR - 6 * MINUTE, web),
      rowOf('d', 2 * HOUR),
      rowOf('open', 30 * MINUTE),
    );
    await harness.run(rollup);
    expect(new Set(harness.stored().map(({ expiresAt }) => expiresAt))).toEqual(
      new Set([(NOON.getTime() + 8 * DAY) / 1000]),
    );
    expect(sumsOf(harness)).toEqual({ '2026-11-23T09 443': 10_000, '2026-11-23T09 80': 5000 });
    await harness.later(20 * MINUTE, rollup);
    expect(sumsOf(harness)).toMatchObject({ '2026-11-23T10 443': 5000 });
    expect([...harness.stores.events.sums.values()][0]).toMatchObject({
      reporter_id: 'd2dhds53inke7ol0uhsq',
      source: { ip: '100.64.0.7', name: 'laptop-ada' },
      destination: { ip: '100.64.0.9', name: 'db-primary', port: 443 },
      user_id: 'auth0|64f0c2',
      rows: 2,
      num_of_starts: 4,
    });
  });

  it('what comes late or grows is added, and nothing counts twice, also where a run dies in between', async () => {
    const rows = [rowOf('a', 30 * HOUR), rowOf('b', 30 * HOUR - MINUTE)];
    const late = [rowOf('a', 30 * HOUR, { tx_bytes: 9000 }), ...rows.slice(1), rowOf('late', 30 * HOUR - 2 * MINUTE)];
    for (let n = 0; n < 40; n += 1) {
      const harness = new TrafficHarness().serve(...rows);
      await harness.run(rollup);
      expect(sumsOf(harness)).toEqual({ '2026-11-22T06 443': 10_000 });
      harness.serve(...late);
      harness.now = new Date(NOON.getTime() + 7 * HOUR);
      harness.dieAfter = n;
      await harness.run(rollup).catch(() => undefined);
      harness.dieAfter = Number.POSITIVE_INFINITY;
      await harness.later(5 * MINUTE, rollup);
      await harness.later(7 * HOUR, rollup);
      expect(sumsOf(harness)).toEqual({ '2026-11-22T06 443': 19_000 });
    }
  });

  it('begins with the present hour where rows were kept before', async () => {
    const harness = new TrafficHarness().serve(rowOf('a', 3 * HOUR), rowOf('b', 30 * MINUTE));
    await harness.run();
    expect(sumsOf(harness)).toEqual({});
    await harness.later(2 * HOUR, rollup);
    await harness.later(HOUR, rollup);
    expect(Object.keys(sumsOf(harness))).toEqual([]);
    harness.serve(rowOf('c', -2 * HOUR));
    await harness.later(3 * HOUR, rollup);
    expect(sumsOf(harness)).toEqual({ '2026-11-23T14 443': 5000 });
  });
});

describe('hours', () => {
  const at = (text: string) => Date.parse(text) * 1000;

  it('are summed when they are over', () => {
    expect(hoursToSum(at('2026-11-23T09:30:00Z'), at('2026-11-23T11:59:59Z'))).toEqual([
      '2026-11-23T09',
      '2026-11-23T10',
    ]);
    expect(hoursToSum(at('2026-11-23T11:00:00Z'), at('2026-11-23T11:59:59Z'))).toEqual([]);
  });

  it('are summed again as long as all their rows are there', () => {
    const buckets = new Set(['2026-11-13T09', '2026-11-23T09#1/4', '2026-11-23T09#2/4', '2026-11-23T11']);
    expect(hoursToSumAgain(buckets, at('2026-11-23T11:00:00Z'), at('2026-11-23T12:00:00Z'))).toEqual(['2026-11-23T09']);
  });
});
