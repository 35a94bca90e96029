import {
  type Explanation,
  InvalidSeriesError,
  type StepContext,
  type Verdict,
} from '../../../lib/detect/baseline/index.ts';
import { type BaselineState, baseline, type Detector } from '../../../lib/detect/correlations/baseline.ts';
import type { CorrelationContext } from '../../../lib/detect/correlations/index.ts';
import type { Row } from '../../../lib/detect/correlations/row.ts';
import type { BaselineSettings, CorrelationInfo } from '../../../lib/model/rule.ts';

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Monday. */
const START = Date.parse('2026-11-02T00:00:00Z') * 1000;
const LATENESS = 15 * MINUTE;

const NOTHING: Explanation = {
  expected: 1000,
  low: 0,
  high: 0,
  emptyShare: 0,
  seen: 0,
  highest28: 0,
  reasons: [],
  recent: [],
};

/** Alarms above 1000; its memory is all it was given: `hour:value` and the wall clock. */
class Recorder implements Detector {
  readonly contexts: StepContext[] = [];
  readonly thresholdsOf = () => ({});
  readonly #judge = (value: number, context: StepContext): Verdict => {
    this.contexts.push(context);
    return {
      alarm: value > 1000 || (value === 0 && context.min === 1),
      channel: value === 0 ? 'drop' : 'up',
      score: 5,
      threshold: 3,
      value,
      learning: false,
      explanation: NOTHING,
    };
  };
  readonly step: Detector['step'] = (series, { start, value }, context) => {
    const next = `${series ?? ''} ${(start - START) / HOUR}:${value}`.trim();
    const isDayEnd = start % DAY === 23 * HOUR;
    const contribution = isDayEnd ? { contribution: { day: Math.floor(start / DAY), counts: { n: 1 } } } : {};
    return { series: next, verdict: this.#judge(value, context), ...contribution };
  };
  readonly early: Detector['early'] = (_, { value }, context) => this.#judge(value, context);
}

function correlation(settings: Partial<BaselineSettings> = {}, info: Partial<CorrelationInfo> = {}) {
  const detector = new Recorder();
  const rule = {
    key: 'volume',
    kind: 'correlation',
    type: 'baseline',
    rules: ['flow'],
    groupBy: ['reporter_id'],
    field: ['total_bytes'],
    timespanMs: 3_600_000,
    forgetMs: 35 * 86_400_000,
    baseline: {
      falseAlarms: { count: 1, perMs: 30 * 86_400_000 },
      min: 10,
      direction: 'up',
      top: ['destination.name'],
      ...settings,
    },
    ...info,
  } as unknown as CorrelationInfo;
  return { it: baseline(rule, detector), detector };
}

/** `hours` after the start. */
function row(hours: number, value: number, more: Partial<Row> = {}): Row {
  return { at: START + hours * HOUR, nanos: 0, id: '', ref: '', by: [0], value, ...more };
}

function at(hours: number, more: Partial<CorrelationContext> = {}): CorrelationContext {
  return { watermark: START + hours * HOUR, lateness: LATENESS, ...more };
}

