import fc from 'fast-check';
import { type OpenAlertValue, openAlertKey, reduceOpenAlert } from '../../lib/dispatch/open-alert.ts';
import type { Alert } from '../../lib/model/alert.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { finding, SECOND, START, summary } from './findings.ts';

const NOW = new Date('2026-11-23T10:00:05Z');
const rule = finding(0, 0).rule;

/** Runs each batch as one step, through JSON as a store would, and keeps the alerts as rows by revision. */
function play(batches: readonly (readonly Finding[])[]) {
  let value: OpenAlertValue | undefined;
  const rows = new Map<string, Alert>();
  const verdicts = [];
  const orders: string[] = [];
  for (const [index, batch] of batches.entries()) {
    const step = reduceOpenAlert(value, batch, { now: NOW, groupWaitMs: 20_000, version: index + 1 });
    value = JSON.parse(JSON.stringify(step.value));
    for (const alert of step.alerts) {
      rows.set(alert.id, alert);
      if (alert.toSendAt !== undefined) orders.push(alert.id);
    }
    verdicts.push(...step.verdicts);
  }
  return { rows: [...rows.values()].sort((a, b) => a.firstEventAt - b.firstEventAt), verdicts, orders, value };
}

function shape({ rows }: { rows: readonly Alert[] }) {
  return rows.map((row) => [
    (row.firstEventAt - START) / SECOND,
    (row.lastEventAt - START) / SECOND,
    row.count,
    row.openedAt,
    row.title,
    row.samples.map(({ ref }) => ref),
  ]);
}

describe('the key of an open alert', () => {
  it('tells tenant, rule and dedup key apart', () => {
    const keys = new Set([openAlertKey('a', 'r', 'k'), openAlertKey('a', 'r', 'l'), openAlertKey('a', 's', 'k')]);
    expect(keys.size).toBe(3);
    expect(openAlertKey('a', 'r', 'x'.repeat(10_000))).toMatch(/^open#a#r#[0-9a-f]{32}$/);
  });
});

describe('reducing findings to alerts', () => {
  it('opens an alert that waits for the group', () => {
    const { rows, verdicts } = play([[finding(0, 1)]]);
    expect(rows).toEqual([
      expect.objectContaining({ status: 'open', reason: 'opened', count: 1, revision: 1, openedAt: START }),
    ]);
    expect(rows[0]?.toSendAt).toBe(NOW.getTime() + 20_000);
    expect(verdicts).toEqual([{ findingId: 'f1', reason: 'opened', alertId: rows[0]?.id }]);
  });

  it('tells fourteen deletions of one burst in one alert', () => {
    const burst = Array.from({ length: 14 }, (_, index) => finding(index, index + 1));
    const { rows, orders } = play([burst]);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.count).toBe(14);
    expect(rows[0]?.samples.map(({ target }) => target)).toEqual(burst.map((_, index) => `route-${index + 1}`));
    expect(orders).toHaveLength(1);
  });

  it('only counts what lies within the suppression time of the first event, both ends included', () => {
    const { rows, verdicts, orders } = play([[finding(0, 1)], [finding(1800, 2)], [finding(3600, 3)]]);
    expect(rows.map(({ count }) => count)).toEqual([3]);
    expect(verdicts.map(({ reason }) => reason)).toEqual(['opened', 'suppressed', 'suppressed']);
    expect(orders).toHaveLength(1);
  });

  it('does not order a second notice with a later revision', () => {
    const { rows } = play([[finding(0, 1)], [finding(1, 2)]]);
    expect(rows[0]).toMatchObject({ revision: 2, reason: 'opened' });
    expect(rows[0]).not.toHaveProperty('toSendAt');
  });

  it('opens a new alert after that, which knows the earlier one', () => {
    const { rows } = play([[finding(0, 1), finding(10, 2)], [finding(3601, 3)]]);
    expect(rows.map(({ count }) => count)).toEqual([2, 1]);
    expect(rows[1]?.earlier).toEqual({ alertId: rows[0]?.id, count: 2 });
    expect(rows[0]).not.toHaveProperty('earlier');
  });

  it('moves the start to a late event from before', () => {
    const late = finding(0, 1, { title: 'The first' });
    const { rows, verdicts } = play([[finding(600, 2)], [late]]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ firstEventAt: START, openedAt: START, title: 'The first', count: 2 });
    expect(rows[0]?.samples.map(({ target }) => target)).toEqual(['route-1', 'route-2']);
    expect(verdicts[1]?.reason).toBe('suppressed');
  });

  it('opens an alert of its own for an event too late to hold what the next alert holds', () => {
    const { rows } = play([[finding(4000, 2), finding(7000, 3)], [finding(1000, 1)]]);
    expect(rows.map(({ count }) => count)).toEqual([1, 2]);
  });

  it('records experimental findings and tells nobody', () => {
    const { rows, verdicts, orders } = play([[finding(0, 1, { notify: false })]]);
    expect(rows[0]).toMatchObject({ reason: 'experimental', count: 1 });
    expect(verdicts[0]?.reason).toBe('experimental');
    expect(orders).toEqual([]);
  });

  it('tells an alert that only an experimental rule has seen so far', () => {
    const { rows, orders } = play([[finding(0, 1, { notify: false })], [finding(1, 2)], [finding(2, 3)]]);
    expect(rows[0]).toMatchObject({ reason: 'opened', count: 3 });
    expect(orders).toHaveLength(1);
  });

  it('keeps the highest severity', () => {
    const low = finding(0, 1, { rule: { ...rule, severity: 'low' } });
    const { rows } = play([[finding(5, 2)], [low]]);
    expect(rows[0]?.rule.severity).toBe('high');
  });

  it('takes a finding once', () => {
    const { rows, verdicts } = play([[finding(0, 1), finding(0, 1)], [finding(0, 1)]]);
    expect(rows[0]?.count).toBe(1);
    expect(verdicts).toHaveLength(1);
  });

  it('keeps the first twenty samples in event order, each event once, by numeric id where the time is the same', () => {
    const all = Array.from({ length: 30 }, (_, index) => summary(0, index + 1));
    const halves = [all.slice(10).reverse(), all.slice(0, 15)];
    const { rows } = play(halves.map((samples, index) => [finding(0, index + 1, { samples, count: samples.length })]));
    expect(rows[0]?.samples.map(({ target }) => target)).toEqual(all.slice(0, 20).map(({ target }) => target));
    expect(rows[0]?.count).toBe(35);
  });

  it('cuts names and titles that would fill the state', () => {
    const long = '😀'.repeat(5000);
    const { rows, value } = play([
      [finding(0, 1, { title: long, samples: [summary(0, 1, { actor: long, target: long })] })],
    ]);
    expect(rows[0]?.title).toHaveLength(499);
    expect(rows[0]?.title).toMatch(/😀…$/u);
    expect(JSON.stringify(value).length).toBeLessThan(3000);
  });

  it('stays bounded however old what comes late is', () => {
    const late = Array.from({ length: 200 }, (_, index) => [finding(-index * 10_000, index + 1)]);
    const { value, rows } = play([[finding(20_000, 1000)], ...late, [finding(20_001, 1001)]]);
    expect(value?.windows.length).toBeLessThanOrEqual(6);
    expect(value?.seen.length).toBeLessThanOrEqual(50);
    expect(rows.at(-1)?.count).toBe(2);
  });

  it('expires after the windows and the marks', () => {
    const step = reduceOpenAlert(undefined, [finding(0, 1)], { now: NOW, groupWaitMs: 0, version: 1 });
    const end = (START + 3600 * SECOND) / SECOND;
    expect(step.expiresAt).toBe(end + 7 * 86_400);
  });
});

