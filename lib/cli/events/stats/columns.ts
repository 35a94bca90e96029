import type { Micros } from '../../../model/timestamp.ts';
import type { Columns } from './tally.ts';

const MOST_COLUMNS = 24;
const [SECOND, MINUTE, HOUR, DAY] = [1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000];
/** Widths that people count in, microseconds. */
const WIDTHS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 4, 6, 12].map((hours) => hours * HOUR),
  DAY,
];

/** Divides [from, to] into up to 24 columns of one round width, at least `least` microseconds; the first begins round, too. */
export function columnsOver(from: Micros, to: Micros, least: number): Columns {
  for (let index = 0; ; index++) {
    const width = WIDTHS[index] ?? (index - WIDTHS.length + 2) * DAY;
    if (width < least || (to - from) / width > MOST_COLUMNS) continue;
    const start = from - (from % width);
    const count = Math.floor((to - start) / width) + 1;
    if (count <= MOST_COLUMNS) return { from: start, width, count: Math.max(1, count) };
  }
}
