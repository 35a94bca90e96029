import type { EventChange, Position } from '../model/change.ts';
import type { EventSummary, Finding } from '../model/finding.ts';
import { type DetectionInfo, LOGSOURCE_OF } from '../model/rule.ts';
import { fieldText } from '../sigma/event/fields.ts';
import type { RuleSet } from '../sigma/types.ts';
import { chainedGroups, contribute, type GroupContributions, Groups, type ToldChange } from './contributions.ts';
import { findingRuleOf } from './finding.ts';
import { dedupKeyOf, groupOf, hashOf } from './identity.ts';
import { type Plans, plansOf, type RuleFailure } from './plan.ts';
import type { RuleOutcome } from './rule-state.ts';
import { isWithin } from './schedule.ts';
import { idsToName, type Names, summaryOf } from './summary.ts';
import { renderTitle } from './title.ts';
import { routersIn } from './volume-row.ts';

/** An event and the detection rules that it matched. */
export interface Matched {
  readonly change: EventChange;
  readonly rules: readonly DetectionInfo[];
}

/** A rule that threw at an event. */
export interface FailureAt extends RuleFailure {
  readonly tenant: string;
  readonly position: Position;
}

export interface Matches {
  readonly matched: readonly Matched[];
  readonly failures: readonly FailureAt[];
}

export interface Detected {
  readonly findings: readonly Finding[];
  readonly groups: Groups;
  readonly failures: readonly FailureAt[];
  /** Events that lacked a group-by field, or the field whose values are counted. */
  readonly lacking: number;
}

export interface Engine {
  readonly plans: Plans;
  /** Which rules each event matches. Keeps those that match any. */
  match(changes: readonly EventChange[]): Matches;
  /** Ids whose remembered names the summaries of these events need. */
  idsToName(matched: readonly Matched[]): string[];
  /** Findings of detection rules, and what goes to correlations; with `into`, beside what went there before. */
  detect(matched: readonly Matched[], names: Names, into?: Groups): Detected;
  /** What the hits of a correlation's group are to the correlations around it. */
  chained(outcome: RuleOutcome, tenant: string, position: Position): GroupContributions[];
}

/** Prepares a rule set. Pure: everything that events, names and time decide comes in as an argument. */
export function createEngine(ruleSet: RuleSet): Engine {
  const plans = plansOf(ruleSet);
  return {
    plans,
    match: (changes) => matchAll(ruleSet, changes),
    idsToName: (matched) => [...new Set(matched.flatMap(({ change }) => [...idsToName(change), ...routersIn(change)]))],
    detect: (matched, names, into = new Groups()) => detectAll(plans, matched, names, into),
    chained: (outcome, tenant, position) => chainedGroups(plans, outcome, tenant, position),
  };
}

function matchAll(ruleSet: RuleSet, changes: readonly EventChange[]): Matches {
  const matched: Matched[] = [];
  const failures: FailureAt[] = [];
  for (const change of changes) {
    const { tenant, position } = change;
    try {
      const rules = ruleSet.matcher
        .match(change.event, LOGSOURCE_OF[change.source])
        .filter(({ alert }) => !alert.schedule || isWithin(alert.schedule, change.at));
      if (rules.length > 0) matched.push({ change, rules });
    } catch (error) {
      failures.push({ tenant, position, rule: ruleOf(error), error: String(error) });
    }
  }
  return { matched, failures };
}

function detectAll(plans: Plans, matched: readonly Matched[], names: Names, groups: Groups): Detected {
  const findings: Finding[] = [];
  const failures: FailureAt[] = [];
  const lacked = groups.lacking;
  for (const { change, rules } of matched) {
    const told = toldOf(change, names);
    for (const rule of rules) {
      try {
        if (rule.alerts && !change.history) findings.push(findingOf(rule, change, told.summary()));
        contribute(plans, groups, rule, told);
      } catch (error) {
        const { tenant, position } = change;
        failures.push({ tenant, position, rule: rule.key, error: String(error) });
      }
    }
  }
  return { findings, groups, failures, lacking: groups.lacking - lacked };
}

function toldOf(change: EventChange, names: Names): ToldChange {
  let summary: EventSummary | undefined;
  return {
    change,
    names,
    summary() {
      summary ??= summaryOf(change, names);
      return summary;
    },
  };
}

function findingOf(rule: DetectionInfo, change: EventChange, summary: EventSummary): Finding {
  const { event, tenant, at, position } = change;
  const field = (name: string): string | undefined => fieldText(event, name);
  const by = rule.alert.dedup ?? (change.source === 'audit' ? ['initiator_id'] : ['reporter_id']);
  const values = by.map((name) => field(name) ?? '');
  const group = groupOf(by, values);
  const { actor, target, activity } = summary;
  const dedupKey = dedupKeyOf(values);
  return {
    id: hashOf([rule.key, rule.version, dedupKey, summary.ref], 32),
    tenant,
    rule: findingRuleOf(rule),
    dedupKey,
    group,
    title: renderTitle(rule.alert.title ?? rule.title, { actor, target, activity, count: 1, group, field }),
    at,
    firstEventAt: at,
    lastEventAt: at,
    count: 1,
    samples: [summary],
    notify: rule.status !== 'experimental',
    position,
  };
}

/** A matcher that knows which rule failed says so on its error. */
function ruleOf(error: unknown): string {
  const rule = (error as { rule?: unknown }).rule;
  return typeof rule === 'string' ? rule : 'matcher';
}