describe('a baseline', () => {
  it('closes a bucket a lateness after its end, and takes empty ones for nothing', () => {
    const { it: volume } = correlation();
    const first = volume.absorb(undefined, [row(0.2, 5), row(2.5, 7), row(0.9, 3)], at(0.5));
    expect(first.state).toMatchObject({ next: START / HOUR, open: [{ value: 8, events: 2 }, { value: 7 }] });
    expect(volume.close(first.state as BaselineState, at(1.2))).toBeUndefined();
    const closed = volume.close(first.state as BaselineState, at(3.25));
    expect(closed?.state).toMatchObject({ series: '0:8 1:0 2:7', open: [] });
  });

  it('leaves out a bucket of which something was never read', () => {
    const { it: volume } = correlation();
    const { state } = volume.absorb(undefined, [row(0.2, 5), row(1.5, 6), row(3.1, 7)], at(0.5));
    const gaps = [
      [0, START + HOUR / 2],
      [START + 1.9 * HOUR, START + 2.1 * HOUR],
    ] as const;
    const closed = volume.close(state as BaselineState, at(4.25, { coverage: { gaps } }));
    expect(closed?.state).toMatchObject({ series: '3:7', next: START / HOUR + 4 });
  });

  it('counts a late event where it belongs, and one that is too late not at all', () => {
    const { it: volume } = correlation();
    const { state } = volume.absorb(undefined, [row(0.2, 5)], at(0.5));
    const late = volume.absorb(state, [row(0.9, 1)], at(1.2));
    const closed = volume.close(late.state as BaselineState, at(1.25));
    expect(closed?.state).toMatchObject({ series: '0:6' });
    const tooLate = volume.absorb(closed?.state, [row(0.95, 100), row(1.1, 2)], at(1.3));
    expect(volume.close(tooLate.state as BaselineState, at(2.25))?.state).toMatchObject({ series: '0:6 1:2' });
  });

  it('tells of an open bucket once, and of what came to it at its end, and to outer correlations only then', () => {
    const { it: volume } = correlation();
    const first = volume.absorb(undefined, [row(0.1, 900)], at(0.1));
    expect(first.verdicts).toEqual([]);
    const early = volume.absorb(first.state, [row(0.2, 200)], at(0.3));
    expect(early.verdicts).toMatchObject([
      {
        value: 1100,
        isHit: false,
        openedAt: START,
        told: { count: 2, firstEventAt: START, evidence: { isOpen: true } },
      },
    ]);
    const more = volume.absorb(early.state, [row(0.5, 300), row(0.6, 100)], at(0.7));
    expect(more.verdicts).toEqual([]);
    const closed = volume.close(more.state as BaselineState, at(1.25));
    expect(closed?.verdicts).toMatchObject([
      { value: 1500, isHit: true, at: START + HOUR, told: { count: 2, evidence: { value: 1500, isOpen: false } } },
    ]);
  });

  it('says of a bucket that was told, and has not changed since, that it is over', () => {
    const { it: volume } = correlation();
    const early = volume.absorb(undefined, [row(0.2, 2000)], at(0.3));
    expect(early.verdicts).toMatchObject([{ told: { count: 1, lastEventAt: START + HOUR - 1 } }]);
    expect(volume.close(early.state as BaselineState, at(1.25))?.verdicts).toMatchObject([
      { isHit: true, told: { count: 0, lastEventAt: START + HOUR - 1, evidence: { isOpen: false } } },
    ]);
  });

  it('does not judge an open bucket before those before it are taken', () => {
    const { it: volume } = correlation();
    const { state } = volume.absorb(undefined, [row(0.2, 5)], at(0.5));
    const second = volume.absorb(state, [row(1.1, 5000)], at(1.2));
    expect(second.verdicts).toEqual([]);
    const third = volume.absorb(second.state, [row(1.3, 1)], at(1.3));
    expect(third.verdicts).toMatchObject([{ value: 5001, isHit: false }]);
    expect(third.state).toMatchObject({ series: '0:5' });
  });

  it('knows what a row has grown by for an amount, and for no further event', () => {
    const { it: volume } = correlation();
    const { state } = volume.absorb(undefined, [row(0.2, 100), row(0.2, 1900, { n: 0 })], at(0.1));
    expect(state).toMatchObject({ open: [{ value: 2000, events: 1 }] });
  });

  it('trains on history and tells nobody of it', () => {
    const { it: volume } = correlation();
    const { state } = volume.absorb(undefined, [row(0.2, 2000, { history: true })], at(9));
    expect(volume.absorb(undefined, [row(0.2, 2000, { history: true })], at(9)).verdicts).toMatchObject([
      { silent: true },
    ]);
    expect(state).toMatchObject({ series: '0:2000 1:0 2:0 3:0 4:0 5:0 6:0 7:0' });
  });

  it('waits for the end of the UTC day where nothing comes, and hour by hour where silence matters', () => {
    const { it: up } = correlation();
    const busy = up.absorb(undefined, [row(0.2, 5)], at(0.5));
    expect(busy.due).toBe(START + HOUR + LATENESS);
    expect(up.close(busy.state as BaselineState, at(1.25))?.due).toBe(START + DAY + LATENESS);
    const { it: down } = correlation({ direction: 'down', min: 1 });
    const quiet = down.absorb(undefined, [row(0.2, 5)], at(0.5));
    const closed = down.close(quiet.state as BaselineState, at(2.25));
    expect(closed?.due).toBe(START + 3 * HOUR + LATENESS);
    expect(closed?.verdicts).toMatchObject([{ told: { count: 0, evidence: { direction: 'down', value: 0 } } }]);
  });

  it('has nothing to miss where there is never as much as the rule asks for', () => {
    const { it: volume } = correlation({ direction: 'down', min: 2000 });
    const { state } = volume.absorb(undefined, [row(0.2, 5)], at(0.5));
    expect(volume.close(state as BaselineState, at(3.25))?.verdicts).toEqual([]);
  });

  it('forgets a group that has had nothing for long', () => {
    const { it: volume } = correlation({}, { forgetMs: 5 * 3_600_000 });
    const { state } = volume.absorb(undefined, [row(0.2, 5)], at(0.5));
    expect(volume.close(state as BaselineState, at(6.2))?.state).toBeDefined();
    expect(volume.close(state as BaselineState, at(7.25))?.state).toBeUndefined();
  });

  it('hands on its days for the fleet, those that become known late as yesterday', () => {
    const { it: volume } = correlation();
    const { state } = volume.absorb(undefined, [row(22.5, 5)], at(22));
    const closed = volume.close(state as BaselineState, at(50));
    expect(closed?.fleet).toEqual([
      { day: START / DAY, counts: { n: 1 } },
      { day: START / DAY + 1, counts: { n: 1 } },
    ]);
  });

  it('goes by the wall clock of its zone, summer time included', () => {
    const { it: volume, detector } = correlation();
    const clockAt = (text: string): unknown => {
      const time = Date.parse(text) * 1000;
      const { state } = volume.absorb(undefined, [{ ...row(0, 5), at: time }], { lateness: LATENESS, watermark: time });
      volume.close(state as BaselineState, {
        lateness: LATENESS,
        watermark: time + 1.2 * HOUR,
        zone: 'Europe/Berlin',
      });
      return detector.contexts.at(-1)?.local;
    };
    expect(clockAt('2026-10-25T00:30:00Z')).toMatchObject({ minute: 120, weekend: true });
    expect(clockAt('2026-10-25T01:30:00Z')).toMatchObject({ minute: 120, weekend: true });
    expect(clockAt('2026-11-02T23:10:00Z')).toMatchObject({ minute: 0, weekend: false });
  });

  it('begins buckets of a day at the midnight of its zone', () => {
    const { it: volume } = correlation({}, { timespanMs: 86_400_000 });
    const zone = { zone: 'Asia/Kolkata' };
    const { state } = volume.absorb(undefined, [row(18.4, 5), row(18.6, 7)], at(0.1, zone));
    expect(state).toMatchObject({ open: [{ value: 5 }, { value: 7 }] });
  });

  it('learns anew where it finds a memory of another making', () => {
    const { it: volume, detector } = correlation();
    const { state } = volume.absorb(undefined, [row(0.2, 5)], at(0.5));
    const step = detector.step;
    const strict: Detector['step'] = (series, bucket, context) => {
      if (series === 'strange') throw new InvalidSeriesError('is of another version');
      return step(series, bucket, context);
    };
    Object.assign(detector, { step: strict });
    const strange = { ...(state as BaselineState), series: 'strange' };
    expect(volume.close(strange, at(2.25))?.state).toMatchObject({ series: '0:5 1:0' });
    expect(() => strict('strange', { start: START, value: 1 }, {} as never)).toThrow(InvalidSeriesError);
  });

  it('names the largest contributors, whatever the order and number of rows', () => {
    const { it: volume } = correlation();
    const rows = Array.from({ length: 200 }, (_, n) => row(0.1, n === 7 ? 900 : 1, { top: [`peer-${n % 50}`] }));
    const one = volume.absorb(undefined, rows, at(0.2));
    expect(one.verdicts).toMatchObject([{ told: { evidence: { top: [{ field: 'destination.name' }] } } }]);
    const [verdict] = one.verdicts;
    expect(verdict?.told?.evidence?.top[0]?.values[0]).toEqual({ name: 'peer-7', value: 903 });
    const half = volume.absorb(undefined, rows.slice(100), at(0.2));
    const both = volume.absorb(half.state, rows.slice(0, 100), at(0.2));
    const [largest] = both.verdicts[0]?.told?.evidence?.top[0]?.values ?? [];
    expect(largest?.name).toBe('peer-7');
    // What was small for long is not remembered: at least so much.
    expect(largest?.value).toBeGreaterThanOrEqual(900);
  });
});
