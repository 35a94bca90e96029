import { didYouMean } from '../../model/nearest.ts';
import type { CorrelationType, Threshold } from '../../model/rule.ts';
import { type Condition, parseCondition } from '../condition/parse.ts';
import { durationAt } from '../parse/alert.ts';
import { booleanAt, entryOf, mapAt, numberAt, refuseUnknownKeys, textAt, textOf, textsAt } from '../parse/read.ts';
import type { Place, Report } from '../parse/report.ts';
import type { MapTree, ScalarTree } from '../parse/tree.ts';
import { type BaselineSpec, parseBaseline } from './baseline.ts';
import { parseThreshold } from './threshold.ts';
import { COMMON_KEYS, knownTypes, SHAPES, type Shape } from './types.ts';

export interface Reference {
  readonly text: string;
  readonly at: Place;
}

/** A correlation as written: rules by id or name. */
export interface CorrelationSpec {
  readonly at: Place;
  readonly type: CorrelationType;
  readonly rules: readonly Reference[];
  readonly groupBy: readonly Reference[];
  readonly aliases: readonly Alias[];
  readonly timespanMs: number;
  readonly threshold: Threshold;
  readonly boolean?: { readonly condition: Condition; readonly at: Place };
  readonly field: readonly Reference[];
  readonly percentile: number;
  readonly warmUpMs: number;
  readonly forgetMs?: number;
  readonly min: number;
  readonly baseline?: BaselineSpec;
  /** True: the rules it counts alert by themselves, too. */
  readonly generate: boolean;
}

export interface Alias {
  readonly name: string;
  readonly at: Place;
  readonly fields: readonly { readonly rule: string; readonly at: Place; readonly field: string }[];
}

/** Parses `correlation` or `x-correlation`; undefined when its type is not known. */
export function parseCorrelation(
  map: MapTree,
  extension: boolean,
  generate: boolean | undefined,
  report: Report,
): CorrelationSpec | undefined {
  const type = parseType(map, extension, report);
  if (!type) return undefined;
  const shape = SHAPES[type];
  const where = extension ? 'x-correlation' : 'correlation';
  refuseUnknownKeys(map, [...COMMON_KEYS, ...shape.keys], `${where} of type ${type}`, report);
  const condition = parseConditionOf(map, type, shape, report);
  const rules = parseRules(map, type, condition.boolean !== undefined, report);
  const forgetMs = durationAt(map, 'forget', report);
  const own = booleanAt(map, 'generate', report);
  const timespanMs = parseTimespan(map, report);
  const baseline = type === 'baseline' ? parseBaseline(map, timespanMs, report) : undefined;
  return {
    at: map.at,
    type,
    rules,
    groupBy: references(map, 'group-by', report),
    aliases: parseAliases(map, report),
    timespanMs,
    ...condition,
    warmUpMs: durationAt(map, 'warm-up', report) ?? 0,
    ...(forgetMs !== undefined && { forgetMs }),
    min: parseMin(map, report),
    ...(baseline && { baseline }),
    generate: own ?? generate ?? false,
  };
}

function parseType(map: MapTree, extension: boolean, report: Report): CorrelationType | undefined {
  const entry = entryOf(map, 'type');
  const text = textAt(map, 'type', report);
  const known = knownTypes(extension);
  if (text === undefined) {
    if (!entry) report.error(map.at, 'the correlation has no type', `Types: ${known.join(', ')}.`);
    return undefined;
  }
  const found = known.find((type) => type === text);
  if (found) return found;
  const elsewhere = knownTypes(!extension).find((type) => type === text);
  const hint = elsewhere
    ? `Write it under ${extension ? 'correlation' : 'x-correlation'}.`
    : (didYouMean(text, known) ?? `Types: ${known.join(', ')}.`);
  return void report.error(
    entry?.value.at ?? map.at,
    `"${text}" is not a type of ${extension ? 'x-' : ''}correlation`,
    hint,
  );
}

