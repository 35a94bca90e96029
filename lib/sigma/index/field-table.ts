import type { Predicate } from '../ast.ts';
import { textOfScalar } from '../event/fields.ts';
import { EdgeTable, findEnd, findStart } from './edge-table.ts';
import { Finds } from './finds.ts';
import { findInner, InnerTable } from './inner-table.ts';
import type { FindText, Look } from './look.ts';
import type { Needle } from './needles.ts';
import { MOST_ENTRIES } from './packed-table.ts';
import { isSure, type Place } from './place.ts';
import { findRanges, type RangeEntry, RangeTable } from './range-table.ts';
import { type Anchor, plainLiteral } from './required-literal.ts';
import { type AnchoredNeedle, findShort, ShortTable } from './short-table.ts';
import { findThresholds, type Threshold, ThresholdTable } from './threshold-table.ts';
import { findCached, ValueCache } from './value-cache.ts';
import { findWhole, WholeTable } from './whole-table.ts';

/** A predicate with its number, how it is looked up, and the literal that announces it. */
export interface Entry {
  readonly id: number;
  readonly predicate: Predicate;
  readonly place: Place;
  readonly literal: string;
}

/** Whole numbers below are looked up once. */
const SMALL_NUMBERS = 256;

/** What has to be looked up, by the kind of table that can do it. */
interface Sorted {
  readonly w: Needle[];
  readonly s: Needle[];
  readonly e: Needle[];
  readonly i: Needle[];
  readonly h: AnchoredNeedle[];
  readonly ranges: RangeEntry[];
  readonly thresholds: Threshold[];
}

/** Tells of a value which of many predicates of one field it satisfies, or may satisfy. */
export class FieldTable {
  /** What to do with a text, in any order. */
  readonly looks: readonly Look[];
  private readonly others: readonly Look[];
  private readonly thresholds: ThresholdTable | undefined;
  private readonly ofNumbers: (Int32Array | undefined)[] = [];

  /** `often`: values that say the same as before need not be looked up again. */
  constructor(entries: readonly Entry[], often = false) {
    const sorted = sort(entries);
    this.others = looksOf(sorted);
    this.thresholds = sorted.thresholds.length > 0 ? new ThresholdTable(sorted.thresholds) : undefined;
    const all = this.thresholds ? [...this.others, look(findThresholds, this.thresholds)] : this.others;
    const dear = sorted.i.length + sorted.h.length + sorted.ranges.length + sorted.thresholds.length > 0;
    this.looks = dear && often ? [look(findCached, new ValueCache(all))] : all;
  }

  /** Of any value: a scalar, or an array of them. */
  find(value: unknown, found: Finds): void {
    if (typeof value === 'string') for (const { find, table } of this.looks) find(table as never, value, found);
    else if (Array.isArray(value)) for (const each of value) this.find(each, found);
    else this.findOther(value, found);
  }

  private findOther(value: unknown, found: Finds): void {
    if (typeof value === 'number' && value >= 0 && value < SMALL_NUMBERS && !this.thresholds) {
      const said = this.ofNumbers[value] ?? this.askNumber(value);
      if (said) for (const code of said) found.add(code);
    } else this.findScalar(value, found);
  }

  /** What a small whole number says, found out once: protocols and ports come as numbers, and are asked for as texts. */
  private askNumber(value: number): Int32Array | undefined {
    const own = new Finds();
    this.findScalar(value, own);
    const said = own.codes.slice(0, own.count);
    if (Number.isInteger(value)) this.ofNumbers[value] = said;
    return said;
  }

  private findScalar(value: unknown, found: Finds): void {
    const text = textOfScalar(value);
    if (text === undefined) return;
    for (const { find, table } of this.others) find(table as never, text, found);
    if (this.thresholds) findThresholds(this.thresholds, value, found);
  }
}

function sort(entries: readonly Entry[]): Sorted {
  const sorted: Sorted = { w: [], s: [], e: [], i: [], h: [], ranges: [], thresholds: [] };
  for (const entry of entries) put(entry, sorted);
  return sorted;
}

function put({ id, predicate, place, literal }: Entry, sorted: Sorted): void {
  const code = id * 2 + (isSure(place) ? 1 : 0);
  const kind = place.toLowerCase();
  if (predicate.op === 'cidr') sorted.ranges.push({ range: predicate.range, code });
  else if (predicate.op === 'number') {
    sorted.thresholds.push({ compare: predicate.compare, value: predicate.value, code });
  } else if (kind === 'h') sorted.h.push({ literal, code, anchor: anchorOf(predicate) });
  else sorted[kind as 'w' | 's' | 'e' | 'i'].push({ literal, code });
}

function anchorOf(predicate: Predicate): Anchor {
  return (predicate.op === 'text' && plainLiteral(predicate.tokens)?.anchor) || 'anywhere';
}

function looksOf({ w, s, e, i, h, ranges }: Sorted): Look[] {
  return [
    ...chunks(w).map((needles) => look(findWhole, new WholeTable(needles))),
    ...chunks(s).map((needles) => look(findStart, new EdgeTable(needles, 'start'))),
    ...chunks(e).map((needles) => look(findEnd, new EdgeTable(needles, 'end'))),
    ...chunks(i).map((needles) => look(findInner, new InnerTable(needles))),
    ...(h.length > 0 ? [look(findShort, new ShortTable(h))] : []),
    ...(ranges.length > 0 ? [look(findRanges, new RangeTable(ranges))] : []),
  ];
}

function look<T>(find: (table: T, text: string, found: Finds) => void, table: T): Look {
  return { find: find as FindText, table };
}

function chunks<T>(items: readonly T[]): T[][] {
  const all: T[][] = [];
  for (let from = 0; from < items.length; from += MOST_ENTRIES) all.push(items.slice(from, from + MOST_ENTRIES));
  return all;
}
