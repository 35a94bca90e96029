import fc from 'fast-check';
import type { AuditEvent } from '../../lib/model/event.ts';
import { microsOf, parseTimestamp } from '../../lib/model/timestamp.ts';
import { auditEvent, Harness, HOUR, NOON, newestFirst, SECOND } from './harness.ts';

const MINUTE = 60 * SECOND;
const microsAt = (event: AuditEvent | undefined) => parseTimestamp(event?.timestamp ?? '')?.micros;

/** `count` events, one every `every` milliseconds, the newest of them now; ids rise with time. */
function history(count: number, every = MINUTE, firstId = 1): AuditEvent[] {
  return newestFirst(
    Array.from({ length: count }, (_, index) => auditEvent(firstId + index, (count - 1 - index) * every)),
  );
}

describe('the first run', () => {
  it('stores all, oldest first, as history, and says how many alert nobody', async () => {
    const harness = new Harness().serve(history(300));
    const report = await harness.run();
    expect(report).toMatchObject({ stored: 300, quarantined: 0, problems: [], caughtUp: true, sourceReached: true });
    // One a minute: the last hour's 61, both ends counted, alert.
    expect(report.storedWithoutAlert).toEqual([{ reason: 'first_run_history', count: 239 }]);
    expect(harness.puts).toEqual([...harness.puts].sort());
    const stored = await harness.stored();
    expect(stored).toHaveLength(300);
    expect(stored.every((row) => row.firstRun && row.collectedAt === NOON.toISOString())).toBe(true);
    expect(stored[0]).toMatchObject({ ...history(300).at(-1), tenant: 'default', source: 'audit' });
  });

  it('is over once it is complete, also on an empty log: what comes then alerts', async () => {
    const harness = new Harness().serve([]);
    expect(await harness.run()).toMatchObject({ stored: 0, caughtUp: true });
    harness.serve([auditEvent(1, 0)]);
    expect(await harness.later(MINUTE)).toMatchObject({ stored: 1, storedWithoutAlert: [] });
    expect((await harness.stored())[0]?.firstRun).toBeUndefined();
  });

  it('is not what an outage is followed by', async () => {
    const harness = new Harness().serve(history(5));
    await harness.run();
    harness.now = new Date(NOON.getTime() + 48 * HOUR);
    harness.serve([...newestFirst([auditEvent(7, -40 * HOUR), auditEvent(6, -20 * HOUR)]), ...history(5)]);
    expect(await harness.run()).toMatchObject({ stored: 2, storedWithoutAlert: [], problems: [] });
    expect((await harness.stored()).filter((row) => row.firstRun)).toHaveLength(5);
  });

  it('puts the watermark into every day from the oldest event on', async () => {
    const harness = new Harness().serve(history(4, 24 * HOUR));
    await harness.run();
    expect([...harness.stores.events.watermarks.values()]).toEqual(
      ['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23'].map((bucket) => ({
        tenant: 'default',
        source: 'audit',
        bucket,
        upTo: microsOf(NOON),
      })),
    );
  });
});

