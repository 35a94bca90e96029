import type { FindingRule } from '../model/finding.ts';
import type { Rule } from '../model/rule.ts';
import { suppressMsOf } from '../model/suppression.ts';

const MAX_TEXT = 1000;

/** What findings and alerts keep of their rule. */
export function findingRuleOf(rule: Rule): FindingRule {
  const { key, title, status, level, alert, description, falsepositives, tags } = rule;
  return {
    key,
    title,
    status,
    severity: level,
    suppressMs: suppressMsOf(rule),
    ...(description ? { description: description.slice(0, MAX_TEXT) } : {}),
    ...(falsepositives.length > 0 ? { falsepositives: falsepositives.slice(0, 10) } : {}),
    ...(alert.runbook ? { runbook: alert.runbook.slice(0, MAX_TEXT) } : {}),
    ...(tags.length > 0 ? { tags } : {}),
  };
}
