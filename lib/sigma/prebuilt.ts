import type { CorrelationInfo } from '../model/rule.ts';
import { assemble, type CompiledRule, listUses } from './assemble.ts';
import type { Expr } from './ast.ts';
import { buildRuleSet } from './build.ts';
import { compileLogic } from './compile/logic.ts';
import { parseFile } from './parse/document.ts';
import type { Lists, LoadOptions, RuleFile, RuleProblem, RuleSet } from './types.ts';

interface Prebuilt {
  readonly format: 1;
  readonly routing: 'logsource' | 'none';
  readonly detections: readonly CompiledRule[];
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
 * The rules as JSON that `reviveRuleSet` turns into a set within milliseconds; without their tests. Lists are filled in
 * when it is revived. Throws PrebuildError when a rule has errors.
 */
export function prebuildRuleSet(files: readonly RuleFile[], options: LoadOptions = {}): string {
  const problems: RuleProblem[] = [];
  const documents = files.flatMap((file) => parseFile(file, problems));
  const { detections, correlations } = assemble(documents, { ...options, unresolvedLists: 'empty' });
  const errors = problems.filter((problem) => problem.level === 'error');
  if (errors.length > 0) throw new PrebuildError(errors);
  const prebuilt: Prebuilt = { format: 1, routing: options.routing ?? 'logsource', detections, correlations };
  return JSON.stringify(prebuilt);
}

/** The set of a prebuilt text. Rules that use lists are compiled here; a list that is not there matches nothing. */
export function reviveRuleSet(json: string, lists: Lists = new Map()): RuleSet {
  const { routing, detections, correlations } = JSON.parse(json) as Prebuilt;
  const filled = detections.map((rule) => (rule.logic ? { ...rule, expr: refill(rule, lists) } : rule));
  const assembled = { detections: filled, correlations, tests: new Map(), lists: listUses(detections, lists) };
  return buildRuleSet(assembled, { routing, lists });
}

function refill({ info, logic, expr }: CompiledRule, lists: Lists): Expr {
  if (!logic) return expr;
  const zone = info.alert.schedule?.zone ?? 'UTC';
  return compileLogic(logic, { lists, zone, emptyUnknownLists: true }, () => undefined);
}
