import type { CollectReport } from '../../lib/collect/collect-audit.ts';
import type { AuditEvent } from '../../lib/model/event.ts';
import { parseTimestamp } from '../../lib/model/timestamp.ts';
import { auditEvent, Harness, newestFirst, SECOND } from './harness.ts';

const COUNT = 2000;
const EVENTS = newestFirst(
  Array.from({ length: COUNT }, (_, index) => auditEvent(index + 1, (COUNT - index) * 10 * SECOND)),
);

/** Runs as a scheduler does: 60 s each, until one has caught up. */
async function runs(harness: Harness, most: number): Promise<CollectReport[]> {
  const reports: CollectReport[] = [];
  while (reports.length < most && !reports.at(-1)?.caughtUp) {
    reports.push(await harness.run({ deadline: new Date(harness.now.getTime() + 60 * SECOND) }));
  }
  return reports;
}

const micros = (event: AuditEvent | undefined) => parseTimestamp(event?.timestamp ?? '')?.micros;

describe('a run whose time is short', () => {
  it('stops before its end, and the next ones go on until all is stored', async () => {
    const harness = new Harness().serve(EVENTS);
    harness.costMs = 100;
    const started = harness.now.getTime();
    const first = await harness.run({ deadline: new Date(started + 60 * SECOND) });
    expect(harness.now.getTime()).toBeLessThan(started + 100 * SECOND);
    expect(first).toMatchObject({ caughtUp: false, sourceReached: true, problems: [] });
    expect(first.stored).toBeGreaterThan(0);
    expect(first.stored).toBeLessThan(COUNT);

    // The oldest events, without a hole, and the mark at the last of them; no watermark says that all is in.
    const oldestFirst = EVENTS.toReversed();
    expect(await harness.storedIds()).toEqual(oldestFirst.slice(0, first.stored).map(({ id }) => id));
    expect((await harness.cursor()).mark).toBe(micros(oldestFirst[first.stored - 1]));
    expect((await harness.cursor()).watermark).toBeUndefined();
    expect(harness.stores.events.watermarks.size).toBe(0);

    const rest = await runs(harness, 20);
    expect(rest.at(-1)).toMatchObject({ caughtUp: true });
    expect(await harness.storedIds()).toHaveLength(COUNT);
    expect((await harness.stored()).every(({ firstRun }) => firstRun)).toBe(true);
    expect((await harness.cursor()).mark).toBe(micros(EVENTS[0]));
    expect(harness.told.size).toBe(0);
  });

  it('tells a gap once, although several runs are needed to fill up', async () => {
    const harness = new Harness().serve([auditEvent(1, COUNT * 60 * SECOND)]);
    await harness.run();
    harness.serve(EVENTS.map((event) => ({ ...event, id: `9${event.id.padStart(5, '0')}` })));
    harness.costMs = 100;
    await runs(harness, 20);
    expect(await harness.storedIds()).toHaveLength(COUNT + 1);
    expect(harness.problemsTold()).toEqual(['gap']);
  });

  it('keeps what it has read when the answer takes too long, and leaves the mark', async () => {
    const harness = new Harness().serve(EVENTS.slice(0, 300));
    await harness.run();
    const before = await harness.cursor();
    const more = Array.from({ length: 400 }, (_, index) => auditEvent(5000 + index, -index * SECOND));
    harness.serve(newestFirst([...more, ...EVENTS]));
    harness.lookMs = 100;
    const deadline = new Date(harness.now.getTime() + 2 * SECOND);
    const report = await harness.run({ deadline });
    expect(report).toMatchObject({ caughtUp: false, sourceReached: false });
    expect(report.problems.map(({ code }) => code)).toEqual(['body_cut']);
    expect(report.stored).toBeGreaterThan(0);
    expect(report.stored).toBeLessThan(400);
    expect(harness.now.getTime()).toBeLessThanOrEqual(deadline.getTime());
    // What is older was not read: a hole, which neither mark nor watermark may pass.
    expect(await harness.cursor()).toEqual(before);
    harness.lookMs = 0;
    expect(await harness.run()).toMatchObject({ caughtUp: true, stored: 400 + COUNT - 300 - report.stored });
  });
});