function parseRules(map: MapTree, type: CorrelationType, optional: boolean, report: Report): Reference[] {
  const rules = references(map, 'rules', report);
  const entry = entryOf(map, 'rules');
  if (rules.length === 0 && !optional) {
    report.error(entry?.at ?? map.at, 'the correlation names no rules', 'Add "rules: [name or id]".');
  }
  if (type === 'ratio' && rules.length > 0 && rules.length !== 2) {
    report.error(entry?.at ?? map.at, 'ratio takes two rules', 'Write "rules: [part, whole]".');
  }
  return rules;
}

function references(map: MapTree, key: string, report: Report): Reference[] {
  return textsAt(map, key, report) ?? [];
}

function parseTimespan(map: MapTree, report: Report): number {
  const millis = durationAt(map, 'timespan', report);
  const entry = entryOf(map, 'timespan');
  if (!entry) report.error(map.at, 'the correlation has no timespan', 'Add "timespan: 10m".');
  if (millis === 0) report.error(entry?.at ?? map.at, 'timespan must be longer than 0');
  return millis ?? 0;
}

function parseMin(map: MapTree, report: Report): number {
  const min = numberAt(map, 'min', report) ?? 1;
  if (min <= 0) report.error(entryOf(map, 'min')?.value.at ?? map.at, 'min must be at least 1');
  return min;
}

function parseAliases(map: MapTree, report: Report): Alias[] {
  const aliases = mapAt(map, 'aliases', report);
  return (aliases?.entries ?? []).flatMap(({ key, at, value }) => {
    if (value.kind !== 'map') {
      report.error(at, `the alias "${key}" must map rules to fields`, 'Write "alias: {rule_name: field}".');
      return [];
    }
    const fields = value.entries.flatMap((entry) => {
      const field = textOf(entry.value, entry.at, 'a field', report);
      return field === undefined ? [] : [{ rule: entry.key, at: entry.at, field }];
    });
    return [{ name: key, at, fields }];
  });
}

type ConditionPart = Pick<CorrelationSpec, 'threshold' | 'boolean' | 'field' | 'percentile'>;

function parseConditionOf(map: MapTree, type: CorrelationType, shape: Shape, report: Report): ConditionPart {
  const entry = entryOf(map, 'condition');
  const direct = references(map, 'field', report);
  const text = entry?.value.kind === 'scalar' && shape.boolean ? entry.value : undefined;
  if (text) return { threshold: [], field: [], percentile: 50, ...parseBoolean(text, report) };
  if (shape.condition === 'required' && !entry) {
    const example = type === 'baseline' ? '{false-alarms: 1 per 30d, min: 100MB}' : '{gte: 5}';
    report.error(map.at, `${type} has no condition`, `Add "condition: ${example}".`);
  }
  const compares = shape.condition !== 'none' && type !== 'baseline';
  const body = compares ? mapAt(map, 'condition', report) : undefined;
  const field = [...direct, ...(body ? references(body, 'field', report) : [])];
  checkField(map, type, shape, field, report);
  return {
    threshold: body ? parseThreshold(body, type, shape, report) : [],
    field,
    percentile: body ? parsePercentile(body, report) : 50,
  };
}

function parseBoolean(text: ScalarTree, report: Report): Pick<ConditionPart, 'boolean'> {
  const parsed = parseCondition(text.source);
  for (const { message, hint } of parsed.problems) report.error(text.at, message, hint);
  return parsed.condition ? { boolean: { condition: parsed.condition, at: text.at } } : {};
}

function checkField(
  map: MapTree,
  type: CorrelationType,
  shape: Shape,
  field: readonly Reference[],
  report: Report,
): void {
  const at = entryOf(map, 'condition')?.at ?? map.at;
  if (shape.field !== 'none' && shape.field !== 'optional' && field.length === 0) {
    const hint = shape.keys.includes('field') ? 'Add "field: …".' : 'Add "field: …" to condition.';
    report.error(at, `${type} needs a field`, hint);
  }
  if ((shape.field === 'one' || shape.field === 'optional') && field.length > 1)
    report.error(at, `${type} takes one field`);
}

function parsePercentile(body: MapTree, report: Report): number {
  const percentile = numberAt(body, 'percentile', report) ?? 50;
  if (percentile >= 0 && percentile <= 100) return percentile;
  report.error(entryOf(body, 'percentile')?.value.at ?? body.at, 'percentile must lie between 0 and 100');
  return 50;
}
