import type { Expr, Item, Predicate, Token, Value } from '../ast.ts';
import { NEVER } from '../ast.ts';
import { parseRange } from '../event/address.ts';
import { numberOf } from '../parse/read.ts';
import type { Lists } from '../types.ts';
import { expand, misnamedList, written } from './expand.ts';
import { type Plan, type PlanProblem, planOf } from './modifiers.ts';
import { regexProblem, withoutLineLooks } from './regex.ts';
import { allOf, anyOf, noneOf } from './simplify.ts';
import { textAlternatives } from './text.ts';
import { literalOf, readTokens } from './tokens.ts';

/** What compiling an item needs besides the item. */
export interface ItemContext {
  readonly lists: Lists;
  /** IANA zone of the time modifiers. */
  readonly zone: string;
  /** Undefined lists match nothing instead of being an error. */
  readonly emptyUnknownLists: boolean;
}

const NAME_HINT = 'The names of lists have letters, digits and "_" only; a percent sign is written "\\%".';
const NUMBER_HINT = 'Write a number, such as 10 or 0.5; dates, and versions such as 6.23.0, are texts.';

/** Compiles `field|modifier: value`, or says what is wrong with it. */
export function compileItem(item: Item, context: ItemContext): Expr | PlanProblem {
  const plan = planOf(item);
  if ('message' in plan) return plan;
  if (item.values.length === 0) return { message: 'there is no value', hint: 'Leave the item out, or use null.' };
  const parts: Expr[] = [];
  for (const value of item.values) {
    const part = compileValue(item, plan, value, context);
    if ('message' in part) return { ...part, at: value.at };
    parts.push(part);
  }
  const joined = plan.all ? allOf(parts) : anyOf(parts);
  return plan.neq ? noneOf(joined) : joined;
}

function compileValue(item: Item, plan: Plan, value: Value, context: ItemContext): Expr | PlanProblem {
  if (value.value === null) return compileNull(item, plan);
  if (plan.kind === 'exists') return compileExists(item, value);
  if (plan.kind === 'regex') return compileRe(item, plan, value);
  if (plan.kind === 'fieldref') return compileFieldref(item, plan, value);
  const misnamed = plan.expand ? misnamedList(value.source) : undefined;
  if (misnamed !== undefined) return { message: `"${misnamed}" names no list`, hint: NAME_HINT };
  return compileExpanded(item, plan, value, context);
}

function compileExpanded(item: Item, plan: Plan, value: Value, context: ItemContext): Expr | PlanProblem {
  const expansion = plan.expand ? expand(value.source, context.lists) : written(value.source);
  if ('values' in expansion) return compileValues(item, plan, value, expansion.values, context);
  if ('tooMany' in expansion) {
    return { message: `the lists make ${expansion.tooMany} values`, hint: 'Use shorter lists.' };
  }
  if (context.emptyUnknownLists) return NEVER;
  return { message: `the list "${expansion.missing}" is not defined`, hint: 'Define it, even if it is empty.' };
}

/** Any of what one written value stands for. */
function compileValues(
  item: Item,
  plan: Plan,
  value: Value,
  values: readonly (readonly Token[])[],
  context: ItemContext,
): Expr | PlanProblem {
  const parts: Expr[] = [];
  for (const tokens of values) {
    const part =
      plan.kind === 'text' ? textAlternatives(item, plan, value, tokens) : scalarTest(item, plan, tokens, context);
    if ('message' in part) return part;
    parts.push(part);
  }
  return anyOf(parts);
}

function compileNull(item: Item, plan: Plan): Expr | PlanProblem {
  const plainly = plan.kind === 'text' && !plan.place && plan.encoders.length === 0 && !plan.expand;
  if (!plainly)
    return { message: 'null goes with no modifier but neq', hint: `Write "${item.field || 'field'}: null".` };
  if (item.field === '') return { message: 'null is no keyword', hint: 'Name the field that must have no value.' };
  return { op: 'null', field: item.field };
}

function compileExists(item: Item, value: Value): Expr | PlanProblem {
  if (typeof value.value !== 'boolean' || item.values.length > 1)
    return { message: 'exists takes one value: true or false' };
  const exists: Predicate = { op: 'exists', field: item.field };
  return value.value ? exists : { not: exists };
}

function compileRe(item: Item, plan: Plan, value: Value): Expr | PlanProblem {
  const source = withoutLineLooks(value.source, plan.flags);
  const problem = regexProblem(source, plan.flags);
  if (problem) return problem;
  const before = plan.place === 'startswith' ? '\\A' : '';
  const after = plan.place === 'endswith' ? '\\z' : '';
  const pattern = before || after ? `${before}(?:${source})${after}` : source;
  return { op: 'regex', field: item.field, pattern, flags: plan.flags };
}

function compileFieldref(item: Item, plan: Plan, value: Value): Expr | PlanProblem {
  const other = literalOf(readTokens(value.source));
  if (other === undefined || other === '')
    return { message: 'fieldref takes the name of another field, without wildcards' };
  const name = other.replaceAll(' ', '');
  return { op: 'fieldref', field: item.field, other: name, how: plan.place ?? 'equals', cased: plan.cased };
}

/** One value of `cidr`, of a comparison or of a part of a time. */
function scalarTest(
  item: Item,
  plan: Plan,
  tokens: Parameters<typeof literalOf>[0],
  context: ItemContext,
): Expr | PlanProblem {
  const text = literalOf(tokens);
  const { field } = item;
  if (plan.kind === 'cidr') {
    if (text !== undefined && parseRange(text)) return { op: 'cidr', field, range: text.trim() };
    return { message: `"${text ?? '*'}" is not an IP range`, hint: 'Write it as 10.0.0.0/8 or fc00::/7.' };
  }
  const number = numberOf(text);
  if (number === undefined) return { message: `${item.modifiers.join('|')} needs a number`, hint: NUMBER_HINT };
  if (plan.kind === 'number') return { op: 'number', field, compare: plan.compare, value: number };
  return { op: 'time', field, part: plan.part ?? 'hour', compare: plan.compare, value: number, zone: context.zone };
}
