import type { Predicate } from '../ast.ts';
import { type Node, type RuleBase, renumber } from './base.ts';
import { EARLY, type Knowledge, LATE, type LaidOut, NOT_LOOKED_UP } from './code.ts';
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

/** The predicates that some rules ask, numbered anew, those of one field side by side. */
export interface Layout extends Knowledge {
  /** With how each is looked up. */
  readonly entries: readonly Entry[];
  readonly rules: readonly LaidOut[];
  /** What is looked up together, in one field by one kind of place. Keywords have the empty field. */
  readonly tables: readonly Table[];
}

export interface Table {
  readonly field: string;
  /** In small letters. */
  readonly place: string;
  readonly entries: readonly Entry[];
  /** It is looked up when a guard asks for it, not for every event. */
  readonly late: boolean;
}

/** Lays out the rules of a base. */
export function layOut({ rules, predicates: all, places, literals, shares }: RuleBase): Layout {
  const numbers = new Int32Array(all.length);
  for (const { node } of rules) mark(node, numbers);
  const used: number[] = [];
  for (let number = 0; number < all.length; number++)
    if (numbers[number] === 1) numbers[number] = used.push(number) - 1;
  const local = (number: number): number => numbers[number] as number;
  const laidOut = rules.map(({ order, node, witnesses, guard }) => ({
    order,
    node: renumber(node, local),
    witnesses: witnesses?.map(local),
    guard: guard?.map(local),
  }));
  const entries = used.map((number, id) => {
    const predicate = all[number] as Predicate;
    const place = places[number] as Place;
    return { id, predicate, place, literal: announced(predicate, literals[number]), share: shares[number] ?? 1 };
  });
  const tables = tablesOf(laidOut, entries);
  const settled = new Uint8Array(entries.length).fill(NOT_LOOKED_UP);
  for (const { late, entries: own } of tables) for (const { id } of own) settled[id] = late ? LATE : EARLY;
  const sure = Uint8Array.from(entries, ({ place }) => (isSure(place) ? 1 : 0));
  return { entries, rules: laidOut, tables, settled, sure };
}

/** Finds for nothing, an event, that pay for a second look at the same text. */
const OFTEN = 0.2;
/** What costs little to look up twice: whole texts, beginnings, ends. */
const CHEAP_PLACES = 'wse';

/** Tables of what announces or guards a rule. All else is tried when a rule asks for it, which few do. */
function tablesOf(rules: readonly LaidOut[], entries: readonly Entry[]): Table[] {
  const announcing = new Set(rules.flatMap(({ witnesses = [] }) => witnesses));
  // Guards over numbers compare the number itself.
  const guards = rules.flatMap(({ guard = [] }) => guard.filter((number) => entries[number]?.place !== 'N'));
  const used = new Set([...announcing, ...guards]);
  const tables = groupBy(
    entries.filter(({ id }) => used.has(id)),
    ({ place, predicate }) => `${place.toLowerCase()} ${predicate.field}`,
  );
  return [...tables.values()].flatMap((own) => split(own, announcing));
}

/** What only guards gets a table of its own, for few events, where it would often be found for nothing. */
function split(entries: readonly Entry[], announcing: ReadonlySet<number>): Table[] {
  const [first] = entries as [Entry];
  const { field } = first.predicate;
  const place = first.place.toLowerCase();
  const early = entries.filter(({ id }) => announcing.has(id));
  const late = entries.filter(({ id }) => !announcing.has(id));
  const often = late.reduce((sum, { share }) => sum + share, 0) > OFTEN;
  if (early.length === 0) return [{ field, place, entries, late: true }];
  if (late.length === 0 || !often || !CHEAP_PLACES.includes(place)) return [{ field, place, entries, late: false }];
  return [
    { field, place, entries: early, late: false },
    { field, place, entries: late, late: true },
  ];
}

/** Marks the predicates that a node asks with 1. */
function mark(node: Node, marks: Int32Array): void {
  if (typeof node === 'number') marks[node >= 0 ? node : ~node] = 1;
  else for (const part of node.of) mark(part, marks);
}
