import type { Channel } from './types.ts';

/** False alarms per series and month that the curves below are for. */
export const CURVE_RATES: readonly number[] = [8, 4, 2, 1, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01];

/** The score that is reached as often, in hourly buckets of clean traffic. */
export const CURVES: Readonly<Record<Exclude<Channel, 'new'>, readonly number[]>> = {
  up: [1.83, 2.4, 2.92, 3.4, 3.83, 4.25, 4.78, 5.14, 5.63, 6],
  ramp: [0.25, 0.69, 1.05, 1.37, 1.69, 2.01, 2.44, 2.77, 3.2, 3.65],
  drop: [1.5, 1.6, 1.7, 1.8, 1.9, 2, 2.2, 2.35, 2.5, 2.6],
};

/** Of the days in `FleetSummary.highs`. */
export const HIGH_SHARES: readonly number[] = [0.2, 0.1, 0.03, 0.01, 0.001];
