import type { CorrelationInfo } from '../../model/rule.ts';
import type { Micros } from '../../model/timestamp.ts';
import type { Correlation } from './correlation.ts';
import { remembered } from './remembered.ts';
import { inSequence, type SequenceState } from './sequence.ts';

export interface LastValue {
  readonly last?: { readonly value: string; readonly at: Micros };
}

/** `change`: the field differs from its last value in the group, which is remembered for the timespan. */
export function change(info: CorrelationInfo): Correlation<SequenceState<LastValue>> {
  const timespan = info.timespanMs * 1000;
  return inSequence<LastValue>({}, ({ last }, row) => {
    const value = remembered(row.value);
    const isRemembered = last !== undefined && last.at >= row.at - timespan;
    return { memory: { last: { value, at: row.at } }, holds: isRemembered && last.value !== value };
  });
}
