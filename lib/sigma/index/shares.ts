import type { Predicate } from '../ast.ts';
import { parseRange } from '../event/address.ts';
import type { Node, RuleBase } from './base.ts';
import { plainLiteral, requiredLiteral } from './required-literal.ts';

/**
 * How often each predicate is expected to hold; null for those that no index can look up. What many rules ask for, or
 * make exceptions of, is taken to be common in events, too: everybody's mail domain, a frequent action.
 */
export function estimateShares({ predicates, rules }: Pick<RuleBase, 'predicates' | 'rules'>): (number | null)[] {
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
      ? null
      : Math.max(share, Math.min(0.6, (3 * again) / (fieldUses.get(predicate.field) ?? 1)));
  });
}

function countUses(node: Node, uses: Map<number, number>): void {
  if (typeof node !== 'number') for (const part of node.of) countUses(part, uses);
  else uses.set(node >= 0 ? node : ~node, (uses.get(node >= 0 ? node : ~node) ?? 0) + 1);
}

function isEquality(predicate: Predicate): boolean {
  return (
    predicate.op === 'text' && predicate.field !== '' && predicate.tokens.every((token) => typeof token === 'string')
  );
}

/** Beginnings and ends are more common than their length tells. */
const AFFIX_SHARE = 0.12;
/** Such as stand for kinds, by a separator: a mail domain, `.exe`, `peer.`, `C:\\Windows\\`. */
const KIND_SHARE = 0.3;
const KIND = { start: /[./\\:]$/, end: /^[.@]/ } as const;

/** The least share of a beginning or an end. */
function leastShare(predicate: Predicate): number {
  const plain = predicate.op === 'text' ? plainLiteral(predicate.tokens) : undefined;
  if (plain?.anchor !== 'start' && plain?.anchor !== 'end') return 0;
  return KIND[plain.anchor].test(plain.literal) ? KIND_SHARE : AFFIX_SHARE * 0.9 ** plain.literal.length;
}

function estimate(predicate: Predicate, distinct: number): number | undefined {
  switch (predicate.op) {
    case 'text':
    case 'regex': {
      // A keyword is looked for in every value of the event: ten fields, say.
      const places = predicate.field === '' ? 10 : 1;
      const literal = requiredLiteral(predicate);
      if (isEquality(predicate)) return Math.min(1 / (distinct + 2), 0.75 ** (literal ?? '').length);
      if (literal === undefined) return undefined;
      return Math.max(leastShare(predicate), Math.min(0.5, places * 0.45 ** literal.length));
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
