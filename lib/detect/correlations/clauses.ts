import type { BooleanCondition, CorrelationInfo } from '../../model/rule.ts';

/** One way to make a condition true, by index of the rules: all of `present`, none of `absent`. */
export interface Clause {
  /** In the rules' written order. */
  readonly present: readonly number[];
  readonly absent: readonly number[];
}

const MAX_CLAUSES = 64;

/** The condition as alternatives (disjunctive normal form). Throws RangeError above 64 of them. */
export function clausesOf(info: CorrelationInfo): Clause[] {
  if (!info.boolean) return [{ present: info.rules.map((_, index) => index), absent: [] }];
  return alternatives(info.boolean, true, info.rules)
    .map(({ present, absent }) => ({ present: sorted(present), absent: sorted(absent) }))
    .filter(({ present, absent }) => !present.some((rule) => absent.includes(rule)));
}

export function hasNot(condition: BooleanCondition | undefined): boolean {
  if (!condition || 'rule' in condition) return false;
  if ('not' in condition) return true;
  return ('and' in condition ? condition.and : condition.or).some(hasNot);
}

function alternatives(condition: BooleanCondition, wanted: boolean, rules: readonly string[]): Clause[] {
  if ('rule' in condition) {
    const index = rules.indexOf(condition.rule);
    return [wanted ? { present: [index], absent: [] } : { present: [], absent: [index] }];
  }
  if ('not' in condition) return alternatives(condition.not, !wanted, rules);
  const isAnd = 'and' in condition;
  const parts = (isAnd ? condition.and : condition.or).map((part) => alternatives(part, wanted, rules));
  // De Morgan: what is not (a and b) is (not a) or (not b).
  const clauses = isAnd === wanted ? parts.reduce(product, [{ present: [], absent: [] }]) : parts.flat();
  if (clauses.length > MAX_CLAUSES) throw new RangeError(`the condition has more than ${MAX_CLAUSES} alternatives`);
  return clauses;
}

function product(left: readonly Clause[], right: readonly Clause[]): Clause[] {
  return left.flatMap((a) =>
    right.map((b) => ({ present: [...a.present, ...b.present], absent: [...a.absent, ...b.absent] })),
  );
}

function sorted(rules: readonly number[]): number[] {
  return [...new Set(rules)].sort((a, b) => a - b);
}
