import type { Predicate } from '../ast.ts';
import { parseRange } from '../event/address.ts';
import type { Node, RuleBase } from './base.ts';
import { requiredLiteral } from './required-literal.ts';

/** Predicates of which one must hold, and the share of events in which one is expected to. */
interface Choice {
  readonly witnesses: readonly number[];
  readonly share: number;
}

/** What one more field to look at costs every event, in candidates. */
const FIELD_COST = 0.5;

/** Chooses the witnesses of every rule: rare ones, in few fields. */
export function chooseWitnesses(base: RuleBase): RuleBase {
  const shares = estimateShares(base);
  const first = base.rules.map(({ node }) => choose(node, (number) => shares[number]));
  const users = new Map<string, number>();
  for (const choice of first) {
    const fields = new Set(choice?.witnesses.map((number) => base.predicates[number]?.field ?? ''));
    for (const field of fields) users.set(field, (users.get(field) ?? 0) + 1);
  }
  const shared = base.predicates.map(({ field }, number) => {
    const share = shares[number];
    return share === undefined ? undefined : share + FIELD_COST / (1 + (users.get(field) ?? 0));
  });
  const rules = base.rules.map((rule) => {
    const choice = choose(rule.node, (number) => shared[number]);
    return choice ? { ...rule, witnesses: [...new Set(choice.witnesses)] } : rule;
  });
  return { ...base, rules };
}

/** The best choice for a node; undefined when it can hold without any witness. */
function choose(node: Node, share: (number: number) => number | undefined): Choice | undefined {
  if (typeof node === 'number') {
    const own = node >= 0 ? share(node) : undefined;
    return own === undefined ? undefined : { witnesses: [node], share: own };
  }
  const choices = node.of.map((part) => choose(part, share));
  const open = choices.filter((choice): choice is Choice => choice !== undefined).sort((a, b) => a.share - b.share);
  if (node.need === 'all') return open[0];
  // At least n of k: of any k − n + 1 one must hold.
  const needed = node.of.length - node.need + 1;
  if (node.of.length === 0) return { witnesses: [], share: 0 };
  if (open.length < needed) return undefined;
  const taken = open.slice(0, needed);
  return {
    witnesses: taken.flatMap(({ witnesses }) => witnesses),
    share: taken.reduce((sum, choice) => sum + choice.share, 0),
  };
}

/**
 * How often each predicate is expected to hold; undefined for those that no index can look up. What many rules ask for
 * is taken to be common in events, too: everybody's mail domain, a frequent action.
 */
function estimateShares({ predicates, rules }: RuleBase): (number | undefined)[] {
  const uses = new Map<number, number>();
  for (const { node } of rules) countUses(node, uses);
  const values = new Map<string, number>();
  const fieldUses = new Map<string, number>();
  for (const [number, predicate] of predicates.entries()) {
    const { field } = predicate;
    if (isEquality(predicate)) values.set(field, (values.get(field) ?? 0) + 1);
    fieldUses.set(field, (fieldUses.get(field) ?? 0) + (uses.get(number) ?? 0));
  }
  return predicates.map((predicate, number) => {
    const share = estimate(predicate, values.get(predicate.field) ?? 1);
    const again = (uses.get(number) ?? 1) - 1;
    return share === undefined
      ? undefined
      : Math.max(share, Math.min(0.6, (3 * again) / (fieldUses.get(predicate.field) ?? 1)));
  });
}

function countUses(node: Node, uses: Map<number, number>): void {
  if (typeof node !== 'number') for (const part of node.of) countUses(part, uses);
  else if (node >= 0) uses.set(node, (uses.get(node) ?? 0) + 1);
}

function isEquality(predicate: Predicate): boolean {
  return (
    predicate.op === 'text' && predicate.field !== '' && predicate.tokens.every((token) => typeof token === 'string')
  );
}

function estimate(predicate: Predicate, distinct: number): number | undefined {
  switch (predicate.op) {
    case 'text':
    case 'regex': {
      // A keyword is looked for in every value of the event: ten fields, say.
      const places = predicate.field === '' ? 10 : 1;
      if (isEquality(predicate)) return 1 / (distinct + 2);
      const literal = requiredLiteral(predicate);
      return literal === undefined ? undefined : Math.min(0.5, places * 0.45 ** literal.length);
    }
    case 'cidr': {
      const range = parseRange(predicate.range);
      return range && Math.min(0.5, 2 ** (-Math.max(0, range.bits - 8) / 2));
    }
    case 'number':
      return predicate.compare === 'neq' ? undefined : 0.4;
    default:
      return undefined;
  }
}
