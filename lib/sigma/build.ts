import type { CompiledRule } from './assemble.ts';
import { type IndexedRule, type Node, PredicateTable, type RuleBase, renumber, toNode } from './index/base.ts';
import { groupBy } from './index/group.ts';
import { chooseGuards } from './index/guard.ts';
import { placesOf } from './index/place.ts';
import { estimateShares } from './index/shares.ts';
import { chooseWitnesses } from './index/witness.ts';

/** Predicates that are numbered already. */
type Known = Pick<RuleBase, 'predicates' | 'places' | 'literals'>;

const NONE: Known = { predicates: [], places: '', literals: {} };

/** Numbers the predicates of rules, after those that are known, and chooses what announces and guards each rule. */
export function buildBase(rules: readonly CompiledRule[], known: Known = NONE): RuleBase {
  const first = known.predicates.length;
  const table = new PredicateTable(first);
  const nodes = rules.map(({ expr }) => toNode(expr, table));
  const fresh = sideBySide(table, nodes, first);
  const { places, literals } = placesOf(fresh.predicates, first);
  const base: RuleBase = {
    predicates: [...known.predicates, ...fresh.predicates],
    places: known.places + places,
    literals: { ...known.literals, ...literals },
    rules: rules.map(({ info }, index): IndexedRule => ({ info, node: fresh.nodes[index] as Node })),
  };
  const shares = estimateShares(base);
  return chooseGuards(chooseWitnesses(base, shares), shares);
}

/** Predicates of one field, and of these those of one table, side by side: an event touches few lines of memory. */
function sideBySide({ predicates }: PredicateTable, nodes: readonly Node[], first: number) {
  const { places } = placesOf(predicates);
  const order = [...groupBy(predicates.keys(), (at) => `${predicates[at]?.field} ${places[at]}`).values()].flat();
  const numbers = new Int32Array(predicates.length);
  for (const [now, before] of order.entries()) numbers[before] = first + now;
  return {
    predicates: order.flatMap((at) => predicates[at] ?? []),
    nodes: nodes.map((node) => renumber(node, (number) => numbers[number - first] as number)),
  };
}
