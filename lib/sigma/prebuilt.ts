import type { CorrelationInfo } from '../model/rule.ts';
import { assemble, type CompiledRule, listUses } from './assemble.ts';
import type { Item, Logic } from './ast.ts';
import { buildBase } from './build.ts';
import { compileLogic } from './compile/logic.ts';
import type { IndexedRule, RuleBase } from './index/base.ts';
import { createMatcher } from './index/matcher.ts';
import { parseFile } from './parse/document.ts';
import type { Lists, LoadOptions, RuleFile, RuleProblem, RuleSet } from './types.ts';

/** What `prebuildRuleSet` writes. `logic` stands where lists decide what a rule matches. */
interface Prebuilt {
  readonly format: 1;
  readonly routing: 'logsource' | 'none';
  readonly base: RuleBase;
  /** Index of the rule in `base` → its logic. */
  readonly withLists: readonly (readonly [index: number, logic: Logic<Item>])[];
  readonly correlations: readonly CorrelationInfo[];
}

/** Rules with errors in a bundle: tells all of them. */
export class PrebuildError extends Error {
  override readonly name = 'PrebuildError';
  readonly retryable = false;
  readonly problems: readonly RuleProblem[];

  constructor(problems: readonly RuleProblem[]) {
    const [first] = problems;
    super(
      `${problems.length} errors in the rules, the first in ${first?.file}:${first?.line}: ${first?.message}. Run "rules check".`,
    );
    this.problems = problems;
  }
}

/**
 * The rules as JSON that `readPrebuiltRules` turns into a set within milliseconds; without their tests. Lists are filled
 * in when it is revived. Throws PrebuildError when a rule has errors.
 */
export function prebuildRuleSet(files: readonly RuleFile[], options: LoadOptions = {}): string {
  const problems: RuleProblem[] = [];
  const documents = files.flatMap((file) => parseFile(file, problems));
  const { detections, correlations } = assemble(documents, { ...options, unresolvedLists: 'empty' });
  const errors = problems.filter((problem) => problem.level === 'error');
  if (errors.length > 0) throw new PrebuildError(errors);
  const prebuilt: Prebuilt = {
    format: 1,
    routing: options.routing ?? 'logsource',
    base: buildBase(detections),
    withLists: detections.flatMap(({ logic }, index) => (logic ? [[index, logic] as const] : [])),
    correlations,
  };
  return JSON.stringify(prebuilt);
}

/** Rules out of a prebuilt text, before their lists are filled in. */
export interface PrebuiltRules {
  /** The lists that rules name, in order. */
  readonly listNames: readonly string[];
  /** The set, within milliseconds. Rules that use lists are compiled here; a list that is not there matches nothing. */
  revive(lists?: Lists): RuleSet;
}

/** Reads what `prebuildRuleSet` wrote. */
export function readPrebuiltRules(json: string): PrebuiltRules {
  const prebuilt = JSON.parse(json) as Prebuilt;
  const { base, withLists } = prebuilt;
  const users = withLists.flatMap(([index, logic]) => {
    const info = base.rules[index]?.info;
    return info ? [{ info, logic }] : [];
  });
  return {
    listNames: listUses(users, new Map()).map(({ name }) => name),
    revive: (lists = new Map()) => reviveRuleSet(prebuilt, lists),
  };
}

function reviveRuleSet({ routing, base, withLists, correlations }: Prebuilt, lists: Lists): RuleSet {
  const listed = withLists.flatMap(([index, logic]) => {
    const rule = base.rules[index];
    return rule ? [{ index, rule: compileWith(rule, logic, lists) }] : [];
  });
  const filled = listed.length > 0 ? refill(base, listed) : base;
  return {
    rules: [...filled.rules.map(({ info }) => info), ...correlations],
    tests: new Map(),
    matcher: createMatcher(filled, routing),
    lists: listUses(
      listed.map(({ rule }) => rule),
      lists,
    ),
  };
}

function compileWith({ info }: IndexedRule, logic: Logic<Item>, lists: Lists): CompiledRule {
  const zone = info.alert.schedule?.zone ?? 'UTC';
  const expr = compileLogic(logic, { lists, zone, emptyUnknownLists: true }, () => undefined);
  return { info, logic, expr };
}

function refill(base: RuleBase, listed: readonly { index: number; rule: CompiledRule }[]): RuleBase {
  const fresh = buildBase(
    listed.map(({ rule }) => rule),
    base,
  );
  const rules = [...base.rules];
  for (const [at, { index }] of listed.entries()) {
    const rule = fresh.rules[at];
    if (rule) rules[index] = rule;
  }
  return { ...fresh, rules };
}
