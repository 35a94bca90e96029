import { didYouMean } from '../../model/nearest.ts';
import type { BooleanCondition, CorrelationInfo } from '../../model/rule.ts';
import type { Logic } from '../ast.ts';
import { resolveCondition } from '../condition/resolve.ts';
import type { CorrelationDocument, RuleDocument } from '../parse/document.ts';
import type { Place, Report } from '../parse/report.ts';
import type { CorrelationSpec, Reference } from './parse.ts';
import { defaultTop } from './top.ts';

/** Longer than the 28 days that a baseline looks back. */
const FORGET_MS = 35 * 86_400_000;

type References = ReadonlyMap<string, RuleDocument>;

/** What a correlation names, as keys of rules; undefined after errors. */
export function resolveCorrelation(document: CorrelationDocument, references: References): CorrelationInfo | undefined {
  const { spec, report, metadata } = document;
  if (!spec || !document.sound) return undefined;
  const before = report.errors();
  const boolean = spec.boolean && resolveBoolean(spec.boolean, spec, references, report);
  const named = spec.rules.length > 0 ? keysOf(spec.rules, references, report) : [...(boolean?.rules ?? [])];
  if (new Set(named).size < named.length)
    report.error(spec.at, 'the correlation names a rule twice', 'Name each once.');
  warnUnused(named, boolean?.rules, spec, report);
  const aliases = resolveAliases(spec, named, references, report);
  checkChained(spec, named, aliases, references, report);
  if (report.errors() !== before) return undefined;
  return {
    ...metadata.info,
    kind: 'correlation',
    type: spec.type,
    rules: named,
    groupBy: spec.groupBy.map(({ text }) => text),
    aliases,
    timespanMs: spec.timespanMs,
    threshold: spec.threshold,
    ...(boolean && { boolean: boolean.condition }),
    field: spec.field.map(({ text }) => text),
    percentile: spec.percentile,
    warmUpMs: spec.warmUpMs,
    ...forgetOf(spec),
    min: spec.min,
    ...(spec.baseline && { baseline: { ...spec.baseline, top: topOf(spec, spec.baseline.top, named, references) } }),
  };
}

function keysOf(rules: readonly Reference[], references: References, report: Report): string[] {
  return rules.flatMap(({ text, at }) => keyOf(text, at, references, report) ?? []);
}

function keyOf(text: string, at: Place, references: References, report: Report): string | undefined {
  const rule = references.get(text);
  const { key } = rule?.metadata.info ?? {};
  if (!rule) {
    report.error(
      at,
      `there is no rule "${text}"`,
      didYouMean(text, references.keys()) ?? 'Name the id or the name of a rule.',
    );
  } else if (rule.kind === 'filter') {
    report.error(at, `"${text}" is a filter`, 'Name a detection rule or a correlation.');
  } else if (rule.metadata.status === 'deprecated' || rule.metadata.status === 'unsupported') {
    report.error(at, `"${text}" is ${rule.metadata.status} and not loaded`, 'Name another rule.');
  }
  return key;
}

interface ResolvedBoolean {
  readonly condition: BooleanCondition;
  readonly rules: ReadonlySet<string>;
}

function resolveBoolean(
  { condition, at }: NonNullable<CorrelationSpec['boolean']>,
  spec: CorrelationSpec,
  references: References,
  report: Report,
): ResolvedBoolean | undefined {
  const listed = spec.rules.length > 0 ? spec.rules.map(({ text }) => text) : [...references.keys()];
  const names = new Map(listed.map((name): [string, Logic<{ rule: string }>] => [name, { rule: name }]));
  const resolved = resolveCondition(condition, names);
  for (const { message, hint } of resolved.problems) {
    report.error(
      at,
      message.replace('is not a search identifier of this rule', 'is not one of its rules'),
      hint?.startsWith('Did') ? hint : 'Name it under rules.',
    );
  }
  if (resolved.problems.length > 0) return undefined;
  const rules = new Set<string>();
  const convert = (part: Logic<{ rule: string }>): BooleanCondition => {
    if ('and' in part) return { and: part.and.map(convert) };
    if ('or' in part) return { or: part.or.map(convert) };
    if ('not' in part) return { not: convert(part.not) };
    if ('rule' in part) {
      const key = keyOf(part.rule, at, references, report) ?? part.rule;
      rules.add(key);
      return { rule: key };
    }
    report.error(
      at,
      `"${part.least} of" does not go with rules`,
      'Use "condition: {gte: …}" for a number of distinct rules.',
    );
    return { or: [] };
  };
  return { condition: convert(resolved.logic), rules };
}

function warnUnused(
  named: readonly string[],
  used: ReadonlySet<string> | undefined,
  spec: CorrelationSpec,
  report: Report,
): void {
  if (!used) return;
  const idle = named.filter((key) => !used.has(key));
  if (idle.length > 0)
    report.warning(spec.at, `the condition does not use ${idle.join(', ')}`, 'Use it, or take it out.');
}

function resolveAliases(
  spec: CorrelationSpec,
  named: readonly string[],
  references: References,
  report: Report,
): CorrelationInfo['aliases'] {
  return Object.fromEntries(
    spec.aliases.map(({ name, at, fields }) => {
      const pairs = fields.flatMap((each): [string, string][] => {
        const key = keyOf(each.rule, each.at, references, report);
        if (key !== undefined && !named.includes(key)) report.error(each.at, `"${each.rule}" is not one of its rules`);
        return key === undefined ? [] : [[key, each.field]];
      });
      const missing = named.filter((key) => !pairs.some(([rule]) => rule === key));
      if (missing.length > 0) report.error(at, `the alias "${name}" has no field for ${missing.join(', ')}`);
      return [name, Object.fromEntries(pairs)];
    }),
  );
}

/** A correlation hit carries its group-by values and nothing else. */
function checkChained(
  spec: CorrelationSpec,
  named: readonly string[],
  aliases: CorrelationInfo['aliases'],
  references: References,
  report: Report,
): void {
  for (const key of new Set(named)) {
    const document = references.get(key);
    if (document?.kind !== 'correlation' || !document.spec) continue;
    const carried = document.spec.groupBy.map(({ text }) => text);
    for (const { text, at } of [...spec.groupBy, ...spec.field]) {
      const field = aliases[text]?.[key] ?? text;
      if (carried.includes(field)) continue;
      report.error(
        at,
        `the correlation "${key}" does not carry the field "${field}"`,
        `It carries its group-by: ${carried.join(', ') || 'nothing'}.`,
      );
    }
  }
}

/** What the rule names, else what tells most about its source; a correlation's hits carry nothing to name. */
function topOf(
  { groupBy }: CorrelationSpec,
  written: readonly string[] | undefined,
  named: readonly string[],
  references: References,
): readonly string[] {
  const services = named.map((key) => {
    const document = references.get(key);
    return document?.kind === 'detection' ? document.logsource.service : undefined;
  });
  const isOf = (service: string): boolean => services.length > 0 && services.every((each) => each === service);
  const groups = groupBy.map(({ text }) => text);
  if (written) return written;
  if (isOf('traffic')) return defaultTop('traffic', groups);
  return isOf('audit') ? defaultTop('audit', groups) : [];
}

/** A baseline's series is always dropped at some time: what was there once must not be written about every day. */
function forgetOf({ forgetMs, baseline }: CorrelationSpec): { forgetMs?: number } {
  const millis = forgetMs ?? (baseline ? FORGET_MS : undefined);
  return millis === undefined ? {} : { forgetMs: millis };
}
