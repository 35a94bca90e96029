import type { Threshold } from '../../model/rule.ts';
import { type Judge, meets } from './judge.ts';

/** `event_count`: how many events the window holds. */
export function countJudge(threshold: Threshold): Judge {
  let count = 0;
  return {
    add(rows) {
      for (const row of rows) count += row.n ?? 1;
    },
    drop(row) {
      count -= row.n ?? 1;
    },
    holds: () => meets(threshold, count),
    value: () => count,
  };
}

/** `value_count`: how many different values the window holds; events without the field do not count. */
export function distinctJudge(threshold: Threshold): Judge {
  const events = new Map<string | number, number>();
  return {
    add(rows) {
      for (const { value } of rows) if (value !== undefined) events.set(value, (events.get(value) ?? 0) + 1);
    },
    drop({ value }) {
      if (value === undefined) return;
      const left = (events.get(value) ?? 0) - 1;
      if (left > 0) events.set(value, left);
      else events.delete(value);
    },
    holds: () => meets(threshold, events.size),
    value: () => events.size,
  };
}
