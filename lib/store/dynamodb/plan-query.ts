/** Pure: a question about events → the Query calls that answer it, in event order. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { dayOf, type Micros } from '../../model/timestamp.ts';
import type { EventQuery } from '../ports.ts';
import { auditPartition, identityBounds } from './keys.ts';

/** One Query, without its table. */
export interface QueryStep {
  readonly IndexName?: string;
  readonly KeyConditionExpression: string;
  readonly FilterExpression?: string;
  readonly ExpressionAttributeValues: Record<string, AttributeValue>;
  readonly ProjectionExpression?: string;
  readonly ConsistentRead?: boolean;
}

/** In the year 2255: beyond it microseconds are no safe integers. */
const LAST_MICROS: Micros = Number.MAX_SAFE_INTEGER;

/**
 * The steps for `query`. An index on what is rarest answers it (target, then actor, then activity), else one step per
 * partition of `days`: the days that have events, oldest first.
 */
export function planQuery(query: EventQuery, days: readonly string[]): QueryStep[] {
  const since = Math.max(0, query.since ?? 0);
  const until = Math.min(LAST_MICROS, query.until ?? LAST_MICROS);
  if (since > until) return [];
  const range = rangeValues(since, until);
  const index = planIndex(query, range);
  if (index) return [index];
  const [first, last] = [dayOf(since), dayOf(until)];
  return days
    .filter((day) => day >= first && day <= last)
    .map((day) => ({
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
      ExpressionAttributeValues: { ':pk': { S: auditPartition(query.tenant, day) }, ...range },
    }));
}

const INDEXES = [
  { name: 'byTarget', asked: 'targetId', attribute: 'target_id' },
  { name: 'byActor', asked: 'actorId', attribute: 'initiator_id' },
  { name: 'byActivity', asked: 'activity', attribute: 'activity_code' },
] as const;

/** Whether an index answers the query, so that it needs no list of days. */
export function isIndexed(query: EventQuery): boolean {
  return INDEXES.some(({ asked }) => isAsked(query, asked));
}

function isAsked(query: EventQuery, asked: (typeof INDEXES)[number]['asked']): boolean {
  return query[asked] !== undefined && query[asked] !== '';
}

function planIndex(query: EventQuery, range: Record<string, AttributeValue>): QueryStep | undefined {
  const [best, ...others] = INDEXES.filter(({ asked }) => isAsked(query, asked));
  if (!best) return undefined;
  const values = { ':index': { S: `${query.tenant}#${query[best.asked]}` }, ...range };
  const filters = others.map(({ attribute, asked }) => ({ attribute, value: query[asked] ?? '' }));
  return {
    IndexName: best.name,
    KeyConditionExpression: `${best.name} = :index AND sk BETWEEN :low AND :high`,
    ExpressionAttributeValues: {
      ...values,
      ...Object.fromEntries(filters.map(({ attribute, value }) => [`:${attribute}`, { S: value }])),
    },
    ...(filters.length > 0
      ? { FilterExpression: filters.map(({ attribute }) => `${attribute} = :${attribute}`).join(' AND ') }
      : {}),
  };
}

function rangeValues(since: Micros, until: Micros): Record<string, AttributeValue> {
  const { low, high } = identityBounds(since, until);
  return { ':low': { S: low }, ':high': { S: high } };
}
