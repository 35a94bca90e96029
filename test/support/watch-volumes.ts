import {
  addToFleet,
  type FleetContribution,
  type FleetState,
  fleetAt,
  localTimes,
  type PackedSeries,
  type StepContext,
  step,
  thresholdsOf,
  type Verdict,
} from '../../lib/detect/baseline/index.ts';
import type { VolumeSeries } from './generate-volumes.ts';

export interface Watch {
  /** Seconds of a bucket. */
  readonly bucket: number;
  readonly min: number;
  /** False alarms per series and month. */
  readonly budget: number;
  /** IANA; default UTC. */
  readonly zone?: string;
  readonly onVerdict?: (series: number, index: number, verdict: Verdict) => void;
}

export interface Watched {
  readonly fleet: FleetState | undefined;
  readonly packed: readonly (PackedSeries | undefined)[];
  readonly steps: number;
}

/** All series side by side, bucket by bucket, as a rule would see them. */
export function watch(list: readonly VolumeSeries[], settings: Watch): Watched {
  const { bucket, min, budget, zone = 'UTC' } = settings;
  const local = localTimes(zone);
  const size = bucket * 1_000_000;
  const run: Run = { list, settings, at: new Uint32Array(list.length), packed: list.map(() => undefined), steps: 0 };
  const whole = { falseAlarms: budget * list.length, perMs: 30 * 86_400_000 };
  let fleet: FleetState | undefined;
  const last = lastOf(list);
  for (let second = firstOf(list); second <= last; second += bucket) {
    const known = fleetAt(fleet, Math.floor(second / 86_400));
    const thresholds = thresholdsOf(whole, size, known, list.length);
    const context = { size, local: local(second * 1_000_000), thresholds, min, ...(known ? { fleet: known } : {}) };
    fleet = addToFleet(fleet, stepAll(run, second, context));
  }
  return { fleet, packed: run.packed, steps: run.steps };
}

interface Run {
  readonly list: readonly VolumeSeries[];
  readonly settings: Watch;
  /** The next position in each series. */
  readonly at: Uint32Array;
  readonly packed: (PackedSeries | undefined)[];
  steps: number;
}

function stepAll(run: Run, second: number, context: StepContext): FleetContribution[] {
  const contributions: FleetContribution[] = [];
  for (const [index, { t, v }] of run.list.entries()) {
    const position = run.at[index] ?? 0;
    if (t[position] !== second) continue;
    const result = step(run.packed[index], { start: second * 1_000_000, value: v[position] ?? 0 }, context);
    run.packed[index] = result.series;
    if (result.contribution) contributions.push(result.contribution);
    run.settings.onVerdict?.(index, position, result.verdict);
    run.at[index] = position + 1;
    run.steps++;
  }
  return contributions;
}

function firstOf(list: readonly VolumeSeries[]): number {
  return list.reduce((first, { t }) => Math.min(first, t[0] ?? first), Number.POSITIVE_INFINITY);
}

function lastOf(list: readonly VolumeSeries[]): number {
  return list.reduce((last, { t }) => Math.max(last, t.at(-1) ?? 0), 0);
}
