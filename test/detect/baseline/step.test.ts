import fc from 'fast-check';
import { early, InvalidSeriesError, step } from '../../../lib/detect/baseline/index.ts';
import { contextOf, fed, HOUR, hours, MB, MONDAY, office, server, THRESHOLDS, WEEK } from './feed.ts';

const DAY = 24;

describe('a series', () => {
  const trained = fed(hours(0, 4 * WEEK, server()));

  test('is quiet while it does what it does', () => {
    expect(trained.alarms.length).toBeLessThanOrEqual(1);
  });

  test('is a text of at most 900 characters that begins with its version', () => {
    expect(trained.series.length).toBeLessThanOrEqual(900);
    expect(Buffer.from(trained.series, 'base64')[0]).toBe(1);
  });

  test('gives the same for the same bucket, however often it is asked', () => {
    const bucket = { start: MONDAY + 4 * WEEK * HOUR, value: 5000 * MB };
    const context = contextOf(bucket.start);
    const first = step(trained.series, bucket, context);
    expect(step(trained.series, bucket, context)).toEqual(first);
    expect(first.verdict.alarm).toBe(true);
  });

  test('is refused when the detector did not make it, or made it with other buckets', () => {
    const next = { start: MONDAY + 4 * WEEK * HOUR, value: 1 };
    const context = contextOf(next.start);
    expect(() => step('AQ==', next, context)).toThrow(InvalidSeriesError);
    expect(() => step(`Ag${trained.series.slice(2)}`, next, context)).toThrow('has version 2, not 1');
    expect(() => step(trained.series, next, { ...context, size: 2 * HOUR })).toThrow('not 120');
  });

  test('does not step back', () => {
    const again = { start: MONDAY + (4 * WEEK - 1) * HOUR, value: 1 };
    expect(() => step(trained.series, again, contextOf(again.start))).toThrow(InvalidSeriesError);
  });

  test('takes buckets of whole minutes up to a day', () => {
    for (const minutes of [0.5, 0, 1441]) {
      const context = { ...contextOf(MONDAY), size: (minutes * HOUR) / 60 };
      expect(() => step(undefined, { start: MONDAY, value: 1 }, context)).toThrow(RangeError);
    }
  });
});

