import type { TrafficEvent } from '../../lib/model/traffic.ts';
import { HOUR, MINUTE, rowOf, TrafficHarness } from './traffic-harness.ts';

describe('pages', () => {
  const many = (count: number, ago = 30 * MINUTE) =>
    Array.from({ length: count }, (_, n) => rowOf(`f${String(n).padStart(3, '0')}`, ago + n * 1000));

  it('are all read', async () => {
    const harness = new TrafficHarness().serve(...many(25));
    harness.server.pageSize = 10;
    expect(await harness.run()).toMatchObject({ stored: 25 });
    expect(harness.server.asked.filter(({ page }) => page === 3)).toHaveLength(1);
  });

  it.each([
    ['rows come in while they are turned', 1],
    ['rows go while they are turned', -1],
  ])('are read again when %s: nothing is missed', async (_, direction) => {
    const harness = new TrafficHarness();
    const rows = many(40);
    harness.serve(...rows.slice(5));
    harness.server.pageSize = 10;
    let turned = 0;
    harness.server.before = ({ page }) => {
      if (page === 1 || turned >= 5) return;
      turned += 1;
      harness.server.rows = direction > 0 ? rows.slice(5 - turned) : harness.server.rows.slice(1);
    };
    await harness.run();
    const last = new Set(harness.server.rows.map(({ flow_id }) => flow_id));
    expect(harness.flows().filter((flow) => last.has(flow))).toHaveLength(last.size);
  });

  it('are read again until two readings agree where rows come twice', async () => {
    const harness = new TrafficHarness();
    harness.serve(...many(15), ...many(15));
    harness.server.pageSize = 10;
    expect(await harness.run()).toMatchObject({ stored: 15, caughtUp: true });
    expect(harness.server.asked.filter(({ page }) => page === 3)).toHaveLength(2);
  });

  it('of a server that has no pages are one', async () => {
    const harness = new TrafficHarness().serve(...many(3));
    harness.server.wrap = (data) => data;
    expect(await harness.run()).toMatchObject({ stored: 3, caughtUp: true });
  });

  it('of a server that knows no total end with one that is not full', async () => {
    const harness = new TrafficHarness().serve(...many(3));
    harness.server.wrap = (data) => ({ data: data.length > 0 ? data : null });
    expect(await harness.run()).toMatchObject({ stored: 3, caughtUp: true });
  });
});

