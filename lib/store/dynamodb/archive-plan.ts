/** Pure: a question about history → the Query calls that answer it. docs/api.md says what each costs. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { dayOf, type Micros, parseTimestamp } from '../../model/timestamp.ts';
import { type AuditHistoryQuery, type AuditPosition, fitsActivity } from '../archive.ts';
import { auditPartition, identityBounds } from './keys.ts';
import type { QueryStep } from './plan-query.ts';

/** First and last microsecond that can be in the answer. */
export interface Range {
  readonly since: Micros;
  readonly until: Micros;
}

/** In the year 2255: beyond it microseconds are no safe integers. */
const LAST_MICROS: Micros = Number.MAX_SAFE_INTEGER;

interface Bounds {
  readonly since?: Micros;
  readonly until?: Micros;
  readonly after?: AuditPosition | undefined;
}

/** The range of a question; what comes after a position is no newer than it. */
export function rangeOf({ since, until, after }: Bounds): Range {
  const position = after && parseTimestamp(after.nanosText)?.micros;
  return {
    since: Math.max(0, since ?? 0),
    until: Math.min(LAST_MICROS, until ?? LAST_MICROS, position ?? LAST_MICROS),
  };
}

/**
 * One Query for each index partition that holds answers, or undefined where only the days do. A target is rarer than an
 * actor, and an actor than an activity; what the index does not know is filtered, and a pattern by whoever reads.
 * `codes`: the activity codes that the tenant has.
 */
export function indexSteps(query: AuditHistoryQuery, range: Range, codes: readonly string[]): QueryStep[] | undefined {
  const { tenant, activity, initiatorId, targetId } = query;
  const exact = activity !== undefined && !activity.includes('*') ? activity : undefined;
  const conditions = { initiator_id: initiatorId, activity_code: exact };
  if (targetId) return [indexStep('byTarget', tenant, targetId, range, conditions)];
  if (initiatorId) return [indexStep('byActor', tenant, initiatorId, range, { activity_code: exact })];
  if (exact) return [indexStep('byActivity', tenant, exact, range)];
  if (!needsCodes(query)) return undefined;
  const fitting = codes.filter((code) => fitsActivity(activity ?? '*', code));
  return fitting.map((code) => indexStep('byActivity', tenant, code, range));
}

/** Whether the plan depends on which activity codes there are. */
export function needsCodes({ activity, initiatorId, targetId }: AuditHistoryQuery): boolean {
  const isPattern = activity?.includes('*') === true && !/^\*+$/.test(activity);
  return isPattern && !targetId && !initiatorId;
}

/** The Query over one day. */
export function dayStep(tenant: string, day: string, range: Range): QueryStep {
  return partitionStep(auditPartition(tenant, day), range);
}

/** The Query over one partition of the table itself. */
export function partitionStep(partition: string, range: Range): QueryStep {
  return {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
    ExpressionAttributeValues: { ':pk': { S: partition }, ...bounds(range) },
  };
}

/** The listed days that overlap a range, newest first. */
export function daysWithin(days: readonly string[], { since, until }: Range): string[] {
  const [first, last] = [dayOf(since), dayOf(until)];
  return days
    .filter((day) => day >= first && day <= last)
    .toSorted()
    .toReversed();
}

function indexStep(
  index: 'byTarget' | 'byActor' | 'byActivity',
  tenant: string,
  value: string,
  range: Range,
  conditions: Readonly<Record<string, string | undefined>> = {},
): QueryStep {
  const asked = Object.entries(conditions).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const values = asked.map(([attribute, S]): [string, AttributeValue] => [`:${attribute}`, { S }]);
  const filter = asked.map(([attribute]) => `${attribute} = :${attribute}`).join(' AND ');
  return {
    IndexName: index,
    KeyConditionExpression: `${index} = :index AND sk BETWEEN :low AND :high`,
    ExpressionAttributeValues: {
      ':index': { S: `${tenant}#${value}` },
      ...bounds(range),
      ...Object.fromEntries(values),
    },
    ...(filter === '' ? {} : { FilterExpression: filter }),
  };
}

function bounds({ since, until }: Range): Record<string, AttributeValue> {
  const { low, high } = identityBounds(since, until);
  return { ':low': { S: low }, ':high': { S: high } };
}
