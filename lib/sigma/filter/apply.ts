import { didYouMean } from '../../model/nearest.ts';
import type { LogSource } from '../../model/rule.ts';
import type { Item, Logic } from '../ast.ts';
import type { DetectionDocument, FilterDocument, RuleDocument } from '../parse/document.ts';

/** Each detection rule's logic with its filters AND-ed to it. */
export function applyFilters(
  rules: readonly DetectionDocument[],
  filters: readonly FilterDocument[],
  references: ReadonlyMap<string, RuleDocument>,
): Map<DetectionDocument, Logic<Item>> {
  const logics = new Map(rules.map((rule) => [rule, rule.logic]));
  for (const filter of filters) {
    for (const rule of reached(filter, rules, references)) {
      const logic = logics.get(rule) ?? rule.logic;
      logics.set(rule, { and: [logic, filter.spec.logic] });
    }
  }
  return logics;
}

/** The rules that a filter names, or all of its logsource. */
function reached(
  filter: FilterDocument,
  rules: readonly DetectionDocument[],
  references: ReadonlyMap<string, RuleDocument>,
): DetectionDocument[] {
  const named = filter.spec.rules ? namedRules(filter, references) : rules;
  return named.filter((rule) => {
    const applies = contains(filter.logsource, rule.logsource);
    if (!applies && filter.spec.rules) warnLogSource(filter, rule);
    return applies;
  });
}

/** Whether everything of `inner` lies in `outer`: what the filter's logsource names, the rule's must name alike. */
function contains(outer: LogSource, inner: LogSource): boolean {
  return (['product', 'category', 'service'] as const).every(
    (key) => outer[key] === undefined || outer[key] === inner[key],
  );
}

function namedRules(filter: FilterDocument, references: ReadonlyMap<string, RuleDocument>): DetectionDocument[] {
  return (filter.spec.rules ?? []).flatMap(({ text, at }) => {
    const rule = references.get(text);
    if (rule?.kind === 'detection') return [rule];
    if (rule)
      filter.report.error(
        at,
        `"${text}" is a ${rule.kind}`,
        'Filters apply to detection rules only: name those it counts.',
      );
    else
      filter.report.error(
        at,
        `there is no rule "${text}"`,
        didYouMean(text, references.keys()) ?? 'Name an id or a name.',
      );
    return [];
  });
}

function warnLogSource(filter: FilterDocument, rule: DetectionDocument): void {
  filter.report.warning(
    filter.spec.at,
    `the filter does not apply to "${rule.metadata.info.key}": its logsource is another or wider`,
    'Give the filter a logsource that contains the rule’s.',
  );
}
