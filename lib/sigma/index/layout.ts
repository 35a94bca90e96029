import type { Predicate } from '../ast.ts';
import { type Node, type RuleBase, renumber } from './base.ts';
import type { Knowledge } from './code.ts';
import type { Entry } from './field-table.ts';
import { groupBy } from './group.ts';
import { announced, isSure, type Place } from './place.ts';

/** The predicates that a program's rules ask, numbered anew, those of one field side by side. */
export interface Layout extends Knowledge {
  readonly predicates: readonly Predicate[];
  /** The same, with how each is looked up. */
  readonly entries: readonly Entry[];
  readonly rules: readonly LaidOut[];
  /** Field → what is looked up of it for every event. Keywords have the empty field. */
  readonly tables: ReadonlyMap<string, readonly Entry[]>;
  /** What a table could look up when it is asked for. */
  readonly rest: ReadonlyMap<string, readonly Entry[]>;
}

/** A rule over the new numbers. */
export interface LaidOut {
  readonly node: Node;
  readonly witnesses: readonly number[] | undefined;
  readonly guard: readonly number[] | undefined;
}

/** Lays out the rules of a base. */
export function layOut({ rules, predicates: all, places, literals }: RuleBase): Layout {
  const numbers = new Int32Array(all.length);
  for (const { node } of rules) mark(node, numbers);
  const used: number[] = [];
  for (let number = 0; number < all.length; number++)
    if (numbers[number] === 1) numbers[number] = used.push(number) - 1;
  const local = (number: number): number => numbers[number] as number;
  const laidOut = rules.map(({ node, witnesses, guard }) => ({
    node: renumber(node, local),
    witnesses: witnesses?.map(local),
    guard: guard?.map(local),
  }));
  const entries = used.map((number, id) => {
    const predicate = all[number] as Predicate;
    const place = places[number] as Place;
    return { id, predicate, place, literal: announced(predicate, literals[number]) };
  });
  const settled = settledOf(laidOut, entries);
  const mayLook = ({ place, predicate }: Entry): boolean => place !== '-' && place !== 'N' && predicate.field !== '';
  return {
    predicates: entries.map(({ predicate }) => predicate),
    entries,
    rules: laidOut,
    tables: byField(entries.filter(({ id }) => settled[id] === 1)),
    rest: byField(entries.filter((entry) => settled[entry.id] === 0 && mayLook(entry))),
    settled,
    sure: Uint8Array.from(entries, ({ place }) => (isSure(place) ? 1 : 0)),
  };
}

/** Tables that hold every predicate that they can once they are there: more of them cost an event nothing. */
const WHOLE_TABLES = 'wiIR';

function settledOf(rules: readonly LaidOut[], entries: readonly Entry[]): Uint8Array {
  const settled = new Uint8Array(entries.length);
  const isNumber = (number: number): boolean => entries[number]?.place === 'N';
  for (const { witnesses = [], guard = [] } of rules) {
    for (const number of witnesses) settled[number] = 1;
    // Guards over numbers compare the number itself.
    for (const number of guard) if (!isNumber(number)) settled[number] = 1;
  }
  const tableOf = ({ place, predicate }: Entry): string => place.toLowerCase() + predicate.field;
  const filled = entries.filter(({ id, place }) => settled[id] === 1 && WHOLE_TABLES.includes(place));
  const tables = new Set(filled.map(tableOf));
  for (const entry of entries) if (tables.has(tableOf(entry))) settled[entry.id] = 1;
  return settled;
}

function byField(entries: readonly Entry[]): Map<string, Entry[]> {
  return groupBy(entries, ({ predicate }) => predicate.field);
}

/** Marks the predicates that a node asks with 1. */
function mark(node: Node, marks: Int32Array): void {
  if (typeof node === 'number') marks[node >= 0 ? node : ~node] = 1;
  else for (const part of node.of) mark(part, marks);
}
