import type { Item, Logic } from '../ast.ts';
import { parseDetection } from '../parse/detection.ts';
import { entryOf, textsAt } from '../parse/read.ts';
import type { Place, Report } from '../parse/report.ts';
import type { MapTree } from '../parse/tree.ts';

/** A filter: its condition is AND-ed to the rules it names. */
export interface FilterSpec {
  readonly at: Place;
  /** Ids and names; undefined means any rule that the logsource contains. */
  readonly rules?: readonly { readonly text: string; readonly at: Place }[];
  readonly logic: Logic<Item>;
}

export function parseFilter(map: MapTree, report: Report): FilterSpec {
  const logic = parseDetection(map, { name: 'filter', reserved: ['rules'] }, report) ?? { and: [] };
  warnWithoutNot(map, report);
  const rules = textsAt(map, 'rules', report) ?? [];
  const any = rules.length === 0 || (rules.length === 1 && rules[0]?.text.toLowerCase() === 'any');
  return { at: map.at, logic, ...(!any && { rules }) };
}

/** Sigma's own example reads as if matches were taken out; what it says is that only matches stay. */
function warnWithoutNot(map: MapTree, report: Report): void {
  const condition = entryOf(map, 'condition');
  if (condition?.value.kind !== 'scalar' || /^[\s(]*not\b/i.test(condition.value.source)) return;
  report.warning(
    condition.value.at,
    'the filter keeps only events that match its condition',
    `To take matches out, write "condition: not ${condition.value.source}".`,
  );
}
