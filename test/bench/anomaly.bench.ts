/**
 * How many attacks are found for how many false alarms, beside what is used elsewhere. The peers' thresholds are tuned
 * on the very series that they are measured on; ours follow from the budget alone. Environment:
 * ANOMALY_GENERATOR (a module with `generate({ seed, n, days, bucketMin })`), ANOMALY_SEEDS, ANOMALY_SERIES, ANOMALY_BUDGETS,
 * ANOMALY_MIN (bytes an hour).
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { early, step } from '../../lib/detect/baseline/index.ts';
import * as baseline from '../../lib/detect/baseline/index.ts';
import { generate, type VolumeSeries, type VolumeSettings } from '../support/generate-volumes.ts';
import { watch } from '../support/watch-volumes.ts';
import { PEERS } from './anomaly-peers.ts';
import { type Alarms, bucketSeconds, type Outcome, outcomeOf, tuned } from './anomaly-score.ts';

type Generate = (settings: VolumeSettings) => VolumeSeries[];
type Step = typeof step;
type Early = typeof early;

/** Seeds on which nothing was tuned. */
const SEEDS = [101, 102, 103];
const SERIES = 300;
const BUDGETS = [0.05, 0.1, 0.3, 1];
const TABLE_BUDGET = 0.1;
const MIN = 1_000_000;

/** Prints the tables. */
export async function run(): Promise<void> {
  const make = await generator();
  const seeds = numbers('ANOMALY_SEEDS') ?? SEEDS;
  const n = numbers('ANOMALY_SERIES')?.[0] ?? SERIES;
  const budgets = numbers('ANOMALY_BUDGETS') ?? BUDGETS;
  const min = numbers('ANOMALY_MIN')?.[0] ?? MIN;
  const sets = seeds.map((seed) => make({ seed, n }));
  const all = sets.flat();
  console.log(`seeds ${seeds.join(', ')}, ${n} series each, 70 days of hours, min ${min / 1e6} MB\n`);
  const rows: Record<string, unknown> = {};
  for (const budget of budgets) {
    const outcome = outcomeOf(
      all,
      sets.flatMap((list) => ours(list, budget, min)),
    );
    rows[`ours, ${budget} asked`] = row(outcome);
  }
  for (const [name, peer] of Object.entries(PEERS)) {
    const scores = all.map((series) => peer(series, min));
    rows[`${name}, tuned to ${TABLE_BUDGET}`] = row(outcomeOf(all, tuned(all, scores, TABLE_BUDGET)));
  }
  console.table(rows);
  clean(make, { seeds, n, budgets, min });
  speed();
  fleet();
}

function ours(list: readonly VolumeSeries[], budget: number, min: number): Alarms {
  const alarms = list.map((series) => series.t.map(() => false));
  const bucket = bucketSeconds(list[0] as VolumeSeries);
  const onVerdict = (series: number, index: number, { alarm }: { alarm: boolean }): void => {
    (alarms[series] as boolean[])[index] = alarm;
  };
  watch(list, { bucket, min, budget, onVerdict });
  return alarms;
}

function row({ falseAlarms, recall, precision, byType, hours }: Outcome): Record<string, string> {
  const types = Object.entries(byType).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    'FA/series/month': falseAlarms.toFixed(3),
    recall: percent(recall),
    precision: percent(precision),
    ...Object.fromEntries(types.map(([type, share]) => [type, percent(share)])),
    'hours to detect': hours.toFixed(1),
  };
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

interface Asked {
  readonly seeds: readonly number[];
  readonly n: number;
  readonly budgets: readonly number[];
  readonly min: number;
}

/** Without attacks: what was asked for and what came. */
function clean(make: Generate, { seeds, n, budgets, min }: Asked): void {
  const sets = seeds.map((seed) => make({ seed, n, anomalies: false }));
  const rows = budgets.map((budget) => {
    const { falseAlarms } = outcomeOf(
      sets.flat(),
      sets.flatMap((list) => ours(list, budget, min)),
    );
    return [`${budget} asked`, { delivered: falseAlarms.toFixed(3), ratio: (falseAlarms / budget).toFixed(2) }];
  });
  console.log('\nwithout attacks, false alarms per series and month');
  console.table(Object.fromEntries(rows));
}

/** One series at a time, text to text. */
function speed(): void {
  const series = generate({ seed: 1, n: 40 });
  const thresholds = { up: 5, ramp: 3, drop: 2.7, new: 1.2 };
  const local = baseline.localTimes('Europe/Berlin');
  const rounds = Array.from({ length: 7 }, () => micros(series, baseline.step, baseline.early, thresholds, local));
  const median = (pick: (round: { step: number; early: number }) => number): string =>
    (rounds.map(pick).toSorted((a, b) => a - b)[3] ?? 0).toFixed(2);
  const packed = watch(series.slice(0, 1), { bucket: 3600, min: MIN, budget: TABLE_BUDGET }).packed[0] ?? '';
  console.log('\nper series, from text to text');
  console.table({
    'step, µs of CPU': { median: median((round) => round.step) },
    'early, µs of CPU': { median: median((round) => round.early) },
    'state, characters': { median: packed.length },
  });
}

function micros(
  list: readonly VolumeSeries[],
  stepOnce: Step,
  earlyOnce: Early,
  thresholds: baseline.Thresholds,
  local: ReturnType<typeof baseline.localTimes>,
): { step: number; early: number } {
  const spent = { step: 0, early: 0 };
  let steps = 0;
  for (const { t, v } of list) {
    let packed: string | undefined;
    let began = cpuMillis();
    for (const [index, second] of t.entries()) {
      const start = second * 1_000_000;
      const context = { size: 3_600_000_000, local: local(start), thresholds, min: MIN };
      packed = stepOnce(packed, { start, value: v[index] ?? 0 }, context).series;
    }
    spent.step += cpuMillis() - began;
    const start = ((t.at(-1) ?? 0) + 3600) * 1_000_000;
    const context = { size: 3_600_000_000, local: local(start), thresholds, min: MIN };
    began = cpuMillis();
    for (const value of v) earlyOnce(packed, { start, value, elapsed: 0.5 }, context);
    spent.early += cpuMillis() - began;
    steps += t.length;
  }
  return { step: (spent.step * 1000) / steps, early: (spent.early * 1000) / steps };
}

/** Of this process: what others do on the machine does not count. */
function cpuMillis(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** 10,000 series for 70 days: 100 different ones, 100 times. */
function fleet(): void {
  const few = generate({ seed: 2, n: 100 });
  const many = Array.from({ length: 10_000 }, (_, index) => few[index % few.length] as VolumeSeries);
  const began = performance.now();
  const { steps, fleet: state } = watch(many, { bucket: 3600, min: MIN, budget: TABLE_BUDGET });
  const seconds = (performance.now() - began) / 1000;
  console.log('\n10,000 series for 70 days of hours, with their fleet');
  console.table({
    steps: { measured: steps },
    seconds: { measured: seconds.toFixed(1) },
    'steps a second': { measured: Math.round(steps / seconds) },
    "the fleet's state, bytes": { measured: JSON.stringify(state).length },
  });
}

async function generator(): Promise<Generate> {
  const path = process.env['ANOMALY_GENERATOR'];
  if (!path) return generate;
  const module: { generate: Generate } = await import(pathToFileURL(resolve(path)).href);
  return module.generate;
}

function numbers(name: string): number[] | undefined {
  return process.env[name]?.split(',').map(Number);
}
