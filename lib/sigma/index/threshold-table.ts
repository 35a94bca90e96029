import type { Comparator } from '../../model/rule.ts';
import { numberOf } from '../parse/read.ts';
import type { Finds } from './finds.ts';

interface Entry {
  readonly value: number;
  /** The threshold itself does not pass. */
  readonly open: boolean;
  readonly code: number;
}

export interface Threshold {
  readonly compare: Comparator;
  readonly value: number;
  readonly code: number;
}

/** Which of many thresholds a number passes. */
export class ThresholdTable {
  /** `gt`, `gte`: ascending, so that what is passed is a beginning; `lt`, `lte` and `eq` likewise by their own order. */
  readonly above: readonly Entry[];
  readonly below: readonly Entry[];
  readonly equal = new Map<number, number[]>();

  constructor(thresholds: readonly Threshold[]) {
    const entriesOf = (open: Comparator, closed: Comparator): Entry[] =>
      thresholds
        .filter(({ compare }) => compare === open || compare === closed)
        .map(({ compare, value, code }) => ({ value, open: compare === open, code }));
    this.above = entriesOf('gt', 'gte').sort((a, b) => a.value - b.value);
    this.below = entriesOf('lt', 'lte').sort((a, b) => b.value - a.value);
    for (const { compare, value, code } of thresholds) {
      if (compare === 'eq') this.equal.set(value, [...(this.equal.get(value) ?? []), code]);
    }
  }
}

/** Of a number, or a text that is one. */
export function findThresholds(table: ThresholdTable, value: unknown, found: Finds): void {
  const number = numberOf(value);
  if (number === undefined) return;
  passed(table.above, number, 1, found);
  passed(table.below, number, -1, found);
  const equal = table.equal.get(number);
  if (equal) for (const code of equal) found.add(code);
}

/** Entries in the order in which a number passes them: upwards with sign 1, downwards with −1. */
function passed(entries: readonly Entry[], number: number, sign: 1 | -1, found: Finds): void {
  for (let at = 0; at < entries.length; at++) {
    const { value, open, code } = entries[at] as Entry;
    const distance = (number - value) * sign;
    if (distance < 0) break;
    if (!open || distance > 0) found.add(code);
  }
}
