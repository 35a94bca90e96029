import type { Alert } from '../model/alert.ts';
import type { Source } from '../model/event.ts';
import type { DetectionInfo, Rule, RuleTest } from '../model/rule.ts';
import { replayEvents } from '../pipeline/replay.ts';
import { type Lists, loadRuleSet, type RuleFile, type RuleSet } from '../sigma/index.ts';
import { alertLine } from './alert-line.ts';
import { differences } from './expectation.ts';
import { fillEvents } from './test-events.ts';

/** One case of `x-tests`, run. */
export interface TestResult {
  readonly rule: Rule;
  readonly test: RuleTest;
  /** What differs from what was expected, one line each; empty: it passed. */
  readonly differences: readonly string[];
  /** The alerts of the rule under test, the earliest first. */
  readonly alerts: readonly Alert[];
}

/** Rule files whose tests are run, over lists that a test can override. */
export class TestBench {
  readonly ruleSet: RuleSet;
  readonly #files: readonly RuleFile[];
  readonly #lists: Lists;
  /** A test's own lists, as JSON → the rules over them. */
  readonly #variants = new Map<string, RuleSet>();

  constructor(files: readonly RuleFile[], lists: Lists) {
    this.#files = files;
    this.#lists = lists;
    this.ruleSet = this.#load(lists);
  }

  /** Runs one test through the production engine over empty stores. Never throws for what a test holds. */
  async run(rule: Rule, test: RuleTest): Promise<TestResult> {
    const ruleSet = onlyRule(this.#over(test), rule.key);
    try {
      const events = fillEvents(test, feedOf(ruleSet));
      const alerts = (await replayEvents(ruleSet, events, { until: 'windows' })).filter(
        (alert) => alert.rule.key === rule.key,
      );
      return { rule, test, alerts, differences: differences(test.alerts, alerts.map(alertLine)) };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { rule, test, alerts: [], differences: [`it cannot be run: ${error.message}`] };
    }
  }

  #over({ lists }: RuleTest): RuleSet {
    if (!lists) return this.ruleSet;
    const key = JSON.stringify(lists);
    const ruleSet = this.#variants.get(key) ?? this.#load(new Map([...this.#lists, ...Object.entries(lists)]));
    this.#variants.set(key, ruleSet);
    return ruleSet;
  }

  /** A list that nobody declares is empty: `rules check` is where that is an error. */
  #load(lists: Lists): RuleSet {
    return loadRuleSet(this.#files, { lists, unresolvedLists: 'empty' }).ruleSet;
  }
}

/** The set with one rule, which alerts, and what it counts. */
export function onlyRule(ruleSet: RuleSet, key: string): RuleSet {
  const wanted = neededBy(ruleSet, key);
  const rules = ruleSet.rules
    .filter((rule) => wanted.has(rule.key))
    .map((rule): Rule => ({ ...rule, alerts: rule.key === key }));
  const byKey = new Map(rules.map((rule) => [rule.key, rule]));
  const matcher: RuleSet['matcher'] = {
    match: (event, logsource) =>
      ruleSet.matcher
        .match(event, logsource)
        .flatMap((info) => (byKey.get(info.key) as DetectionInfo | undefined) ?? []),
  };
  return { ...ruleSet, rules, matcher };
}

/** Keys of a rule and of all that it counts. */
function neededBy(ruleSet: RuleSet, key: string): Set<string> {
  const byKey = new Map(ruleSet.rules.map((rule) => [rule.key, rule]));
  const wanted = new Set([key]);
  for (const each of wanted) {
    const rule = byKey.get(each);
    if (rule?.kind === 'correlation') for (const inner of rule.rules) wanted.add(inner);
  }
  return wanted;
}

/** The feed that a rule's events come from, where a test's event does not show it. */
function feedOf(ruleSet: RuleSet): Source {
  const services = ruleSet.rules.flatMap((each) => (each.kind === 'detection' ? [each.logsource.service] : []));
  return services.length > 0 && services.every((service) => service === 'traffic') ? 'traffic' : 'audit';
}