describe('up', () => {
  test('tells a night transfer of what is usual by day', () => {
    const usual = office();
    const { series } = fed(hours(0, 4 * WEEK, usual));
    const start = 4 * WEEK + 2;
    const { alarms } = fed(
      hours(4 * WEEK, 4 * WEEK + 6, (hour) => (hour >= start ? 90 * MB : usual(hour))),
      { from: series },
    );
    expect(alarms[0]).toMatchObject({ channel: 'up', value: 90 * MB });
    const [first] = alarms;
    expect(first?.explanation?.reasons).toContainEqual({ is: 'usually-empty', emptyShare: 1 });
    expect((first?.start ?? 0) - MONDAY).toBeLessThanOrEqual((start + 2) * HOUR);
  });

  test('says nothing below the least volume', () => {
    const { series } = fed(hours(0, 4 * WEEK, office()));
    const night = hours(4 * WEEK, 4 * WEEK + 6, () => 90 * MB);
    expect(fed(night, { from: series, min: MB }).alarms).not.toHaveLength(0);
    const loud = fed(hours(0, 4 * WEEK, office()), { min: 91 * MB });
    expect(fed(night, { from: loud.series, min: 91 * MB }).alarms).toHaveLength(0);
  });

  test('does not learn an attack at once', () => {
    const usual = server();
    const { series } = fed(hours(0, 4 * WEEK, usual));
    const attack = fed(
      hours(4 * WEEK, 4 * WEEK + 4, () => 3000 * MB),
      { from: series },
    );
    expect(attack.alarms).toHaveLength(4);
    const expected = attack.alarms.map(({ explanation }) => (explanation?.expected ?? 0) / MB);
    expect(Math.max(...expected)).toBeLessThan(200);
  });

  test('stops telling a lasting change of level within a week', () => {
    const usual = server();
    const { series } = fed(hours(0, 5 * WEEK, usual));
    const after = fed(
      hours(5 * WEEK, 9 * WEEK, (hour) => 3 * usual(hour)),
      { from: series },
    );
    const week = MONDAY + 6 * WEEK * HOUR;
    expect(after.alarms.filter(({ start }) => start < week)).not.toHaveLength(0);
    expect(after.alarms.filter(({ start }) => start >= week)).toHaveLength(0);
  });

  test('follows daylight saving of the zone', () => {
    const berlin = (hour: number): number => {
      const local = (hour + (hour >= 27 * DAY + 1 ? 2 : 1)) % 24;
      return local === 3 ? 2000 * MB : 20 * MB * (1 + ((hour * 7) % 10) / 20);
    };
    const before = hours(0, 27 * DAY, berlin);
    const after = hours(27 * DAY, 29 * DAY, berlin);
    const there = fed(before, { zone: 'Europe/Berlin' });
    const { alarms } = fed(after, { zone: 'Europe/Berlin', from: there.series });
    expect(alarms).toHaveLength(0);
    // By another clock the job comes an hour early.
    const elsewhere = fed(before, { zone: 'UTC' });
    const shifted = fed(after, { zone: 'UTC', from: elsewhere.series }).verdicts.map(({ score }) => score);
    const kept = fed(after, { zone: 'Europe/Berlin', from: there.series }).verdicts.map(({ score }) => score);
    expect(Math.max(...shifted)).toBeGreaterThan(Math.max(...kept));
  });
});

describe('ramp', () => {
  test('tells a volume that doubles every two days', () => {
    const usual = server();
    const { series } = fed(hours(0, 5 * WEEK, usual));
    const grown = (hour: number): number => usual(hour) * 2 ** ((hour - 5 * WEEK) / 48);
    const { alarms } = fed(hours(5 * WEEK, 6 * WEEK, grown), { from: series, thresholds: { ramp: 3.5 } });
    expect(alarms[0]?.channel).toBe('ramp');
    const [reason] = alarms[0]?.explanation?.reasons ?? [];
    expect(reason).toMatchObject({ is: 'day-grew' });
    expect((alarms[0]?.start ?? 0) - MONDAY).toBeLessThan((5 * WEEK + 144) * HOUR);
  });
});

describe('drop', () => {
  const usual = server();
  const { series } = fed(hours(0, 5 * WEEK, usual));

  test('tells an always-on series that holds nothing', () => {
    const { alarms } = fed(
      hours(5 * WEEK, 5 * WEEK + 6, () => 0),
      { from: series },
    );
    expect(alarms[0]).toMatchObject({ channel: 'drop', value: 0 });
    expect(alarms[0]?.explanation?.reasons).toEqual([{ is: 'fell-silent', buckets: 1 }]);
  });

  test('takes a gap for no silence', () => {
    const after = hours(5 * WEEK + 12, 5 * WEEK + 24, usual);
    expect(fed(after, { from: series }).alarms).toHaveLength(0);
  });

  test('says nothing of a series that is silent at times', () => {
    const { series: worker } = fed(hours(0, 5 * WEEK, office()));
    const holiday = hours(5 * WEEK, 6 * WEEK, () => 0);
    expect(fed(holiday, { from: worker }).alarms).toHaveLength(0);
  });
});

