import type { FindingRule } from '../model/finding.ts';
import type { RuleInfo } from '../model/rule.ts';

const SUPPRESS_MS = 3_600_000;
const MAX_TEXT = 1000;

/** What findings and alerts keep of their rule. */
export function findingRuleOf(rule: RuleInfo): FindingRule {
  const { key, title, status, level, alert, description, falsepositives, tags } = rule;
  return {
    key,
    title,
    status,
    severity: level,
    suppressMs: alert.suppressMs ?? SUPPRESS_MS,
    ...(description ? { description: description.slice(0, MAX_TEXT) } : {}),
    ...(falsepositives.length > 0 ? { falsepositives: falsepositives.slice(0, 10) } : {}),
    ...(alert.runbook ? { runbook: alert.runbook.slice(0, MAX_TEXT) } : {}),
    ...(tags.length > 0 ? { tags } : {}),
  };
}
