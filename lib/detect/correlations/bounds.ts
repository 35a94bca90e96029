/**
 * How a group's memory stays bounded. Up to 1,000 events are kept one by one and everything is exact. Beyond, the
 * oldest are kept per hundredth of the timespan (and rule, and value): their number, latest time and mean value. If that
 * is still too much, the oldest go.
 */
import type { Micros } from '../../model/timestamp.ts';
import { lowerBound, type Row, type Words } from './row.ts';

/** Events of one group that are kept one by one. */
export const MAX_ROWS = 1000;
const KEPT_EXACT = 500;
const SLOTS = 100;
/** Well below the 350 KB of a State item: what the last write caused stands beside it. */
const MAX_BYTES = 220_000;

/** At most `MAX_ROWS`, in event order; those before `floor` can matter to no window any more. */
export function bounded(rows: readonly Row[], floor: Micros, timespan: Micros, distinct: boolean): Row[] {
  const kept = rows.slice(lowerBound(rows, floor));
  if (kept.length <= MAX_ROWS) return light(kept);
  const exactFrom = kept.length - KEPT_EXACT;
  const slots = inSlots(kept.slice(0, exactFrom), Math.max(1, Math.floor(timespan / SLOTS)), distinct);
  return light([...slots, ...kept.slice(exactFrom)].slice(-MAX_ROWS));
}

/** One row per slot of time, rules and, where values are counted, value. */
function inSlots(rows: readonly Row[], width: Micros, distinct: boolean): Row[] {
  const slots = new Map<string, Row>();
  for (const row of rows) {
    const value = distinct ? row.value : '';
    const key = JSON.stringify([Math.floor(row.at / width), row.by, value, row.told ?? false, row.history ?? false]);
    const known = slots.get(key);
    // Taken out and put in again, so that the map stays in event order.
    slots.delete(key);
    slots.set(key, known ? together(known, row) : row);
  }
  return [...slots.values()];
}

function together(a: Row, b: Row): Row {
  const [sizeA, sizeB] = [a.n ?? 1, b.n ?? 1];
  const isMean = typeof a.value === 'number' && typeof b.value === 'number';
  const value = isMean ? (Number(a.value) * sizeA + Number(b.value) * sizeB) / (sizeA + sizeB) : b.value;
  return {
    ...b,
    n: sizeA + sizeB,
    ...(value === undefined ? {} : { value }),
  };
}

/** Long names would not fit a thousand times: then only the newest events keep their words. */
export function light(rows: readonly Row[], most = MAX_BYTES): Row[] {
  // Rows without words fit for certain, so they come first.
  let bytes = rows.reduce((sum, row) => sum + bareBytes(row), 0);
  const kept = [...rows];
  for (let index = rows.length - 1; index >= 0; index--) {
    const { words, ...bare } = rows[index] as Row;
    if (!words) continue;
    bytes += wordBytes(words);
    if (bytes > most) kept[index] = bare;
  }
  return kept;
}

function bareBytes({ ref, id, value }: Row): number {
  return 110 + textBytes(ref) + textBytes(id) + (typeof value === 'string' ? textBytes(value) : 20);
}

function wordBytes({ activity, actor, target, fields }: Words): number {
  let bytes = 50 + textBytes(activity) + textBytes(actor) + textBytes(target);
  for (const name in fields) bytes += 8 + textBytes(name) + textBytes(fields[name] ?? '');
  return bytes;
}

/** As JSON: a quote or a backslash takes two. */
function textBytes(text: string): number {
  const escaped = /["\\]/.test(text) ? text.length : 0;
  return Buffer.byteLength(text) + escaped;
}