describe('new', () => {
  const fleet = {
    series: 100,
    seriesDays: 3000,
    days: 30,
    highs: [500 * MB, 1000 * MB, 2000 * MB, 4000 * MB, 9000 * MB],
    births: 0.05,
    scale: {},
  };

  test('tells a newcomer that outdoes the fleet in its first hour', () => {
    const [verdict] = fed([{ start: MONDAY, value: 6000 * MB }], { fleet }).verdicts;
    expect(verdict).toMatchObject({ alarm: true, channel: 'new', learning: true });
    expect(verdict?.explanation?.reasons).toEqual([{ is: 'beyond-fleet', times: 6 }]);
  });

  test('is quiet where the newcomer is like the others, or the fleet itself is young', () => {
    expect(fed([{ start: MONDAY, value: 900 * MB }], { fleet }).alarms).toHaveLength(0);
    const young = { ...fleet, days: 5 };
    expect(fed([{ start: MONDAY, value: 6000 * MB }], { fleet: young }).alarms).toHaveLength(0);
    expect(fed([{ start: MONDAY, value: 6000 * MB }]).alarms).toHaveLength(0);
  });
});

describe('an alarm before the bucket ends', () => {
  const { series } = fed(hours(0, 4 * WEEK, server()));
  const start = MONDAY + 4 * WEEK * HOUR;
  const context = contextOf(start);

  test('comes when what is there is too much already', () => {
    expect(early(series, { start, value: 9000 * MB, elapsed: 0.2 }, context)).toMatchObject({ alarm: true });
    expect(early(series, { start, value: 50 * MB, elapsed: 0.2 }, context).alarm).toBe(false);
  });

  test('never tells of silence', () => {
    expect(early(series, { start, value: 0, elapsed: 0.9 }, context).alarm).toBe(false);
  });

  test('is never one that the whole bucket would not be', () => {
    const value = fc.double({ min: 0, max: 1e10, noNaN: true });
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [sofar, whole] = a < b ? [a, b] : [b, a];
        const before = early(series, { start, value: sofar, elapsed: 0.5 }, context);
        const after = step(series, { start, value: whole }, context).verdict;
        return !before.alarm || after.alarm;
      }),
    );
  });
});

describe('any series', () => {
  test('of any volumes and gaps stays finite, in bounds and deterministic', () => {
    const bucket = fc.record({
      gap: fc.constantFrom(0, 0, 0, 1, 30, 900),
      value: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e15, noNaN: true })),
    });
    fc.assert(
      fc.property(fc.array(bucket, { maxLength: 60 }), (list) => {
        let at = 0;
        const buckets = list.map(({ gap, value }) => {
          at += 1 + gap;
          return { start: MONDAY + at * HOUR, value };
        });
        const once = fed(buckets);
        expect(fed(buckets)).toEqual(once);
        for (const { score, explanation } of once.verdicts) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThan(1e6);
          expect(JSON.stringify(explanation ?? {})).not.toContain('null');
        }
        expect(once.series.length).toBeLessThanOrEqual(900);
      }),
      { numRuns: 60 },
    );
  });

  test('takes what is no volume for nothing', () => {
    const nothing = fed([{ start: MONDAY, value: 0 }]);
    for (const value of [-5, Number.NaN]) expect(fed([{ start: MONDAY, value }]).series).toBe(nothing.series);
    const { series } = fed([{ start: MONDAY, value: Number.POSITIVE_INFINITY }]);
    expect(fed(hours(1, 60, server()), { from: series }).verdicts.every(({ score }) => score >= 0)).toBe(true);
  });

  test('works with buckets from 5 minutes to a day', () => {
    for (const [minutes, days] of [
      [5, 15],
      [15, 20],
      [360, 60],
      [1440, 90],
    ] as const) {
      const size = (minutes * HOUR) / 60;
      const usual = server();
      const count = (days * 1440) / minutes;
      const buckets = Array.from({ length: count }, (_, index) => ({
        start: MONDAY + index * size,
        value: usual((index * minutes) / 60) * (minutes / 60),
      }));
      const { series } = fed(buckets, { size });
      const value = 40 * 100 * MB * (minutes / 60);
      const { alarms } = fed([{ start: MONDAY + count * size, value }], { size, from: series });
      expect(alarms).toHaveLength(1);
    }
  });
});

