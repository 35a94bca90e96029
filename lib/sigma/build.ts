import type { DetectionInfo } from '../model/rule.ts';
import type { Expr } from './ast.ts';
import { type IndexedRule, type Node, PredicateTable, type RuleBase, renumber, toNode } from './index/base.ts';
import { chooseGuards } from './index/choose-guards.ts';
import { choosePairs } from './index/choose-pairs.ts';
import { chooseWitnesses } from './index/choose-witnesses.ts';
import { groupBy } from './index/group.ts';
import { placesOf } from './index/place.ts';
import { estimateShares } from './index/shares.ts';

/** What the index needs of a compiled rule. */
export interface RuleToIndex {
  readonly info: Pick<DetectionInfo, 'logsource'>;
  readonly expr: Expr;
}

/**
 * Numbers the predicates of rules, and chooses what announces and guards each rule. `orders`: their places in the set,
 * where they are not all of it.
 */
export function buildBase(rules: readonly RuleToIndex[], orders: readonly number[] = [...rules.keys()]): RuleBase {
  const table = new PredicateTable();
  const nodes = rules.map(({ expr }) => toNode(expr, table));
  const sorted = sideBySide(table, nodes);
  const base = {
    predicates: sorted.predicates,
    ...placesOf(sorted.predicates),
    rules: rules.map(
      ({ info: { logsource } }, index): IndexedRule => ({
        order: orders[index] as number,
        logsource,
        node: sorted.nodes[index] as Node,
      }),
    ),
  };
  return chooseGuards(choosePairs(chooseWitnesses({ ...base, shares: estimateShares(base) })));
}

/** Predicates of one field, and of these those of one table, side by side: an event touches few lines of memory. */
function sideBySide({ predicates }: PredicateTable, nodes: readonly Node[]) {
  const { places } = placesOf(predicates);
  const order = [...groupBy(predicates.keys(), (at) => `${predicates[at]?.field} ${places[at]}`).values()].flat();
  const numbers = new Int32Array(predicates.length);
  for (const [now, before] of order.entries()) numbers[before] = now;
  return {
    predicates: order.flatMap((at) => predicates[at] ?? []),
    nodes: nodes.map((node) => renumber(node, (number) => numbers[number] as number)),
  };
}
