import { SOURCES, type Source } from '../model/event.ts';
import type { CorrelationInfo, Rule } from '../model/rule.ts';
import type { RuleSet } from '../sigma/types.ts';
import { type Correlation, correlationOf, needsValue, takesGrowth } from './correlations/index.ts';
import { contributorReader, type FieldReader, readerOf } from './read-field.ts';
import { fieldsOfTitle } from './title.ts';

/** One correlation, ready to run. */
export interface CorrelationPlan {
  readonly info: CorrelationInfo;
  readonly correlation: Correlation<unknown>;
  /** 0: stands on detection rules only; else one more than the deepest correlation below. */
  readonly depth: number;
  /** The feeds that its events come from. */
  readonly sources: readonly Source[];
  /** Index of a rule → the event fields that make the group, in the order of group-by. */
  readonly groupFields: readonly (readonly string[])[];
  /** The same, ready to read events of that rule. */
  readonly groupReaders: readonly (readonly FieldReader[])[];
  /** Of a baseline: its contributors. */
  readonly topReaders: readonly FieldReader[];
  /** Growth of a row is news to it, and it has nothing to say of an event without a value. */
  readonly takesGrowth: boolean;
  readonly needsValue: boolean;
  /** Some other correlation counts its hits. */
  readonly isCounted: boolean;
  /** Fields beyond the group that title and dedup key name. */
  readonly extraFields: readonly string[];
}

export interface RuleFailure {
  readonly rule: string;
  readonly error: string;
}

export interface Plans {
  readonly byKey: ReadonlyMap<string, CorrelationPlan>;
  /** Rule key → the correlations that it feeds, and as which of their rules. */
  readonly feeds: ReadonlyMap<string, readonly { readonly plan: CorrelationPlan; readonly rule: number }[]>;
  readonly failures: readonly RuleFailure[];
}

/** Compiles the correlations of a rule set; one that cannot be is a failure and the others go on. */
export function plansOf(ruleSet: RuleSet): Plans {
  const rules = new Map(ruleSet.rules.map((rule) => [rule.key, rule]));
  const byKey = new Map<string, CorrelationPlan>();
  const feeds = new Map<string, { plan: CorrelationPlan; rule: number }[]>();
  const failures: RuleFailure[] = [];
  for (const info of ruleSet.rules) {
    if (info.kind !== 'correlation') continue;
    try {
      const plan = planOf(info, rules);
      byKey.set(info.key, plan);
      for (const [rule, key] of info.rules.entries()) feeds.set(key, [...(feeds.get(key) ?? []), { plan, rule }]);
    } catch (error) {
      failures.push({ rule: info.key, error: String(error) });
    }
  }
  return { byKey, feeds, failures };
}

function planOf(info: CorrelationInfo, rules: ReadonlyMap<string, Rule>): CorrelationPlan {
  const named = [...fieldsOfTitle(info.alert.title), ...(info.alert.dedup ?? [])];
  const groupFields = info.rules.map((rule) => info.groupBy.map((field) => info.aliases[field]?.[rule] ?? field));
  return {
    info,
    correlation: correlationOf(info),
    depth: depthOf(info, rules),
    sources: sourcesOf(info, rules),
    groupFields,
    groupReaders: groupFields.map((fields) => fields.map(readerOf)),
    topReaders: (info.baseline?.top ?? []).map(contributorReader),
    takesGrowth: takesGrowth(info),
    needsValue: needsValue(info),
    isCounted: [...rules.values()].some((rule) => rule.kind === 'correlation' && rule.rules.includes(info.key)),
    extraFields: [...new Set(named)].filter((field) => !info.groupBy.includes(field)),
  };
}

function depthOf(info: CorrelationInfo, rules: ReadonlyMap<string, Rule>): number {
  const below = info.rules.map((key) => rules.get(key)).filter((rule) => rule?.kind === 'correlation');
  return below.reduce((depth, rule) => Math.max(depth, 1 + depthOf(rule as CorrelationInfo, rules)), 0);
}

function sourcesOf(info: CorrelationInfo, rules: ReadonlyMap<string, Rule>): Source[] {
  const found = info.rules.flatMap((key): readonly Source[] => {
    const rule = rules.get(key);
    if (!rule) return [];
    if (rule.kind === 'correlation') return sourcesOf(rule, rules);
    return SOURCES.filter((source) => rule.logsource.service === undefined || rule.logsource.service === source);
  });
  return SOURCES.filter((source) => found.includes(source));
}
