import fc from 'fast-check';
import { type Feed, type WatermarkState, watermarkOf, withShown } from '../../lib/detect/watermark.ts';
import { dayOf } from '../../lib/model/timestamp.ts';

const FEED: Feed = { source: 'audit', lateness: 60_000_000 };
const at = (text: string): number => Date.parse(text) * 1000;

function shown(...marks: readonly (readonly [bucket: string, upTo: string])[]): WatermarkState | undefined {
  return marks.reduce<WatermarkState | undefined>(
    (state, [bucket, upTo]) => withShown(state, FEED, { bucket, upTo: at(upTo) }),
    undefined,
  );
}

it.each([
  ['nothing before the first', [], undefined],
  ['what the only day has shown', [['2026-11-23', '2026-11-23T10:00:00Z']], '2026-11-23T10:00:00Z'],
  [
    'not past midnight before the next day has shown anything',
    [['2026-11-23', '2026-11-24T00:00:30Z']],
    '2026-11-24T00:00:00Z',
  ],
  [
    'what the old day has shown, while late events may still come into it',
    [
      ['2026-11-23', '2026-11-24T00:00:30Z'],
      ['2026-11-24', '2026-11-24T00:00:50Z'],
    ],
    '2026-11-24T00:00:30Z',
  ],
  [
    'what the new day has shown, once the old one is complete',
    [
      ['2026-11-23', '2026-11-24T00:01:30Z'],
      ['2026-11-24', '2026-11-24T00:02:00Z'],
    ],
    '2026-11-24T00:02:00Z',
  ],
  [
    'the end of a day whose next has not shown anything',
    [
      ['2026-11-20', '2026-11-22T00:00:00Z'],
      ['2026-11-22', '2026-11-22T00:00:00Z'],
    ],
    '2026-11-21T00:00:00Z',
  ],
] as const)('reaches %s', (_, marks, reached) => {
  expect(watermarkOf(shown(...marks), FEED)).toBe(reached && at(reached));
});

it('keeps only partitions that can still say something', () => {
  const marks = ['20', '21', '22', '23'].map((day) => [`2026-11-${day}`, '2026-11-23T12:00:00Z'] as const);
  expect(Object.keys(shown(...marks)?.shown ?? {})).toEqual(['2026-11-23']);
});

it('says nothing new to what is older or known', () => {
  const state = shown(['2026-11-23', '2026-11-23T10:00:00Z']);
  const same = withShown(state, FEED, { bucket: '2026-11-23', upTo: at('2026-11-23T09:00:00Z') });
  expect(same).toBe(state);
});

it('ends the same in whatever order partitions are heard, each in its own order', () => {
  const polls = [0, 20, 50, 70, 120].map((seconds) => at('2026-11-23T23:59:30Z') + seconds * 1_000_000);
  const marks = polls.flatMap((upTo, index) =>
    [...new Set([dayOf((polls[index - 1] ?? upTo) - FEED.lateness), dayOf(upTo)])].map((bucket) => ({ bucket, upTo })),
  );
  const days = [...new Set(marks.map(({ bucket }) => bucket))].map((day) =>
    marks.filter(({ bucket }) => bucket === day),
  );
  fc.assert(
    fc.property(fc.array(fc.nat(1), { minLength: 20, maxLength: 20 }), (turns) => {
      const queues = days.map((day) => [...day]);
      let state = withShown(undefined, FEED, queues[0]?.shift() ?? { bucket: '', upTo: 0 });
      let before = 0;
      for (const turn of [...turns, ...Array(20).fill(0), ...Array(20).fill(1)]) {
        const news = queues[turn]?.shift();
        if (news) state = withShown(state, FEED, news);
        const now = watermarkOf(state, FEED) ?? 0;
        expect(now).toBeGreaterThanOrEqual(before);
        before = now;
      }
      expect(before).toBe(polls.at(-1));
    }),
  );
});

describe('the watermark of traffic', () => {
  const TRAFFIC: Feed = { source: 'traffic', lateness: 15 * 60_000_000 };
  const take = (state: WatermarkState | undefined, bucket: string, upTo: string, from?: string) =>
    withShown(state, TRAFFIC, { bucket, upTo: at(upTo), ...(from ? { from } : {}) });

  it('waits at a first run for every hour that it has to say of', () => {
    const upTo = '2026-11-23T12:10:00Z';
    let state: WatermarkState | undefined;
    for (const hour of ['2026-11-23T12', '2026-11-23T10', '2026-11-23T11']) {
      state = take(state, hour, upTo, '2026-11-23T09');
      expect(watermarkOf(state, TRAFFIC)).toBe(at('2026-11-23T09:00:00Z'));
    }
    state = take(state, '2026-11-23T09', upTo, '2026-11-23T09');
    expect(watermarkOf(state, TRAFFIC)).toBe(at('2026-11-23T11:00:00Z') + 70 * 60_000_000);
    expect(Object.keys(state.shown)).toEqual(['2026-11-23T12', '2026-11-23T11']);
  });

  it('waits for every part of an hour that is spread', () => {
    const first = take(undefined, '2026-11-23T10', '2026-11-23T11:30:00Z');
    const parts = [0, 1, 2].map((shard) => `2026-11-23T11#${shard}/3`);
    const some = parts.slice(0, 2).reduce((state, bucket) => take(state, bucket, '2026-11-23T11:30:00Z'), first);
    expect(watermarkOf(some, TRAFFIC)).toBe(at('2026-11-23T11:00:00Z'));
    const all = take(some, parts[2] ?? '', '2026-11-23T11:25:00Z');
    expect(watermarkOf(all, TRAFFIC)).toBe(at('2026-11-23T11:25:00Z'));
    expect(Object.keys(all.shown)).toEqual(parts);
  });

  it('takes 168 hours of a first run in any order, and keeps few', () => {
    const hours = Array.from({ length: 168 }, (_, n) => new Date(Date.parse('2026-11-16T12:00:00Z') + n * 3_600_000));
    const buckets = hours.map((hour) => hour.toISOString().slice(0, 13));
    const upTo = '2026-11-23T11:50:00Z';
    return fc.assert(
      fc.property(fc.shuffledSubarray(buckets, { minLength: buckets.length }), (order) => {
        const state = order.reduce<WatermarkState | undefined>(
          (before, bucket) => take(before, bucket, upTo, buckets[0]),
          undefined,
        );
        expect(watermarkOf(state, TRAFFIC)).toBe(at(upTo));
        expect(Object.keys(state?.shown ?? {})).toEqual(['2026-11-23T11']);
      }),
      { numRuns: 5 },
    );
  });
});
