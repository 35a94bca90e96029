import type { Comparator, Threshold } from '../../model/rule.ts';
import type { Micros } from '../../model/timestamp.ts';
import type { Row } from './row.ts';

/** Looks at one sliding window: rows come in at its end and leave at its start. */
export interface Judge {
  /** All rows of one time. */
  add(rows: readonly Row[]): void;
  drop(row: Row): void;
  /** Whether the condition holds for the window that ends at `end`, with the rows of that time. */
  holds(end: { readonly at: Micros; readonly rows: readonly Row[] }): boolean;
  /** For `{{value}}`. */
  value(): number;
}

const COMPARE: Readonly<Record<Comparator, (a: number, b: number) => boolean>> = {
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
  eq: (a, b) => a === b,
  neq: (a, b) => a !== b,
};

export function meets(threshold: Threshold, value: number): boolean {
  return threshold.every(({ op, value: limit }) => COMPARE[op](value, limit));
}

/** True where more events cannot undo that the threshold is met, so that nobody has to wait for them. */
export function onlyGrows(threshold: Threshold): boolean {
  return threshold.every(({ op }) => op === 'gt' || op === 'gte');
}
