import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import type { StoredTrafficEvent } from '../../model/event.ts';
import { dayOf, type Micros } from '../../model/timestamp.ts';
import { hourOf } from '../../model/traffic-partition.ts';
import type { Item } from './attribute.ts';
import { itemsOf } from './calls.ts';
import { hoursKey, identityBounds, trafficPartition } from './keys.ts';
import type { QueryStep } from './plan-query.ts';
import { trafficFromItem } from './traffic-item.ts';

/** In the year 2255: beyond it microseconds are no safe integers. */
const LAST_MICROS: Micros = Number.MAX_SAFE_INTEGER;

export interface TrafficSpan {
  readonly tenant: string;
  /** First and last microsecond of a row's start. Absent: no bound. */
  readonly since?: Micros | undefined;
  readonly until?: Micros | undefined;
}

/** Stored rows by their start, then row key, both ascending: one hour after the other, each read as far as it is wanted. */
export async function* trafficOldestFirst(
  client: DynamoDBClient,
  table: string,
  { tenant, since = 0, until = LAST_MICROS }: TrafficSpan,
): AsyncGenerator<StoredTrafficEvent> {
  const [from, to] = [Math.max(0, since), Math.min(LAST_MICROS, until)];
  if (from > to) return;
  const itemsIn = (step: QueryStep) =>
    itemsOf(paginateQuery({ client }, { ...step, TableName: table }), `reading traffic from table ${table}`);
  const { low, high } = identityBounds(from, to);
  for await (const parts of partsByHour(itemsIn, tenant, from, to)) {
    const readers = parts.map((part) =>
      itemsIn({
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
        ExpressionAttributeValues: {
          ':pk': { S: trafficPartition(tenant, part) },
          ':low': { S: low },
          ':high': { S: high },
        },
      }),
    );
    for await (const item of mergedAscending(readers)) yield trafficFromItem(item);
  }
}

/** The partitions that hold rows, those of one hour together: `2026-11-23T15`, or `2026-11-23T15#0/4` and its like. */
async function* partsByHour(
  itemsIn: (step: QueryStep) => AsyncIterable<Item>,
  tenant: string,
  from: Micros,
  to: Micros,
): AsyncGenerator<string[]> {
  const days = itemsIn({
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
    ExpressionAttributeValues: {
      ':pk': { S: hoursKey(tenant, '').pk },
      ':low': { S: dayOf(from) },
      ':high': { S: dayOf(to) },
    },
  });
  const [first, last] = [hourOf(from), hourOf(to)];
  for await (const item of days) {
    const day = item['sk']?.S ?? '';
    const byHour = new Map<string, string[]>();
    for (const listed of (item['hours']?.SS ?? []).toSorted()) {
      const part = `${day}${listed}`;
      const hour = part.slice(0, first.length);
      if (hour < first || hour > last) continue;
      byHour.set(hour, [...(byHour.get(hour) ?? []), part]);
    }
    yield* byHour.values();
  }
}

/** The items of several ascending readers as one, by sort key. */
async function* mergedAscending(readers: readonly AsyncIterable<Item>[]): AsyncGenerator<Item> {
  const [only, ...more] = readers;
  if (only && more.length === 0) {
    yield* only;
    return;
  }
  const sources = readers.map((reader) => reader[Symbol.asyncIterator]());
  const heads = await Promise.all(sources.map(async (source) => ({ source, head: await source.next() })));
  for (;;) {
    const open = heads.filter(({ head }) => !head.done);
    const [first, ...others] = open;
    if (!first) return;
    const least = others.reduce(
      (one, other) => (sortKey(other.head.value) < sortKey(one.head.value) ? other : one),
      first,
    );
    yield least.head.value as Item;
    least.head = await least.source.next();
  }
}

function sortKey(item: Item): string {
  return item['sk']?.S ?? '';
}