describe('a poll', () => {
  it('stops where everything further back is stored, and reads little', async () => {
    const harness = new Harness().serve(history(9000));
    await harness.run();
    const idle = await harness.later(MINUTE);
    expect(idle).toMatchObject({ stored: 0, caughtUp: true });
    expect(idle.bytesRead).toBeLessThan(30_000);
    expect((await harness.cursor()).watermark).toBe(microsOf(NOON) + 60_000_000);
  });

  it('finds what comes late: with a smaller id and an earlier time than what was served', async () => {
    const harness = new Harness().serve(newestFirst([auditEvent(1, 3 * HOUR), auditEvent(3, MINUTE)]));
    await harness.run();
    harness.serve(newestFirst([auditEvent(1, 3 * HOUR), auditEvent(2, 59 * MINUTE), auditEvent(3, MINUTE)]));
    expect(await harness.later(MINUTE)).toMatchObject({ stored: 1, problems: [] });
    expect(await harness.storedIds()).toEqual(['1', '2', '3']);
  });

  it('finds events far behind the mark with the full read, every six hours', async () => {
    const all = history(40, HOUR);
    const harness = new Harness().serve(all.filter(({ id }) => id !== '7'));
    await harness.run();
    harness.serve(all);
    expect(await harness.later(MINUTE)).toMatchObject({ stored: 0 });
    expect(await harness.later(6 * HOUR)).toMatchObject({ stored: 1, problems: [] });
  });

  it('does not put the full read off by the short ones in between', async () => {
    const all = history(40, HOUR);
    const harness = new Harness().serve(all.filter(({ id }) => id !== '7'));
    await harness.run();
    harness.serve(all);
    for (let hour = 1; hour < 6; hour += 1) expect(await harness.later(HOUR)).toMatchObject({ stored: 0 });
    expect(await harness.later(HOUR)).toMatchObject({ stored: 1 });
  });

  it('says with the watermark what is in: in every day since the last one, and never past the answer’s Date', async () => {
    const harness = new Harness().serve(history(2));
    await harness.run();
    harness.now = new Date('2026-11-25T00:30:00Z');
    await harness.serve(history(2), { date: new Date('2026-11-25T00:10:00Z') }).run();
    const upTo = microsOf(new Date('2026-11-25T00:10:00Z'));
    const shown = [...harness.stores.events.watermarks.values()].map((row) => [row.bucket, row.upTo]);
    expect(shown).toEqual([
      ['2026-11-23', upTo],
      ['2026-11-24', upTo],
      ['2026-11-25', upTo],
    ]);
    await harness.serve(history(2), { date: new Date('2026-11-25T00:05:00Z') }).later(MINUTE);
    expect((await harness.cursor()).watermark).toBe(upTo);
  });

  it('reads all when the order turns out not to be newest first', async () => {
    const old = history(50, HOUR);
    const harness = new Harness().serve(old);
    await harness.run();
    harness.serve([...old.toReversed(), auditEvent(51, -MINUTE)]);
    expect(await harness.later(2 * MINUTE)).toMatchObject({ stored: 1, caughtUp: true });
  });

  it('takes no harm from a user.join that vanishes', async () => {
    const harness = new Harness().serve(history(5));
    await harness.run();
    harness.serve(history(5).slice(1));
    expect(await harness.later(MINUTE)).toMatchObject({ stored: 0, problems: [], caughtUp: true });
    harness.serve([auditEvent(6, -90 * SECOND), ...history(5).slice(1)]);
    expect(await harness.later(MINUTE)).toMatchObject({ stored: 1, problems: [] });
  });

  it('takes events of one moment apart by id, and times to the microsecond', async () => {
    const moment = { timestamp: '2026-11-23T11:00:00.1234567Z' };
    const events = [auditEvent(2, 0, moment), auditEvent(1, 0, moment)];
    const harness = new Harness().serve(events);
    await harness.run();
    const moved = events.map((event) => ({ ...event, timestamp: '2026-11-23T11:00:00.123456Z' }));
    expect(await harness.serve(moved).later(MINUTE)).toMatchObject({ stored: 0 });
  });

  it('keeps the first copy when names vanish from the answer', async () => {
    const harness = new Harness().serve(history(3));
    await harness.run();
    harness.serve(history(3).map((event) => ({ ...event, initiator_name: '' })));
    await harness.later(7 * HOUR);
    expect((await harness.stored()).every(({ initiator_name }) => initiator_name === 'Tom')).toBe(true);
  });

  it('writes more than 25 new events in event order, without overwriting', async () => {
    const harness = new Harness().serve(history(10));
    await harness.run();
    harness.puts.length = 0;
    harness.serve([...history(700, SECOND, 11), ...history(10)]);
    expect(await harness.later(MINUTE)).toMatchObject({ stored: 700, storedWithoutAlert: [] });
    expect(harness.puts).toEqual([...harness.puts].sort());
  });

  it('gives what is no longer to be kept no second life', async () => {
    const keepMs = 24 * HOUR;
    const harness = new Harness().serve(history(3, HOUR));
    await harness.run({ keepMs });
    expect((await harness.stored())[0]?.expiresAt).toBe((NOON.getTime() + keepMs) / 1000);
    const emptied = new Harness();
    await emptied.stores.state.put({
      key: 'cursor#default#audit',
      version: 1,
      body: await harness.cursor(),
    });
    emptied.now = new Date(NOON.getTime() + 48 * HOUR);
    emptied.serve([auditEvent(4, -26 * HOUR), ...history(3, HOUR)]);
    await emptied.run({ keepMs });
    // The two within the overlap are not known to be stored; the third is known to be forgotten.
    expect(await emptied.storedIds()).toEqual(['2', '3', '4']);
  });

  it('does nothing while another run is at it', async () => {
    const harness = new Harness().serve(history(3));
    const [first, second] = await Promise.all([harness.run({ owner: 'a' }), harness.run({ owner: 'b' })]);
    expect([first.busy, second.busy].filter(Boolean)).toHaveLength(1);
    expect(first.stored + second.stored).toBe(3);
  });

  it('ends with everything stored once, whatever part of the log each poll sees', async () => {
    const all = history(120, 40 * SECOND);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ hidden: fc.uniqueArray(fc.nat(119)), shuffled: fc.boolean() }), { maxLength: 4 }),
        async (polls) => {
          const harness = new Harness();
          for (const { hidden, shuffled } of polls) {
            const seen = all.filter((_event, index) => !hidden.includes(index));
            await harness.serve(shuffled ? seen.toReversed() : seen).later(MINUTE);
          }
          await harness.serve(all).later(7 * HOUR);
          expect((await harness.storedIds()).map(Number)).toEqual(all.map(({ id }) => Number(id)).reverse());
          expect((await harness.cursor()).mark).toBe(microsAt(all[0]));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('the mark', () => {
  it('never passes the answer’s own second, and the operator hears that the clock is wrong', async () => {
    const harness = new Harness().serve([auditEvent(2, -HOUR), auditEvent(1, MINUTE)]);
    const report = await harness.run();
    expect(report.problems).toEqual([{ code: 'clock_skew', message: expect.stringContaining('13:00:00') }]);
    expect((await harness.cursor()).mark).toBe(microsOf(NOON) + 999_999);
    expect(harness.problemsTold()).toEqual(['clock_skew']);
    expect(await harness.later(MINUTE)).toMatchObject({ stored: 0, problems: [] });
    harness.serve([auditEvent(2, -HOUR), auditEvent(3, -MINUTE), auditEvent(1, MINUTE)]);
    expect(await harness.later(MINUTE)).toMatchObject({ stored: 1, problems: [] });
  });

  it('that a wrong clock has moved into the future hides nothing once the clock is right', async () => {
    const ahead = 24 * HOUR;
    const harness = new Harness();
    harness.serve(history(30, 10 * MINUTE).map((event) => ({ ...event, timestamp: later(event, ahead) })));
    harness.now = new Date(NOON.getTime() + ahead);
    await harness.run();
    harness.now = new Date(NOON.getTime() + HOUR);
    const old = JSON.parse(harness.answer.body) as AuditEvent[];
    harness.serve([...old, auditEvent(31, -50 * MINUTE)]);
    expect(await harness.run()).toMatchObject({ stored: 1, caughtUp: true });
  });
});

function later(event: AuditEvent, millis: number): string {
  return new Date(Date.parse(event.timestamp) + millis).toISOString();
}

describe('a log with a break', () => {
  it('is a gap when the oldest event served is newer than the mark: told once, from when to when', async () => {
    const harness = new Harness().serve(history(10));
    await harness.run();
    harness.serve(newestFirst([auditEvent(501, -2 * MINUTE), auditEvent(502, -3 * MINUTE)]));
    const report = await harness.later(5 * MINUTE);
    expect(report).toMatchObject({ stored: 2, caughtUp: true });
    expect(report.problems.map(({ code }) => code)).toEqual(['gap']);
    expect(report.problems[0]?.message).toContain('between 2026-11-23T12:00:00.000Z and 2026-11-23T12:02:00.000Z');
    expect((await harness.later(MINUTE)).problems).toEqual([]);
    expect(harness.problemsTold()).toEqual(['gap']);
  });

  it.each([
    ['fewer', 5],
    ['more', 50],
  ])(
    'is a restarted log when ids begin again, with %s events than before: told once, and as no gap',
    async (_, count) => {
      const harness = new Harness().serve(history(20));
      await harness.run();
      expect((await harness.serve([]).later(MINUTE)).problems).toEqual([]);
      harness.now = new Date(NOON.getTime() + 2 * HOUR);
      harness.serve(newestFirst(Array.from({ length: count }, (_each, index) => auditEvent(index + 1, -HOUR - index))));
      const report = await harness.run();
      expect(report.stored).toBe(count);
      expect(report.problems.map(({ code }) => code)).toEqual(['log_restarted']);
      const next = [auditEvent(count + 1, -2 * HOUR), ...(JSON.parse(harness.answer.body) as AuditEvent[])];
      expect(await harness.serve(next).later(MINUTE)).toMatchObject({ stored: 1, problems: [] });
      expect(harness.problemsTold()).toEqual(['log_restarted']);
    },
  );

  it('is a restarted log also when an old copy of it was put back', async () => {
    const harness = new Harness().serve(history(20));
    await harness.run();
    harness.serve([auditEvent(15, -MINUTE), ...history(20).slice(6)]);
    const report = await harness.later(2 * MINUTE);
    expect(report.problems.map(({ code }) => code)).toEqual(['log_restarted']);
    expect((await harness.cursor()).highestId).toBe('15');
  });
});

describe('what is no event', () => {
  const garbage = { id: 'x', timestamp: 'yesterday' };

  it('is kept raw, with the reason, holds nothing up, and is counted and told once', async () => {
    const harness = new Harness().serve([auditEvent(2, 0), garbage, auditEvent(1, MINUTE)]);
    const report = await harness.run();
    expect(report).toMatchObject({ stored: 2, quarantined: 1, caughtUp: true });
    expect(report.problems.map(({ code }) => code)).toEqual(['quarantined']);
    const [row] = harness.stores.events.quarantined.values();
    expect(row).toMatchObject({ raw: JSON.stringify(garbage), receivedAt: NOON.toISOString() });
    expect(row?.reason).toContain('id');
    expect(await harness.later(MINUTE)).toMatchObject({ quarantined: 0, problems: [] });
    harness.serve([auditEvent(3, -MINUTE), 'not an event', garbage, auditEvent(2, 0)]);
    expect(await harness.later(MINUTE)).toMatchObject({ stored: 1, quarantined: 1 });
    expect(harness.stores.events.quarantined.size).toBe(2);
    expect(harness.problemsTold()).toEqual(['quarantined', 'quarantined']);
  });
});
