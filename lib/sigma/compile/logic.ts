import type { Expr, Item, Logic } from '../ast.ts';
import { ALWAYS } from '../ast.ts';
import { compileItem, type ItemContext } from './item.ts';
import type { PlanProblem } from './modifiers.ts';
import { allOf, anyOf, noneOf, someOf } from './simplify.ts';

/** Told for every item that cannot be compiled. */
export type OnProblem = (item: Item, problem: PlanProblem) => void;

/** Compiles a rule's logic; items that are wrong are told, and the result is then not to be used. */
export function compileLogic(logic: Logic<Item>, context: ItemContext, onProblem: OnProblem): Expr {
  const compile = (part: Logic<Item>): Expr => {
    if ('and' in part) return allOf(part.and.map(compile));
    if ('or' in part) return anyOf(part.or.map(compile));
    if ('not' in part) return noneOf(compile(part.not));
    if ('least' in part) return someOf(part.least, part.of.map(compile));
    const expr = compileItem(part, context);
    if (!('message' in expr)) return expr;
    onProblem(part, expr);
    return ALWAYS;
  };
  return compile(logic);
}

/** Every item of a rule, each as often as the condition uses it. */
export function itemsOf(logic: Logic<Item>): Item[] {
  if ('and' in logic) return logic.and.flatMap(itemsOf);
  if ('or' in logic) return logic.or.flatMap(itemsOf);
  if ('not' in logic) return itemsOf(logic.not);
  return 'least' in logic ? logic.of.flatMap(itemsOf) : [logic];
}
