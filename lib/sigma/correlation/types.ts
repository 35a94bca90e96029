import type { CorrelationType } from '../../model/rule.ts';

/** Which keys and values a type of correlation takes. */
export interface Shape {
  /** Keys besides the common ones. */
  readonly keys: readonly string[];
  readonly condition: 'required' | 'optional' | 'none';
  /** The condition may be a boolean text over rule names. */
  readonly boolean?: true;
  readonly field: 'none' | 'one' | 'some' | 'optional';
  /** The threshold counts things: whole numbers from 0. */
  readonly counts: boolean;
  readonly extension: boolean;
}

/** Keys that every type takes. `level` may stand here or at the top. */
export const COMMON_KEYS = ['type', 'rules', 'group-by', 'timespan', 'aliases', 'generate'];

const SIGMA = { condition: 'required', field: 'one', counts: false, extension: false, keys: ['condition'] } as const;
const TEMPORAL = { ...SIGMA, condition: 'optional', boolean: true, field: 'none', counts: true } as const;
const OURS = { condition: 'none', field: 'none', counts: false, extension: true } as const;

export const SHAPES: Readonly<Record<CorrelationType, Shape>> = {
  event_count: { ...SIGMA, field: 'none', counts: true },
  value_count: { ...SIGMA, field: 'some', counts: true },
  temporal: TEMPORAL,
  temporal_ordered: TEMPORAL,
  value_sum: SIGMA,
  value_avg: SIGMA,
  value_percentile: SIGMA,
  value_median: SIGMA,
  new_value: { ...OURS, field: 'some', keys: ['field', 'warm-up'] },
  absence: { ...OURS, keys: ['forget'] },
  change: { ...OURS, field: 'some', keys: ['field'] },
  ratio: { ...OURS, condition: 'required', keys: ['condition', 'min'] },
  baseline: { ...OURS, condition: 'required', field: 'optional', keys: ['condition', 'field', 'forget', 'top'] },
};

/** The types of `correlation`, or of `x-correlation`. */
export function knownTypes(extension: boolean): CorrelationType[] {
  return (Object.keys(SHAPES) as CorrelationType[]).filter((type) => SHAPES[type].extension === extension);
}
