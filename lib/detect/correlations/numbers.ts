import type { CorrelationInfo } from '../../model/rule.ts';
import { type Judge, meets } from './judge.ts';
import type { Row } from './row.ts';

/** `value_sum` and `value_avg` over the numeric values of the window. */
export function meanJudge(info: CorrelationInfo): Judge {
  let [sum, count] = [0, 0];
  const take = (row: Row, sign: 1 | -1): void => {
    const size = row.n ?? 1;
    sum += sign * Number(row.value) * size;
    count += sign * size;
    // What floating point leaves over must not outlive the window.
    if (count === 0) sum = 0;
  };
  const value = (): number => (info.type === 'value_avg' ? sum / count : sum);
  return {
    add: (rows) => rows.forEach((row) => void take(row, 1)),
    drop: (row) => take(row, -1),
    holds: () => count > 0 && meets(info.threshold, value()),
    value,
  };
}

/** `value_percentile` and `value_median`, between neighbours by linear interpolation. */
export function percentileJudge(info: CorrelationInfo): Judge {
  const sorted: { value: number; size: number }[] = [];
  const fraction = info.type === 'value_median' ? 0.5 : info.percentile / 100;
  const value = (): number => interpolated(sorted, fraction);
  return {
    add(rows) {
      for (const row of rows) {
        const entry = { value: Number(row.value), size: row.n ?? 1 };
        sorted.splice(placeOf(sorted, entry.value), 0, entry);
      }
    },
    drop: (row) => void sorted.splice(placeOf(sorted, Number(row.value)), 1),
    holds: () => sorted.length > 0 && meets(info.threshold, value()),
    value,
  };
}

function interpolated(sorted: readonly { value: number; size: number }[], fraction: number): number {
  const total = sorted.reduce((sum, { size }) => sum + size, 0);
  const rank = fraction * (total - 1);
  const below = valueAt(sorted, Math.floor(rank));
  return below + (valueAt(sorted, Math.ceil(rank)) - below) * (rank - Math.floor(rank));
}

function valueAt(sorted: readonly { value: number; size: number }[], rank: number): number {
  let seen = 0;
  for (const { value, size } of sorted) {
    seen += size;
    if (rank < seen) return value;
  }
  return sorted.at(-1)?.value ?? 0;
}

function placeOf(sorted: readonly { value: number }[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.value ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
