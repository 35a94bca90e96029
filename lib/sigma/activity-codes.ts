import { ACTIVITY_CODES, isKnownActivityCode, renamedActivityCode } from '../model/catalogue/activity-codes.ts';
import { didYouMean } from '../model/nearest.ts';
import type { LogSource } from '../model/rule.ts';
import type { Item, Logic, Value } from './ast.ts';
import { itemsOf } from './compile/logic.ts';
import { planOf } from './compile/modifiers.ts';
import { literalOf, readTokens } from './compile/tokens.ts';
import type { Report } from './parse/report.ts';

/** Warns of activity codes that no NetBird server is known to write: a rule that waits for one would never fire. */
export function checkActivityCodes(logic: Logic<Item>, logsource: LogSource, report: Report): void {
  if (logsource.product !== 'netbird' || logsource.service === 'traffic') return;
  for (const item of new Set(itemsOf(logic))) {
    if (item.field !== 'activity_code' || !comparesWhole(item)) continue;
    for (const value of item.values) checkCode(value, report);
  }
}

function checkCode({ source, at }: Value, report: Report): void {
  const code = literalOf(readTokens(source));
  if (code === undefined || code === '' || isKnownActivityCode(code.toLowerCase())) return;
  const renamed = renamedActivityCode(code);
  const hint = renamed ? `Since v0.39.0 it is called "${renamed}".` : didYouMean(code, ACTIVITY_CODES);
  report.warning(at, `no NetBird server is known to write the activity code "${code}"`, hint);
}

function comparesWhole(item: Item): boolean {
  const plan = planOf(item);
  return !('message' in plan) && plan.kind === 'text' && !plan.place && !plan.expand && plan.encoders.length === 0;
}
