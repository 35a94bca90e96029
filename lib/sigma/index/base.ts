import type { LogSource } from '../../model/rule.ts';
import type { Expr, Predicate } from '../ast.ts';
import type { Places } from './place.ts';

/**
 * A rule over numbered predicates, negations pushed down to them: `p` asks predicate p, `~p` its opposite. Plain JSON.
 */
export type Node = number | Group;

/** `need` of the parts hold: all, any (1), or a number of them. */
export interface Group {
  readonly need: 'all' | number;
  readonly of: readonly Node[];
}

export interface IndexedRule {
  /** Its place in the set. */
  readonly order: number;
  readonly logsource: LogSource;
  readonly node: Node;
  /** Predicates of which one must hold for the rule to hold; absent when there are none to look for. */
  readonly witnesses?: readonly number[];
  /**
   * Whole values of another field than that of the witnesses, of which one must hold, too: the rule is found by both at
   * once. Absent when that does not pay.
   */
  readonly pair?: readonly number[];
  /** Predicates of one table of which one must hold, too, asked before the rule itself; absent when none pays. */
  readonly guard?: readonly number[];
}

/** All rules over one table of predicates: equal predicates of different rules are one. */
export interface RuleBase extends Places {
  readonly predicates: readonly Predicate[];
  /** How often each predicate is expected to hold; null for those that no index can look up. */
  readonly shares: readonly (number | null)[];
  readonly rules: readonly IndexedRule[];
}

/** Numbers predicates, equal ones alike. */
export class PredicateTable {
  readonly predicates: Predicate[] = [];
  private readonly numbers = new Map<string, number>();

  numberOf(predicate: Predicate): number {
    const key = JSON.stringify(predicate);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.predicates.push(predicate) - 1;
    this.numbers.set(key, number);
    return number;
  }
}

/** Numbers the predicates of an expression and pushes its negations down to them. */
export function toNode(expr: Expr, table: PredicateTable, negated = false): Node {
  const parts = (of: readonly Expr[]): Node[] => of.map((part) => toNode(part, table, negated));
  if ('and' in expr) return { need: negated ? 1 : 'all', of: parts(expr.and) };
  if ('or' in expr) return { need: negated ? 'all' : 1, of: parts(expr.or) };
  if ('not' in expr) return toNode(expr.not, table, !negated);
  // Not at least n of k: at least k − n + 1 do not hold.
  if ('least' in expr) return { need: negated ? expr.of.length - expr.least + 1 : expr.least, of: parts(expr.of) };
  const number = table.numberOf(expr);
  return negated ? ~number : number;
}

/** The node over other numbers. */
export function renumber(node: Node, numberOf: (number: number) => number): Node {
  if (typeof node === 'number') return node >= 0 ? numberOf(node) : ~numberOf(~node);
  return { need: node.need, of: node.of.map((part) => renumber(part, numberOf)) };
}