/** Findings in event order, and the same ones in an order in which none is later than `maxLate` seconds. */
const lateArrival = fc
  .record({
    gaps: fc.array(fc.nat({ max: 90 }), { minLength: 1, maxLength: 40 }),
    delays: fc.array(fc.nat({ max: 60 }), { minLength: 40, maxLength: 40 }),
    cuts: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
    withEnd: fc.array(fc.nat({ max: 30 }), { minLength: 40, maxLength: 40 }),
  })
  .map(({ gaps, delays, cuts, withEnd }) => {
    let seconds = 0;
    const inOrder = gaps.map((gap, index) => {
      seconds += gap;
      const end = START + (seconds + (withEnd[index] ?? 0)) * SECOND;
      const over = { rule: { ...rule, suppressMs: 60_000 }, title: `t${index}`, lastEventAt: end };
      return finding(seconds, index + 1, over);
    });
    // Event at t arrives at t + delay ≤ t + 60: whatever arrived before it is at most 60 s newer.
    const arrival = inOrder
      .map((each, index) => ({ each, at: each.firstEventAt + (delays[index] ?? 0) * SECOND }))
      .sort((a, b) => a.at - b.at)
      .map(({ each }) => each);
    const batches: Finding[][] = [];
    for (const [index, each] of arrival.entries()) {
      if (cuts[index] || batches.length === 0) batches.push([each]);
      else batches.at(-1)?.push(each);
    }
    return { inOrder, batches };
  });

describe('suppression in event time', () => {
  it('gives the same alerts in whatever order findings arrive, while they are late by no more than suppression', () => {
    fc.assert(
      fc.property(lateArrival, ({ inOrder, batches }) => {
        expect(shape(play(batches))).toEqual(shape(play([inOrder])));
        expect(shape(play(batches))).toEqual(shape(play(inOrder.map((each) => [each]))));
      }),
      { numRuns: 500 },
    );
  });

  it('orders one notice for each alert and loses no event, however late', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2000 }), { minLength: 1, maxLength: 40 }), (times) => {
        const batches = times.map((seconds, index) => [
          finding(seconds, index + 1, { rule: { ...rule, suppressMs: 60_000 } }),
        ]);
        const { rows, orders } = play(batches);
        expect(new Set(orders).size).toBe(orders.length);
        expect(orders.length).toBe(rows.length);
        expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(times.length);
        for (const row of rows) expect(row.lastEventAt - row.firstEventAt).toBeLessThanOrEqual(60 * SECOND);
      }),
    );
  });

  it('changes nothing when findings are delivered again', () => {
    fc.assert(
      fc.property(lateArrival, ({ batches }) => {
        const twice = batches.flatMap((batch) => [batch, batch]);
        expect(shape(play(twice))).toEqual(shape(play(batches)));
      }),
    );
  });
});
