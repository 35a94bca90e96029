import fc from 'fast-check';
import {
  addToFleet,
  type FleetContribution,
  type FleetState,
  fleetAt,
  mergeFleets,
  thresholdsOf,
} from '../../../lib/detect/baseline/index.ts';
import { outcomeOf } from '../../bench/anomaly-score.ts';
import { generate } from '../../support/generate-volumes.ts';
import { watch } from '../../support/watch-volumes.ts';
import { HOUR } from './feed.ts';

const contribution: fc.Arbitrary<FleetContribution> = fc.record({
  day: fc.integer({ min: 20_000, max: 20_060 }),
  counts: fc.dictionary(fc.constantFrom('n', 'b', 'm100', 'm120', 'u9', 'u12', 'r3'), fc.integer({ min: 1, max: 5 })),
});

function added(list: readonly FleetContribution[]): FleetState | undefined {
  return list.reduce<FleetState | undefined>((state, each) => addToFleet(state, [each]), undefined);
}

describe("the fleet's state", () => {
  test('is the same in whatever order the series tell of their days', () => {
    const orders = fc
      .array(contribution, { minLength: 1, maxLength: 30 })
      .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
    fc.assert(
      fc.property(orders, fc.nat(29), ([list, shuffled], at) => {
        const all = added(list);
        expect(JSON.stringify(added(shuffled))).toBe(JSON.stringify(all));
        const [left, right] = [added(shuffled.slice(0, at)), added(shuffled.slice(at))];
        const merged = left && right ? mergeFleets(left, right) : (left ?? right);
        expect(JSON.stringify(merged)).toBe(JSON.stringify(all));
        expect(JSON.stringify(addToFleet(left, shuffled.slice(at)))).toBe(JSON.stringify(all));
      }),
    );
  });

  test('lets steps know only the days up to the day before yesterday', () => {
    const state = added([
      { day: 20_000, counts: { n: 3 } },
      { day: 20_001, counts: { n: 5 } },
    ]);
    expect(fleetAt(state, 20_001)).toBeUndefined();
    expect(fleetAt(state, 20_002)).toMatchObject({ series: 3, seriesDays: 3 });
    expect(fleetAt(state, 20_003)).toMatchObject({ series: 4, seriesDays: 8 });
    expect(fleetAt(undefined, 20_003)).toBeUndefined();
  });

  test('stays small however long it goes on', () => {
    let state: FleetState | undefined;
    for (let day = 20_000; day < 20_200; day++) state = addToFleet(state, [{ day, counts: { n: 1, u9: 1 } }]);
    expect(Object.keys(state?.weeks ?? {})).toHaveLength(5);
    expect(Object.keys(state?.days ?? {})).toHaveLength(3);
  });
});

describe('thresholds', () => {
  const month = { perMs: 30 * 86_400_000 };

  test('rise as fewer false alarms are asked for, or more series share them', () => {
    const budget = fc.double({ min: 0.01, max: 1000, noNaN: true });
    const series = fc.integer({ min: 1, max: 10_000 });
    fc.assert(
      fc.property(budget, budget, series, (a, b, count) => {
        const [few, many] = a < b ? [a, b] : [b, a];
        const strict = thresholdsOf({ falseAlarms: few, ...month }, HOUR, undefined, count);
        const loose = thresholdsOf({ falseAlarms: many, ...month }, HOUR, undefined, count);
        const crowd = thresholdsOf({ falseAlarms: few, ...month }, HOUR, undefined, count * 10);
        for (const channel of ['up', 'ramp', 'drop', 'new'] as const) {
          expect(strict[channel]).toBeGreaterThanOrEqual(loose[channel] ?? 0);
          expect(crowd[channel]).toBeGreaterThanOrEqual(strict[channel] ?? 0);
        }
      }),
    );
  });

  test('give all of the budget to the channels that are on', () => {
    const budget = { falseAlarms: 1, ...month };
    const [all, one] = [
      thresholdsOf(budget, HOUR, undefined, 10),
      thresholdsOf({ ...budget, channels: ['up'] }, HOUR, undefined, 10),
    ];
    expect(Object.keys(one)).toEqual(['up']);
    expect(one.up).toBeLessThan(all.up ?? 0);
  });

  test('follow what the fleet scores: a noisier one needs higher ones', () => {
    const scored = (bin: number) => {
      const counts = { n: 1000, u4: 850, [`u${bin}`]: 150, r2: 1000 };
      return fleetAt(added([{ day: 20_000, counts }]), 20_010);
    };
    const budget = { falseAlarms: 10, ...month };
    const [calm, noisy] = [scored(16), scored(48)].map((fleet) => thresholdsOf(budget, HOUR, fleet).up ?? 0);
    expect(noisy).toBeGreaterThan((calm ?? 0) * 1.5);
  });
});

describe('a rule over many series', () => {
  const alarmsOf = (list: ReturnType<typeof generate>, budget: number): boolean[][] => {
    const alarms = list.map(({ t }) => t.map(() => false));
    watch(list, {
      bucket: 3600,
      min: 1_000_000,
      budget,
      onVerdict: (series, index, { alarm }) => {
        (alarms[series] as boolean[])[index] = alarm;
      },
    });
    return alarms;
  };

  test('finds most attacks, for about as many false alarms as were asked for', () => {
    const list = generate({ seed: 42, n: 36 });
    const { recall, falseAlarms } = outcomeOf(list, alarmsOf(list, 1));
    expect(recall).toBeGreaterThan(0.8);
    expect(falseAlarms).toBeGreaterThan(0.5);
    expect(falseAlarms).toBeLessThan(1.6);
  });
});
