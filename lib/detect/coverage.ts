import type { Micros } from '../model/timestamp.ts';

/** What of a feed's past was read: all but the gaps. What happened in one nobody knows; it is not nothing. */
export interface Coverage {
  readonly gaps: readonly Gap[];
}

/** [from, to). */
export type Gap = readonly [from: Micros, to: Micros];

/** A collector that fails once a day for a month leaves so many; older ones lie before what any bucket waits for. */
const MOST_GAPS = 40;

/** True where all of [from, to) was read. */
export function isCovered(coverage: Coverage | undefined, from: Micros, to: Micros): boolean {
  return coverage?.gaps.every(([start, end]) => end <= from || to <= start) ?? true;
}

/** The gaps with one more; those that touch become one. */
export function withGap(gaps: readonly Gap[], [from, to]: Gap): readonly Gap[] {
  if (to <= from) return gaps;
  const merged: Gap[] = [];
  for (const gap of [...gaps, [from, to] as const].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && gap[0] <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], gap[1])];
    else merged.push(gap);
  }
  return merged.slice(-MOST_GAPS);
}