describe('more rows than NetBird shows', () => {
  it('are found by dividing the time', async () => {
    const harness = new TrafficHarness();
    harness.server.most = 300;
    harness.server.rows = Array.from({ length: 1000 }, (_, n) => rowOf(`f${n}`, HOUR + n * 1000));
    expect(await harness.run()).toMatchObject({ stored: 1000, caughtUp: true, problems: [] });
  });

  it('within one second are told', async () => {
    const harness = new TrafficHarness().serve(...Array.from({ length: 5 }, (_, n) => rowOf(`f${n}`, HOUR)));
    harness.server.most = 4;
    const report = await harness.run();
    expect(report).toMatchObject({ stored: 4, caughtUp: true, problems: [{ code: 'traffic_capped' }] });
    expect(report.problems[0]?.message).toMatch(/\(2026-11-23T(10:59:59|11:00:00)\.000Z/);
    expect(harness.problemsTold()).toEqual(['traffic_capped']);
    const again = await harness.restart().later(5 * MINUTE);
    expect(again).toMatchObject({ problems: [{ code: 'traffic_capped' }] });
    expect(harness.unread().at(-1)?.[0]).toMatch(/^2026-11-23T(10:59:59|11:00:00)/);
  });
});

describe('a source', () => {
  it('without the endpoint is no error: it is said once, and looked at again after a day', async () => {
    const harness = new TrafficHarness();
    harness.server.refusal = { status: 404, body: '404 page not found', contentType: 'text/plain; charset=utf-8' };
    const first = await harness.run();
    expect(first).toMatchObject({ skipped: 'unavailable', problems: [], sourceReached: true, caughtUp: true });
    expect(first.notes).toMatchObject([{ code: 'traffic_unavailable' }]);
    expect(await harness.later(HOUR)).toMatchObject({ skipped: 'unavailable', notes: [] });
    expect(harness.server.asked).toHaveLength(1);
    expect(await harness.later(24 * HOUR)).toMatchObject({ notes: [] });
    expect(harness.server.asked).toHaveLength(2);
    expect(harness.told.size).toBe(0);
    harness.server.refusal = undefined;
    harness.serve(rowOf('a', -24 * HOUR));
    expect(await harness.later(24 * HOUR)).toMatchObject({ stored: 1, caughtUp: true });
  });

  it.each([
    [402, 'payment required', 'plan'],
    [403, 'permission denied', 'may not read traffic'],
  ])('that refuses with %d has no traffic for us', async (status, message, words) => {
    const harness = new TrafficHarness();
    harness.server.refusal = { status, body: JSON.stringify({ message, code: status }) };
    const { notes } = await harness.run();
    expect(notes[0]?.message).toContain(words);
    expect(harness.told.size).toBe(0);
  });

  it('that worked and refuses is an outage, which is told once, and its end', async () => {
    const harness = new TrafficHarness().serve(rowOf('a', HOUR));
    await harness.run();
    harness.server.refusal = { status: 403, body: '{"message":"permission denied","code":403}' };
    expect(await harness.later(5 * MINUTE)).toMatchObject({
      sourceReached: false,
      problems: [{ code: 'role_denied' }],
    });
    await harness.later(5 * MINUTE);
    harness.server.refusal = undefined;
    await harness.later(5 * MINUTE);
    expect(harness.problemsTold()).toEqual(['role_denied', 'over']);
    expect([...harness.told.values()][0]?.title).toBe(
      'NetBird’s traffic events cannot be read: the token’s user may not read NetBird’s events',
    );
  });

  it('that was out of sight for longer than NetBird keeps rows has a gap, from when to when', async () => {
    const harness = new TrafficHarness().serve(rowOf('a', 30 * MINUTE));
    await harness.run();
    harness.serve(rowOf('b', -52 * HOUR));
    const report = await harness.restart().later(100 * HOUR);
    expect(report).toMatchObject({ caughtUp: true, problems: [{ code: 'gap' }] });
    expect(report.problems[0]?.message).toContain('between 2026-11-23T11:50:00.000Z and 2026-11-25T16:00:00.000Z');
    expect(harness.problemsTold()).toEqual(['gap']);
    // Nothing was served at first, so that all was unknown up to there; then it began again.
    const [silence, ...later] = harness.unread().filter(([from]) => from === '2026-11-23T11:50:00.000Z');
    expect(silence).toEqual(['2026-11-23T11:50:00.000Z', '2026-11-23T17:50:00.000Z']);
    expect(later.at(-1)).toEqual(['2026-11-23T11:50:00.000Z', '2026-11-25T16:00:00.000Z']);
  });

  it('that still has what came before the outage has none', async () => {
    const harness = new TrafficHarness().serve(rowOf('a', 30 * MINUTE));
    await harness.run();
    harness.serve(rowOf('a', 30 * MINUTE), rowOf('b', -52 * HOUR));
    expect(await harness.later(100 * HOUR)).toMatchObject({ stored: 1, problems: [] });
    harness.serve(rowOf('b', -52 * HOUR));
    expect(await harness.restart().later(5 * MINUTE)).toMatchObject({ problems: [] });
  });

  it('that serves what is no row keeps nobody from the others', async () => {
    const harness = new TrafficHarness();
    const { window_start: _s, window_end: _e, ...timeless } = rowOf('t', HOUR);
    const { num_of_starts: _n, num_of_ends: _m, num_of_drops: _d, ...older } = timeless;
    const events = [{ type: 'TYPE_START', timestamp: '2026-11-23T11:00:00.5Z' }];
    const odd = { flow_id: 'v0.39', user_email: 'ada@example.com' } as unknown as TrafficEvent;
    harness.serve(rowOf('a', HOUR), timeless, { ...older, flow_id: 'old', events }, odd);
    harness.server.wrap = (data, page) => ({ ...page, data });
    const report = await harness.run();
    expect(report).toMatchObject({ stored: 2, caughtUp: true });
    expect(harness.flows()).toEqual(['a', 'old']);
    const raws = [...harness.stores.events.quarantined.values()].map(({ source, reason }) => [source, reason]);
    expect(raws.sort()).toEqual([
      ['traffic', expect.stringContaining('reporter_id')],
      ['traffic', 'window_start: is missing, and there are no sub-events'],
    ]);
    expect(harness.problemsTold()).toEqual(['quarantined']);
  });
});
