/** Traffic rows newest first: an hour's partitions after the other, or one reporter's rows by the index. */
import { BatchGetItemCommand, QueryCommand, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { dayOf } from '../../model/timestamp.ts';
import { hourOf } from '../../model/traffic-partition.ts';
import type { TrafficHistoryQuery, TrafficRange } from '../archive.ts';
import { partitionStep, type Range } from './archive-plan.ts';
import type { Item } from './attribute.ts';
import { call, READ_BATCH } from './calls.ts';
import { descending, merged, type Reading, shareOf, sortKeyOf } from './descending.ts';
import { hoursKey, identityBounds, trafficPartition } from './keys.ts';
import type { QueryStep } from './plan-query.ts';

type Table = Omit<Reading, 'expected'>;

/** Items of the rows in a range, by sort key, descending. Reads little more than `expected`, if it is given. */
export async function* trafficItems(table: Table, query: TrafficHistoryQuery, range: Range): AsyncGenerator<Item> {
  const { tenant, expected, reporterId } = query;
  if (reporterId) {
    yield* rowsOf(table, byReporter({ ...table, expected }, tenant, reporterId, range));
    return;
  }
  let left = expected;
  for await (const partitions of partitionsByHour(table, tenant, range)) {
    const share = shareOf(left, partitions.length);
    const readers = partitions.map((partition) =>
      descending({ ...table, expected: share }, [partitionStep(trafficPartition(tenant, partition), range)]),
    );
    for await (const item of merged(readers)) {
      yield item;
      if (left !== undefined) left = Math.max(1, left - 1);
    }
  }
}

/** Hours whose rows are counted at the same time, at most. */
const HOURS_AT_ONCE = 8;

/** How many rows a range holds, as far as `most`; those after `query.after`, which is one of them itself. */
export async function countTrafficItems(
  table: Table,
  { tenant, after }: TrafficRange,
  range: Range,
  most: number,
): Promise<number> {
  // The row to count on from is in the range of keys, too.
  const limit = after === undefined ? most : most + 1;
  const countHour = async (partitions: readonly string[], left: number) => {
    const steps = partitions.map((partition) => countStep(trafficPartition(tenant, partition), range, after));
    return sumOf(await Promise.all(steps.map((step) => countOf(table, step, left))));
  };
  let [count, largest] = [0, limit];
  let together: string[][] = [];
  for await (const partitions of partitionsByHour(table, tenant, range)) {
    together.push(partitions);
    const left = limit - count;
    // So many that, each as large as the largest so far, they are not more than what is left: what is read is billed.
    if (together.length < Math.min(HOURS_AT_ONCE, left / (largest + 1))) continue;
    const counted = await Promise.all(together.map((hour) => countHour(hour, left)));
    count += sumOf(counted);
    largest = Math.max(largest === limit ? 0 : largest, ...counted);
    together = [];
    if (count >= limit) break;
  }
  count += sumOf(await Promise.all(together.map((hour) => countHour(hour, limit - count))));
  return Math.min(most, after === undefined ? count : count - 1);
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function countStep(partition: string, range: Range, upTo: string | undefined): QueryStep {
  const { ExpressionAttributeValues, ...step } = partitionStep(partition, range);
  const bound = upTo === undefined ? {} : { ':high': { S: upTo } };
  return { ...step, ExpressionAttributeValues: { ...ExpressionAttributeValues, ...bound } };
}

async function countOf({ client, table }: Table, step: QueryStep, most: number): Promise<number> {
  let count = 0;
  let from: Item | undefined;
  do {
    const start = from ? { ExclusiveStartKey: from } : {};
    const command = new QueryCommand({
      ...step,
      ...start,
      TableName: table,
      Select: 'COUNT',
      ScanIndexForward: false,
      Limit: most - count,
    });
    const { Count = 0, LastEvaluatedKey }: QueryCommandOutput = await call(`counting traffic in table ${table}`, () =>
      client.send(command),
    );
    count += Count;
    from = LastEvaluatedKey;
  } while (from && count < most);
  return count;
}

/** The listed partitions of each hour in a range, newest first: `2026-11-23T15`, or `2026-11-23T15#3/4` and its like. */
async function* partitionsByHour(table: Table, tenant: string, { since, until }: Range): AsyncGenerator<string[]> {
  const step = {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
    ExpressionAttributeValues: {
      ':pk': { S: hoursKey(tenant, '').pk },
      ':low': { S: dayOf(since) },
      ':high': { S: dayOf(until) },
    },
  };
  const [first, last] = [hourOf(since), hourOf(until)];
  for await (const item of descending({ ...table, expected: DAYS_AT_A_TIME }, [step])) {
    const hours = new Map<string, string[]>();
    for (const part of item['hours']?.SS ?? []) {
      const partition = `${sortKeyOf(item)}${part}`;
      const hour = partition.slice(0, first.length);
      hours.set(hour, [...(hours.get(hour) ?? []), partition]);
    }
    for (const [hour, partitions] of [...hours].toSorted(([a], [b]) => (a > b ? -1 : 1))) {
      if (hour >= first && hour <= last) yield partitions;
    }
  }
}

/** Days are read a month at a time: an item each, of some hundred bytes. */
const DAYS_AT_A_TIME = 31;

/** Keys of a reporter's rows. The index knows no tenants. */
async function* byReporter(reading: Reading, tenant: string, reporterId: string, range: Range): AsyncGenerator<Item> {
  const { low, high } = identityBounds(range.since, range.until);
  const step = {
    IndexName: 'byReporter',
    KeyConditionExpression: 'reporter_id = :reporter AND sk BETWEEN :low AND :high',
    ExpressionAttributeValues: { ':reporter': { S: reporterId }, ':low': { S: low }, ':high': { S: high } },
  };
  const partitions = trafficPartition(tenant, '');
  for await (const key of descending(reading, [step])) if (key['pk']?.S?.startsWith(partitions)) yield key;
}

/** The rows of these keys, in their order; those that have gone meanwhile are left out. */
async function* rowsOf(table: Table, keys: AsyncIterable<Item>): AsyncGenerator<Item> {
  let batch: Item[] = [];
  for await (const { pk, sk } of keys) {
    if (pk && sk) batch.push({ pk, sk });
    if (batch.length < READ_BATCH) continue;
    yield* await getRows(table, batch);
    batch = [];
  }
  if (batch.length > 0) yield* await getRows(table, batch);
}

async function getRows({ client, table }: Table, keys: readonly Item[]): Promise<Item[]> {
  const rows = new Map<string, Item>();
  let left = [...keys];
  while (left.length > 0) {
    const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left } } });
    const answer = await call(`reading traffic from table ${table}`, () => client.send(command));
    for (const row of answer.Responses?.[table] ?? []) rows.set(sortKeyOf(row), row);
    left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return keys.map((key) => rows.get(sortKeyOf(key))).filter((row) => row !== undefined);
}
