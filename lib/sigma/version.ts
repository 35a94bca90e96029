import { createHash } from 'node:crypto';
import type { CorrelationInfo, DetectionInfo } from '../model/rule.ts';
import type { Item, Logic } from './ast.ts';

/** Changes when the rule matches something else; texts, tags and lists do not count. */
export function detectionVersion(info: DetectionInfo, logic: Logic<Item>): string {
  return hash([info.logsource, info.alert.schedule ?? null, withoutPlaces(logic)]);
}

/**
 * Changes with what the correlation counts and how, the rules it counts included. How sensitive a baseline is does not
 * count: what it has learned in weeks stays true.
 */
export function correlationVersion(info: CorrelationInfo, versionOf: (key: string) => string): string {
  const { type, rules, groupBy, aliases, timespanMs, threshold, field, percentile, warmUpMs, min } = info;
  const own = [type, rules, groupBy, aliases, timespanMs, threshold, field, percentile, warmUpMs, min];
  return hash([own, info.boolean ?? null, info.forgetMs ?? null, info.alert.schedule ?? null, rules.map(versionOf)]);
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

function withoutPlaces(logic: Logic<Item>): unknown {
  if ('and' in logic) return { and: logic.and.map(withoutPlaces) };
  if ('or' in logic) return { or: logic.or.map(withoutPlaces) };
  if ('not' in logic) return { not: withoutPlaces(logic.not) };
  if ('least' in logic) return { least: logic.least, of: logic.of.map(withoutPlaces) };
  return [logic.field, logic.modifiers, logic.values.map(({ value, source }) => [value, source])];
}
