import type { CompiledRule } from './assemble.ts';
import type { Predicate } from './ast.ts';
import { type IndexedRule, PredicateTable, type RuleBase, toNode } from './index/base.ts';
import { chooseWitnesses } from './index/witness.ts';

/** Numbers the predicates of rules, after those of `first`, and chooses what announces each rule. */
export function buildBase(rules: readonly CompiledRule[], first: readonly Predicate[] = []): RuleBase {
  const table = new PredicateTable(first);
  const indexed = rules.map(({ info, expr }): IndexedRule => ({ info, node: toNode(expr, table) }));
  return chooseWitnesses({ predicates: table.predicates, rules: indexed });
}
