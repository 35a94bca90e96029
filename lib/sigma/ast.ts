import type { Comparator } from '../model/rule.ts';
import type { Place } from './parse/report.ts';
import type { Scalar } from './parse/tree.ts';

/** A detection as written, identifiers put in their places: what conditions and filters make. Plain JSON. */
export type Logic<T> =
  | { readonly and: readonly Logic<T>[] }
  | { readonly or: readonly Logic<T>[] }
  | { readonly not: Logic<T> }
  | { readonly least: number; readonly of: readonly Logic<T>[] }
  | T;

/** One `field|modifier: value` of a rule. An empty field means keywords. */
export interface Item {
  readonly field: string;
  readonly modifiers: readonly string[];
  readonly values: readonly Value[];
  readonly at: Place;
}

export interface Value {
  readonly value: Scalar;
  /** As written, without quotes. */
  readonly source: string;
  readonly at: Place;
}

/** A run of characters, or a wildcard: 0 = any run, 1 = exactly one character. */
export type Token = string | 0 | 1;

/** A question about one event, all modifiers worked in. An empty field asks every scalar value of the event. */
export type Predicate =
  | { readonly op: 'text'; readonly field: string; readonly tokens: readonly Token[]; readonly cased: boolean }
  | { readonly op: 'regex'; readonly field: string; readonly pattern: string; readonly flags: string }
  | { readonly op: 'cidr'; readonly field: string; readonly range: string }
  | { readonly op: 'number'; readonly field: string; readonly compare: Comparator; readonly value: number }
  | {
      readonly op: 'time';
      readonly field: string;
      readonly part: TimePart;
      readonly compare: Comparator;
      readonly value: number;
      readonly zone: string;
    }
  | { readonly op: 'null'; readonly field: string }
  | { readonly op: 'exists'; readonly field: string }
  | {
      readonly op: 'fieldref';
      readonly field: string;
      readonly other: string;
      readonly how: 'equals' | 'contains' | 'startswith' | 'endswith';
      readonly cased: boolean;
    };

export const TIME_PARTS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;
export type TimePart = (typeof TIME_PARTS)[number];

/** A compiled rule: predicates under and, or, not. `{ and: [] }` always holds, `{ or: [] }` never. */
export type Expr = Logic<Predicate>;

export const ALWAYS: Expr = { and: [] };
export const NEVER: Expr = { or: [] };
