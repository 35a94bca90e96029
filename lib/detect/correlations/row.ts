import type { EventChange } from '../../model/change.ts';
import { compareDecimal } from '../../model/change.ts';
import type { EventSummary } from '../../model/finding.ts';
import type { Micros } from '../../model/timestamp.ts';

/** One event as a correlation keeps it. */
export interface Row {
  readonly at: Micros;
  /** What the timestamp has below the microsecond, 0 to 999. */
  readonly nanos: number;
  readonly id: string;
  /** What makes the event itself: the same twice is one. */
  readonly ref: string;
  /** Which of the correlation's rules it matched, by their index. */
  readonly by: readonly number[];
  /** Of the correlation's `field`; several fields as JSON text. */
  readonly value?: string | number;
  /** What an alert tells of it; dropped once told. */
  readonly words?: Words;
  /** Events it stands for, where it is not one: 0 for what an event that is counted already has grown by. */
  readonly n?: number;
  /** Of a baseline: the values of its `top` fields, "" where there is none. */
  readonly top?: readonly string[];
  /** Of a baseline: group field → what its value is called. */
  readonly names?: Readonly<Record<string, string>>;
  /** It is in some finding already. */
  readonly told?: true;
  /** The condition held for the window that ends here, and outer correlations know. */
  readonly held?: true;
  /** From before anybody watched: it trains and causes nothing. */
  readonly history?: true;
}

export interface Words extends Omit<EventSummary, 'ref' | 'at'> {
  /** Other fields that the title names. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** Event order: time to the nanosecond, then numeric id. The ref only makes it total. */
export function compareRows(a: Row, b: Row): number {
  return a.at - b.at || a.nanos - b.nanos || compareDecimal(a.id, b.id) || compareText(a.ref, b.ref);
}

/** The digits of a change's time below the microsecond. */
export function nanosOf(change: EventChange): number {
  return Number(change.order.nanosText.slice(26, 29));
}

/** Both in event order, every event once: one that several rules matched is one row. */
export function withRows(rows: readonly Row[], fresh: readonly Row[]): Row[] {
  const added = [...fresh].sort(compareRows);
  const merged: Row[] = [];
  let next = 0;
  const start = added[0] ? lowerBound(rows, added[0].at) : rows.length;
  for (let index = 0; index < start; index++) merged.push(rows[index] as Row);
  for (let index = start; index < rows.length; index++) {
    const row = rows[index] as Row;
    for (; next < added.length && compareRows(added[next] as Row, row) < 0; next++) push(merged, added[next] as Row);
    push(merged, row);
  }
  for (; next < added.length; next++) push(merged, added[next] as Row);
  return merged;
}

/** Index of the first row at or after `at`. */
export function lowerBound(rows: readonly Row[], at: Micros): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] as Row).at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Events that rows stand for. */
export function sizeOf(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + (row.n ?? 1), 0);
}

function push(rows: Row[], row: Row): void {
  const last = rows.at(-1);
  if (last?.ref !== row.ref) rows.push(row);
  else rows[rows.length - 1] = { ...last, by: [...new Set([...last.by, ...row.by])].sort((a, b) => a - b) };
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
