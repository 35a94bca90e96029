/** The baseline detector: unusual volumes of many series, each with its own habits. See docs/anomaly.md. */
export { InvalidSeriesError } from './errors.ts';
export { addToFleet, fleetAt, mergeFleets } from './fleet.ts';
export { localTimes } from './local-time.ts';
export { early, step } from './step.ts';
export { thresholdsOf } from './thresholds.ts';
export type * from './types.ts';
