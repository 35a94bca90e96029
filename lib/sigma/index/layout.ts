import type { Predicate } from '../ast.ts';
import type { IndexedRule, Node } from './base.ts';
import { plainLiteral, requiredLiteral } from './required-literal.ts';

/** The predicates that a program's rules ask, numbered anew, those of one field side by side. */
export interface Layout {
  readonly predicates: readonly Predicate[];
  /** Per rule, over the new numbers. */
  readonly nodes: readonly Node[];
  /** Witness → the rules it announces. */
  readonly users: ReadonlyMap<number, readonly number[]>;
  /** 1 for predicates that are decided for every event before rules are asked: those of fields with witnesses. */
  readonly settled: Uint8Array;
}

export function layOut(rules: readonly IndexedRule[], all: readonly Predicate[]): Layout {
  const used = new Set<number>();
  for (const { node } of rules) collect(node, used);
  const order = groupByField([...used], all);
  const numbers = new Map(order.map((number, index) => [number, index]));
  const local = (number: number): number => numbers.get(number) as number;
  const predicates = order.map((number) => all[number] as Predicate);
  const users = usersOf(rules, local);
  const fields = fieldsOf(users.keys(), predicates);
  return {
    predicates,
    nodes: rules.map(({ node }) => renumber(node, local)),
    users,
    settled: Uint8Array.from(predicates, (predicate, number) =>
      users.has(number) || (fields.get(predicate.field) === 'whole' && canLookUp(predicate)) ? 1 : 0,
    ),
  };
}

/**
 * Fields with witnesses. Where a few characters turn most values away (`gate`), other predicates of the field would only
 * let more of them pass, and are found out when asked; elsewhere one lookup does for all (`whole`).
 */
function fieldsOf(witnesses: Iterable<number>, predicates: readonly Predicate[]): Map<string, 'gate' | 'whole'> {
  const fields = new Map<string, 'gate' | 'whole'>();
  for (const number of witnesses) {
    const predicate = predicates[number] as Predicate;
    const gate = predicate.field !== '' && isAnchored(predicate) && fields.get(predicate.field) !== 'whole';
    fields.set(predicate.field, gate ? 'gate' : 'whole');
  }
  return fields;
}

function isAnchored(predicate: Predicate): boolean {
  const plain = predicate.op === 'text' ? plainLiteral(predicate.tokens) : undefined;
  return plain !== undefined && plain.anchor !== 'anywhere';
}

/** Thresholds are looked up only as witnesses: a number can pass hundreds of them. */
export function canLookUp(predicate: Predicate): boolean {
  if (predicate.op === 'cidr') return true;
  if (predicate.op === 'text' && predicate.tokens.length === 0) return predicate.field !== '';
  return (predicate.op === 'text' || predicate.op === 'regex') && requiredLiteral(predicate) !== undefined;
}

function groupByField(numbers: readonly number[], all: readonly Predicate[]): number[] {
  const fields = new Map<string, number[]>();
  for (const number of numbers) {
    const { field } = all[number] as Predicate;
    const group = fields.get(field);
    if (group) group.push(number);
    else fields.set(field, [number]);
  }
  return [...fields.values()].flat();
}

function usersOf(rules: readonly IndexedRule[], local: (number: number) => number): Map<number, number[]> {
  const users = new Map<number, number[]>();
  for (const [index, { witnesses }] of rules.entries()) {
    for (const witness of witnesses ?? []) {
      const list = users.get(local(witness));
      if (list) list.push(index);
      else users.set(local(witness), [index]);
    }
  }
  return users;
}

function collect(node: Node, into: Set<number>): void {
  if (typeof node === 'number') into.add(node >= 0 ? node : ~node);
  else for (const part of node.of) collect(part, into);
}

function renumber(node: Node, local: (number: number) => number): Node {
  if (typeof node === 'number') return node >= 0 ? local(node) : ~local(~node);
  return { need: node.need, of: node.of.map((part) => renumber(part, local)) };
}
