import type { AddToFleet, Early, FleetAt, MergeFleets, Step, ThresholdsOf } from '../baseline/types.ts';

const none = (): never => {
  throw new RangeError('baselines are not there yet');
};
export const step: Step = none;
export const early: Early = none;
export const thresholdsOf: ThresholdsOf = none;
export const addToFleet: AddToFleet = none;
export const mergeFleets: MergeFleets = none;
export const fleetAt: FleetAt = () => undefined;