describe('an explanation', () => {
  const usual = server();
  const { series } = fed(hours(0, 4 * WEEK, (hour) => (hour === 3 * WEEK + 10 ? 1500 * MB : usual(hour))));
  const at = 4 * WEEK + 12;
  const between = fed(hours(4 * WEEK, at, usual), { from: series });
  const told = (value: number) =>
    fed([{ start: MONDAY + at * HOUR, value }], { from: between.series, thresholds: { up: 2 } }).alarms[0];

  test('says what is usual at this hour, and when it was last as high', () => {
    const explanation = told(1200 * MB)?.explanation;
    const day = Math.floor((MONDAY / HOUR + 3 * WEEK) / 24);
    expect(explanation).toMatchObject({ emptyShare: 0, lastAsHighDay: day });
    expect(explanation?.low).toBeGreaterThan(70 * MB);
    expect(explanation?.low).toBeLessThan(130 * MB);
    expect(explanation?.high).toBeGreaterThan(130 * MB);
    expect(explanation?.high).toBeLessThan(230 * MB);
    expect((explanation?.highest28 ?? 0) / MB).toBeCloseTo(1500, -2);
  });

  test('says that it was never as high', () => {
    const explanation = told(5000 * MB)?.explanation;
    expect(explanation).not.toHaveProperty('lastAsHighDay');
    expect(explanation?.reasons).toContainEqual({ is: 'highest', days: 27 });
  });

  test('draws the last 24 buckets with the range of each', () => {
    const recent = told(5000 * MB)?.explanation?.recent ?? [];
    expect(recent).toHaveLength(24);
    expect(recent.at(-1)).toMatchObject({ value: 5000 * MB });
    expect(recent.at(-2)?.value).toBeCloseTo(between.verdicts.at(-1)?.value ?? 0, -6);
    const inside = recent.filter(({ value, low, high }) => value >= low * 0.9 && value <= high * 1.1);
    expect(inside.length).toBeGreaterThan(14);
  });

  test('holds about eight in ten of the buckets of its hour', () => {
    const random = server(7);
    const { series: known } = fed(hours(0, 8 * WEEK, random));
    let [inside, all] = [0, 0];
    let packed = known;
    for (const bucket of hours(8 * WEEK, 12 * WEEK, random)) {
      const context = contextOf(bucket.start);
      const { explanation } = early(packed, { start: bucket.start, value: 1e6 * MB, elapsed: 0 }, context);
      packed = step(packed, bucket, context).series;
      all++;
      const { low = 0, high = 0 } = explanation ?? {};
      if (bucket.value >= low && bucket.value <= high) inside++;
    }
    expect(inside / all).toBeGreaterThan(0.7);
    expect(inside / all).toBeLessThan(0.88);
  });
});

describe('thresholds', () => {
  test('that are higher give a part of the alarms', () => {
    const usual = server(3);
    const buckets = hours(0, 6 * WEEK, (hour) => usual(hour) * (hour % 97 === 0 ? 4 : 1));
    const starts = (factor: number): number[] => {
      const thresholds = Object.fromEntries(Object.entries(THRESHOLDS).map(([key, value]) => [key, value * factor]));
      return fed(buckets, { thresholds }).alarms.map(({ start }) => start);
    };
    const [few, some, many] = [starts(1.2), starts(0.8), starts(0.5)];
    expect(many).toEqual(expect.arrayContaining(some));
    expect(some).toEqual(expect.arrayContaining(few));
    expect(many.length).toBeGreaterThan(few.length);
  });

  test('that are not given turn a channel off', () => {
    const { series } = fed(hours(0, 5 * WEEK, server()));
    const silence = hours(5 * WEEK, 5 * WEEK + 12, () => 0);
    expect(fed(silence, { from: series, thresholds: { up: 5 } }).alarms).toHaveLength(0);
  });
});
