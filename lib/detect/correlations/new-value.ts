import type { CorrelationInfo } from '../../model/rule.ts';
import type { Micros } from '../../model/timestamp.ts';
import { MAX_ROWS } from './bounds.ts';
import type { Correlation } from './correlation.ts';
import { remembered } from './remembered.ts';
import { inSequence, type SequenceState } from './sequence.ts';

export interface SeenValues {
  /** Value → when it was last seen, longest ago first. */
  readonly seen: readonly (readonly [string, Micros])[];
  /** The group's first event: the warm-up begins here. */
  readonly since?: Micros;
}

/**
 * `new_value`: a value that the group has not had within the timespan. Nothing is told before the group's first event is
 * `warm-up` ago. The 1,000 values seen last are remembered; one that was forgotten is new again.
 */
export function newValue(info: CorrelationInfo): Correlation<SequenceState<SeenValues>> {
  const timespan = info.timespanMs * 1000;
  const warmUp = info.warmUpMs * 1000;
  return inSequence<SeenValues>({ seen: [] }, (memory, row) => {
    const value = remembered(row.value);
    const since = Math.min(memory.since ?? row.at, row.at);
    const last = memory.seen.find(([known]) => known === value)?.[1];
    const others = memory.seen.filter(([known, at]) => known !== value && at >= row.at - timespan);
    const seen = [...others, [value, Math.max(row.at, last ?? 0)] as const].slice(-MAX_ROWS);
    const isKnown = last !== undefined && last >= row.at - timespan;
    return { memory: { seen, since }, holds: !isKnown && row.at >= since + warmUp };
  });
}
