import type { Source } from '../model/event.ts';
import type { DetectionInfo, Rule } from '../model/rule.ts';
import type { Lists, RuleFile, RuleSet } from '../sigma/types.ts';
import { type CodeOrigin, codesMatched } from './activity-codes.ts';
import { anatomyOf } from './anatomy.ts';
import { onlyRule } from './run-tests.ts';

/** What a rule needs and costs, over all rules that it counts. */
export interface Explanation {
  readonly rule: Rule;
  /** The detection rules that it stands on; itself, where it is one. */
  readonly detections: readonly DetectionInfo[];
  /** NetBird's feeds; empty for rules about something else. */
  readonly feeds: readonly Source[];
  /** Fields of events: those that are compared, and those that make groups and values. */
  readonly fields: readonly string[];
  /** Lists, with the number of their entries; undefined: nobody declares it. */
  readonly lists: readonly { readonly name: string; readonly entries: number | undefined }[];
  /** Known activity codes that it can match. */
  readonly codes: readonly { readonly code: string; readonly origin: CodeOrigin }[];
  /** Events of which one of these holds meet the rule at all. Undefined: every event does. */
  readonly witnesses: readonly string[] | undefined;
}

/** Explains the rule of that key, which the set must have. */
export function explainRule(files: readonly RuleFile[], lists: Lists, ruleSet: RuleSet, rule: Rule): Explanation {
  const { rules } = onlyRule(ruleSet, rule.key);
  const anatomies = anatomyOf(files, lists);
  const detections = rules.filter((each): each is DetectionInfo => each.kind === 'detection');
  const parts = detections.flatMap(({ key }) => anatomies.get(key) ?? []);
  const named = [...new Set(parts.flatMap((part) => part.lists))].sort();
  const codes = new Map(parts.flatMap(codesMatched).map((each) => [each.code, each]));
  return {
    rule,
    detections,
    feeds: feedsOf(detections),
    fields: [...new Set([...parts.flatMap((part) => part.fields), ...rules.flatMap(fieldsOf)])].sort(),
    lists: named.map((name) => ({ name, entries: lists.get(name)?.length })),
    codes: [...codes.values()],
    witnesses: parts.every(({ witnesses }) => witnesses)
      ? [...new Set(parts.flatMap(({ witnesses }) => witnesses ?? []))]
      : undefined,
  };
}

function feedsOf(detections: readonly DetectionInfo[]): Source[] {
  const found = new Set(
    detections.flatMap(({ logsource: { product, service } }): Source[] => {
      if (product !== 'netbird') return [];
      if (service === 'audit' || service === 'traffic') return [service];
      return service === undefined ? ['audit', 'traffic'] : [];
    }),
  );
  return [...found].sort();
}

/** Fields beyond the conditions; an alias stands for the fields behind it. */
function fieldsOf(rule: Rule): string[] {
  const dedup = rule.alert.dedup ?? [];
  if (rule.kind === 'detection') return [...dedup];
  const named = [...rule.groupBy, ...rule.field, ...dedup];
  return named.flatMap((field) => Object.values(rule.aliases[field] ?? { own: field }));
}
