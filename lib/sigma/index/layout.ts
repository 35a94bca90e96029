import type { Predicate } from '../ast.ts';
import { type Node, type RuleBase, renumber } from './base.ts';
import { groupBy } from './group.ts';
import { announced, isSure, type Place } from './place.ts';

/** A predicate with its number, how it is looked up, and the literal that announces it. */
export interface Entry {
  readonly id: number;
  readonly predicate: Predicate;
  readonly place: Place;
  readonly literal: string;
  /** How often it is expected to hold. */
  readonly share: number;
}

/** A rule over the numbers of a layout. */
export interface LaidOut {
  /** Its place in the set. */
  readonly order: number;
  readonly node: Node;
  readonly witnesses: readonly number[] | undefined;
  readonly guard: readonly number[] | undefined;
  readonly pair: readonly number[] | undefined;
}

/** The predicates that some rules ask, numbered anew, those of one field side by side. */
export interface Layout {
  /** With how each is looked up. */
  readonly entries: readonly Entry[];
  readonly rules: readonly LaidOut[];
  /** What is looked up together, in one field by one kind of place. Keywords have the empty field. */
  readonly tables: readonly Table[];
  /** 1 for the predicates that a table finds, of every event. */
  readonly early: Uint8Array;
  /** 1 for those of which what a table finds is sure. */
  readonly sure: Uint8Array;
}

export interface Table {
  readonly field: string;
  /** In small letters. */
  readonly place: string;
  readonly entries: readonly Entry[];
}

/** Lays out the rules of a base. */
export function layOut({ rules, predicates: all, places, literals, shares }: RuleBase): Layout {
  const numbers = new Int32Array(all.length);
  for (const { node } of rules) mark(node, numbers);
  const used: number[] = [];
  for (let number = 0; number < all.length; number++)
    if (numbers[number] === 1) numbers[number] = used.push(number) - 1;
  const local = (number: number): number => numbers[number] as number;
  const laidOut = rules.map(({ order, node, witnesses, guard, pair }) => ({
    order,
    node: renumber(node, local),
    witnesses: witnesses?.map(local),
    guard: guard?.map(local),
    pair: pair?.map(local),
  }));
  const entries = used.map((number, id) => {
    const predicate = all[number] as Predicate;
    const place = places[number] as Place;
    return { id, predicate, place, literal: announced(predicate, literals[number]), share: shares[number] ?? 1 };
  });
  const tables = tablesOf(laidOut, entries);
  const early = new Uint8Array(entries.length);
  for (const { entries: own } of tables) for (const { id } of own) early[id] = 1;
  const sure = Uint8Array.from(entries, ({ place }) => (isSure(place) ? 1 : 0));
  return { entries, rules: laidOut, tables, early, sure };
}

/** Places of which keys are noted instead: a guard needs no table of them. */
const KEYED_PLACES = 'wsSeEN';

/** Tables of what announces a rule alone, or guards one without a key. All else is tried when a rule asks for it. */
function tablesOf(rules: readonly LaidOut[], entries: readonly Entry[]): Table[] {
  const announcing = rules.flatMap(({ witnesses = [], pair }) => (pair ? [] : witnesses));
  const guards = rules.flatMap(({ guard = [] }) =>
    guard.filter((number) => !KEYED_PLACES.includes((entries[number] as Entry).place)),
  );
  const used = new Set([...announcing, ...guards]);
  const tables = groupBy(
    entries.filter(({ id }) => used.has(id)),
    ({ place, predicate }) => `${place.toLowerCase()} ${predicate.field}`,
  );
  return [...tables.values()].map((own) => {
    const [{ place, predicate }] = own as [Entry];
    return { field: predicate.field, place: place.toLowerCase(), entries: own };
  });
}

/** Marks the predicates that a node asks with 1. */
function mark(node: Node, marks: Int32Array): void {
  if (typeof node === 'number') marks[node >= 0 ? node : ~node] = 1;
  else for (const part of node.of) mark(part, marks);
}
