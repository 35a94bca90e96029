import { createHash } from 'node:crypto';
import type { EventChange } from '../model/change.ts';
import { isAuditEvent } from '../model/change.ts';
import { auditIdentity } from '../model/event.ts';
import { dayOf, microsText } from '../model/timestamp.ts';
import { trafficStart } from '../model/traffic.ts';

/** The first `digits` hex digits of SHA-256 over the parts, so that no two lists of parts look alike. */
export function hashOf(parts: readonly (string | number)[], digits: number): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, digits);
}

/**
 * What names an event in an alert: `<pk>|<sk>` of its stored row, which a replay of the same event has, too. A traffic row's
 * partition is named without its shard, and each growth of a row has a name of its own: `+` and the sum of its counters.
 */
export function refOf(change: EventChange): string {
  const { tenant, source, event, at } = change;
  if (isAuditEvent(event)) return `${tenant}#${source}#${dayOf(at)}|${auditIdentity(event)}`;
  const start = microsText(trafficStart(event)?.micros ?? at);
  return `${tenant}#${source}#${start.slice(0, 13)}|${start}#${change.order.id}`;
}

/** Readable where it is one value; several are joined by `|`, and a `|` inside a value is escaped. */
export function dedupKeyOf(values: readonly string[]): string {
  if (values.length === 1) return values[0] ?? '';
  return values.map((value) => value.replace(/[\\|]/g, '\\$&')).join('|');
}

/** State key of one group of a correlation. */
export function ruleStateKey(tenant: string, rule: { key: string; version: string }, group: readonly string[]): string {
  return `rule#${tenant}#${rule.key}#${rule.version}#${hashOf(group, 32)}`;
}

/** Rule key and version out of a state key; undefined for keys of other kinds. */
export function parseRuleStateKey(tenant: string, key: string): { rule: string; version: string } | undefined {
  const prefix = `rule#${tenant}#`;
  if (!key.startsWith(prefix)) return undefined;
  const parts = key.slice(prefix.length).split('#');
  const version = parts.at(-2);
  const rule = parts.slice(0, -2).join('#');
  return version && rule ? { rule, version } : undefined;
}

/** Longer values are told apart by the State key's hash; this is what people read. */
const MAX_GROUP_TEXT = 300;

/** Field → value, as people read it. */
export function groupOf(fields: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(fields.map((field, index) => [field, (values[index] ?? '').slice(0, MAX_GROUP_TEXT)]));
}
