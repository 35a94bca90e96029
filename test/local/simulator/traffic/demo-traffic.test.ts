import { createDemo } from '../../../../lib/local/simulator/demo.ts';
import { demoStory } from '../../../../lib/local/simulator/demo-story.ts';
import { trafficEventSchema, trafficIdentity, trafficTime } from '../../../../lib/model/traffic.ts';

const DAY = '2026-11-23';
const HOUR_MS = 3_600_000;
const { acts, traffic } = demoStory({ day: DAY });
const rows = traffic.map(({ row }) => row);
const nameOf = new Map(
  rows.flatMap(({ source, destination }) => [source, destination].map(({ id, name }) => [id, name])),
);

/** Bytes that a machine sent, by its own rows: hour (`11-23T13`) → sum. */
function sentBy(name: string): Map<string, number> {
  const hours = new Map<string, number>();
  for (const row of rows) {
    if (nameOf.get(row.reporter_id) !== name) continue;
    const hour = (row.window_start ?? row.events?.[0]?.timestamp ?? '').slice(5, 13);
    hours.set(hour, (hours.get(hour) ?? 0) + row.tx_bytes);
  }
  return hours;
}

describe('the traffic of the demo', () => {
  it('is a few thousand rows as the API has them, over two weeks and a day', () => {
    expect(rows.length).toBeGreaterThan(1000);
    expect(rows.length).toBeLessThan(3000);
    for (const row of rows) expect(() => trafficEventSchema.parse(row)).not.toThrow();
    const days = new Set(rows.map((row) => (row.window_start ?? row.events?.[0]?.timestamp ?? '').slice(0, 10)));
    expect([[...days].sort()[0], days.size]).toEqual(['2026-11-09', 15]);
  });

  it('is told by both ends of most flows, and has all that makes naive sums wrong', () => {
    const directions = rows.map(({ direction }) => direction);
    expect(directions.filter((each) => each === 'INGRESS').length).toBeGreaterThan(rows.length / 4);
    const silent = rows.filter(
      ({ tx_bytes, rx_bytes, num_of_starts = 0 }) => num_of_starts > 0 && tx_bytes + rx_bytes === 0,
    );
    expect(silent.length).toBeGreaterThan(10);
    expect(rows.some(({ source }) => source.address.startsWith('['))).toBe(true);
    expect(traffic.filter(({ grown }) => grown).length).toBeGreaterThan(10);
    expect(new Set(rows.map(trafficIdentity)).size).toBe(rows.length - traffic.filter(({ grown }) => grown).length);
  });

  it('is shown within ten minutes of its window, but for one row', () => {
    const late = traffic.filter(({ at, row }) => {
      const end = row.window_end === undefined ? (trafficTime(row)?.micros ?? 0) / 1000 : Date.parse(row.window_end);
      return at < end || at > end + 10 * 60_000;
    });
    expect(late).toHaveLength(1);
  });

  it('has a theft of many times what that laptop ever sent in an hour', () => {
    const hours = sentBy('lukasz-laptop');
    const stolen = hours.get('11-23T13') ?? 0;
    const usual = Math.max(...[...hours].filter(([hour]) => hour !== '11-23T13').map(([, bytes]) => bytes));
    expect(stolen).toBeGreaterThan(3e9);
    expect(stolen / usual).toBeGreaterThan(20);
  });

  it('has a backup that is larger than the theft, and the same every day', () => {
    const hours = [...sentBy('files')].filter(([hour]) => hour.endsWith('T13') || hour.endsWith('T01'));
    expect(hours).toHaveLength(30);
    for (const [hour, bytes] of hours) {
      const usual = hour.endsWith('T01') ? 8e9 : 6e9;
      expect(bytes / usual).toBeGreaterThan(0.8);
      expect(bytes / usual).toBeLessThan(1.3);
    }
  });

  it('comes act by act from the demo’s server, and lets each of the first two polls see a week', () => {
    const demo = createDemo();
    const count = (query: Record<string, string>): number => {
      const body = demo.simulator.traffic?.body(new URLSearchParams(query));
      return (JSON.parse(String(body)) as { total_records: number }).total_records;
    };
    const seen: number[] = [];
    while (demo.advance()) {
      if (seen.length < 2) expect(count({})).toBeGreaterThan(400);
      seen.push(count({ start_date: `${DAY}T07:00:00Z` }));
    }
    expect(seen).toHaveLength(acts.length);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBeGreaterThan((seen[0] ?? 0) + 50);
  });

  it('is the same each time, and on another day moves with it', () => {
    expect(demoStory({ day: DAY }).traffic).toEqual(traffic);
    const moved = demoStory({ day: '2026-11-30' }).traffic;
    expect(moved.map(({ at }) => at - 7 * 24 * HOUR_MS)).toEqual(traffic.map(({ at }) => at));
  });
});
