import { type OpenAlertValue, reduceOpenAlert } from '../../lib/dispatch/open-alert.ts';
import type { Alert } from '../../lib/model/alert.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { volumeEvidence } from '../notify/alerts.ts';
import { finding, START } from './findings.ts';

const NOW = new Date('2026-11-23T11:20:00Z');
const HOUR = 3_600_000_000;

/** What is told of the hour that begins `hours` after 10:00. */
function told(id: number, hours: number, value: number, count: number, isOpen: boolean): Finding {
  const start = START + hours * HOUR;
  const evidence = volumeEvidence({ value, isOpen, bucket: { start, end: start + HOUR } });
  const times = { at: start, firstEventAt: start, lastEventAt: start + HOUR - 1 };
  const title = `laptop-7 moved ${value}${isOpen ? ' so far' : ''}`;
  return finding(0, id, { ...times, count, samples: [], title, evidence });
}

function play(findings: readonly Finding[]): Alert[] {
  let value: OpenAlertValue | undefined;
  const rows = new Map<string, Alert>();
  for (const [index, each] of findings.entries()) {
    const step = reduceOpenAlert(value, [each], { now: NOW, groupWaitMs: 20_000, version: index + 1 });
    value = JSON.parse(JSON.stringify(step.value));
    for (const alert of step.alerts) rows.set(alert.id, alert);
  }
  return [...rows.values()];
}

const early = told(1, 0, 2000, 3, true);
const closed = told(2, 0, 5000, 4, false);

it('takes the amount that a bucket came to in place of the one it had so far, and counts what is new', () => {
  const [alert, ...others] = play([early, closed]);
  expect(others).toEqual([]);
  expect(alert).toMatchObject({ title: 'laptop-7 moved 5000', count: 7, evidence: { value: 5000, isOpen: false } });
});

it('says of a bucket that did not change any more that it is over', () => {
  const [alert] = play([early, told(2, 0, 2000, 0, false)]);
  expect(alert).toMatchObject({ title: 'laptop-7 moved 2000', count: 3, evidence: { isOpen: false } });
});

it('comes to the same in whatever order they arrive, and keeps the first hour of an unusual night', () => {
  const next = told(3, 1, 9000, 2, false);
  const shape = (alerts: readonly Alert[]) =>
    alerts.map(({ title, count, evidence, openedAt, lastEventAt }) => [title, count, evidence, openedAt, lastEventAt]);
  const inOrder = shape(play([early, closed, next]));
  expect(inOrder).toMatchObject([['laptop-7 moved 5000', 9, { value: 5000 }, START, START + 2 * HOUR - 1]]);
  for (const order of [
    [closed, early, next],
    [next, closed, early],
    [next, early, closed],
  ]) {
    expect(shape(play(order))).toEqual(inOrder);
  }
});
