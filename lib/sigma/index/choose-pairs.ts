import type { Predicate } from '../ast.ts';
import type { IndexedRule, RuleBase } from './base.ts';
import { positiveLeaves } from './code.ts';
import { groupBy } from './group.ts';

/** A rule with more pairs of values than this is found by its witnesses alone. */
const MOST_PAIRS = 16;
/** Finds an event that pairs of two fields must spare, so that looking them up pays. */
const PAIR_PAYS = 0.1;
/** Of the rules of a field, the share that a partner must cover: the others find its values all the same. */
const LEAST_COVERED = 0.5;
/** Fewer rules than this are found so rarely that pairs cost more. */
const LEAST_RULES = 16;
/** With how many other fields a field is paired. */
const MOST_PARTNERS = 2;
/** Pairs of fields that are looked up. */
const MOST_TABLES = 16;

/** A field with witnesses, another one, and of some rules, by their places in the base, which values of it they ask for. */
interface Pairing {
  readonly field: string;
  readonly partner: string;
  readonly parts: ReadonlyMap<number, readonly number[]>;
  /** Finds an event that it spares. */
  readonly spares: number;
}

/**
 * Pairs the witnesses of rules with another part that asks for whole values, too: what a user did, not all that either
 * the user did or was done. Whoever is named in many rules is then found only where it matters.
 */
export function choosePairs(base: RuleBase): RuleBase {
  const fields = groupBy(base.rules.keys(), (index) => witnessField(base, index) ?? '');
  fields.delete('');
  const chosen = [...fields]
    .flatMap(([field, rules]) => partnersOf(base, field, rules))
    .sort((a, b) => b.spares - a.spares)
    .slice(0, MOST_TABLES);
  const parts = new Map(chosen.flatMap((pairing) => [...pairing.parts]));
  return {
    ...base,
    rules: base.rules.map((rule, index) => {
      const pair = parts.get(index);
      return pair ? { ...rule, pair } : rule;
    }),
  };
}

/** The field of which a rule's witnesses are whole values; undefined where they are anything else. */
function witnessField(base: RuleBase, index: number): string | undefined {
  const { node, witnesses } = base.rules[index] as IndexedRule;
  if (typeof node === 'number' || node.need !== 'all' || !witnesses) return undefined;
  return wholeField(base, witnesses);
}

/** The one field of which predicates ask for whole values. */
function wholeField({ places, predicates }: RuleBase, numbers: readonly number[]): string | undefined {
  const fields = new Set(
    numbers.map((number) => (places[number] === 'w' ? (predicates[number] as Predicate).field : '')),
  );
  const [field] = fields;
  return fields.size === 1 && field !== '' ? field : undefined;
}

/** The fields to pair one with, those first that most of its rules ask for. */
function partnersOf(base: RuleBase, field: string, rules: readonly number[]): Pairing[] {
  const pairings: Pairing[] = [];
  let left = rules;
  let spared = 0;
  while (pairings.length < MOST_PARTNERS) {
    const byPartner = new Map<string, Map<number, readonly number[]>>();
    for (const index of left) {
      for (const [partner, part] of partsOf(base, index, field)) {
        byPartner.set(partner, (byPartner.get(partner) ?? new Map()).set(index, part));
      }
    }
    const [best] = [...byPartner].sort(([, a], [, b]) => b.size - a.size);
    if (!best || best[1].size < Math.max(LEAST_RULES, rules.length * LEAST_COVERED)) break;
    const [partner, parts] = best;
    left = left.filter((index) => !parts.has(index));
    const spares = sharesOf(base, rules) - sharesOf(base, left) - spared;
    if (spares < PAIR_PAYS) break;
    spared += spares;
    pairings.push({ field, partner, parts, spares });
  }
  return pairings;
}

/** Partner → which values of it a rule asks for. */
function partsOf(base: RuleBase, index: number, field: string): Map<string, readonly number[]> {
  const { node, witnesses = [] } = base.rules[index] as IndexedRule;
  const parts = new Map<string, readonly number[]>();
  if (typeof node === 'number') return parts;
  for (const part of node.of) {
    const leaves = positiveLeaves(part);
    if (!leaves || leaves.length === 0 || leaves.length * witnesses.length > MOST_PAIRS) continue;
    const partner = wholeField(base, leaves);
    if (partner !== undefined && partner !== field) parts.set(partner, leaves);
  }
  return parts;
}

/** How many witnesses of some rules an event is expected to have. */
function sharesOf({ rules, shares }: RuleBase, indices: readonly number[]): number {
  const witnesses = new Set(indices.flatMap((index) => rules[index]?.witnesses ?? []));
  return [...witnesses].reduce((sum, number) => sum + (shares[number] ?? 1), 0);
}
