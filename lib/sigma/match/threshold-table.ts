import type { Comparator } from '../../model/rule.ts';
import type { ThresholdEntry } from '../index/image.ts';
import { numberOf } from '../parse/read.ts';
import type { Finder } from './finder.ts';

interface Threshold {
  readonly value: number;
  /** The threshold itself does not pass. */
  readonly open: boolean;
  readonly record: number;
}

/** Which of many thresholds a number passes. */
export class ThresholdTable {
  /** `gt`, `gte`: ascending, so that what is passed is a beginning; `lt`, `lte` and `eq` likewise by their own order. */
  private readonly above: readonly Threshold[];
  private readonly below: readonly Threshold[];
  private readonly equal = new Map<number, number[]>();

  constructor(entries: readonly ThresholdEntry[]) {
    const thresholdsOf = (open: Comparator, closed: Comparator): Threshold[] =>
      entries
        .filter(({ compare }) => compare === open || compare === closed)
        .map(({ compare, value, record }) => ({ value, open: compare === open, record }));
    this.above = thresholdsOf('gt', 'gte').sort((a, b) => a.value - b.value);
    this.below = thresholdsOf('lt', 'lte').sort((a, b) => b.value - a.value);
    for (const { compare, value, record } of entries) {
      if (compare === 'eq') this.equal.set(value, [...(this.equal.get(value) ?? []), record]);
    }
  }

  /** Of a number, or a text that is one. */
  find(value: unknown, finder: Finder): void {
    const number = numberOf(value);
    if (number === undefined) return;
    passed(this.above, number, 1, finder);
    passed(this.below, number, -1, finder);
    for (const record of this.equal.get(number) ?? []) finder.add(record);
  }
}

/** Thresholds in the order in which a number passes them: upwards with sign 1, downwards with −1. */
function passed(thresholds: readonly Threshold[], number: number, sign: 1 | -1, finder: Finder): void {
  for (let at = 0; at < thresholds.length; at++) {
    const { value, open, record } = thresholds[at] as Threshold;
    const distance = (number - value) * sign;
    if (distance < 0) break;
    if (!open || distance > 0) finder.add(record);
  }
}
