/** Items newest first from several Query calls, read only as far as they are wanted. */
import { type DynamoDBClient, QueryCommand, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Item } from './attribute.ts';
import { call } from './calls.ts';
import type { QueryStep } from './plan-query.ts';

/** Read beyond what is expected of one Query among many that are merged, so that most need no second one. */
const SPARE_OF_MANY = 4;
/** Items of the first Query that goes beyond what was expected. */
const FIRST_EXTRA = 16;
/** More than the megabyte that DynamoDB gives at once. */
const LARGEST_EXTRA = 16_384;

/** Where and how much to read. */
export interface Reading {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Items that the reader means to take. Absent: all. */
  readonly expected: number | undefined;
}

/**
 * The items of one Query after the other, each by its sort key, descending. While a reader works on one answer, the next
 * is under way, if it is expected.
 */
export async function* descending(
  reading: Reading,
  steps: AsyncIterable<QueryStep> | Iterable<QueryStep>,
): AsyncGenerator<Item> {
  const limits = limitsFor(reading.expected);
  for await (const step of steps) {
    let next: Promise<QueryCommandOutput> | undefined = ask(reading, step, limits.next());
    while (next) {
      const { Items = [], ScannedCount = Items.length, LastEvaluatedKey: from }: QueryCommandOutput = await next;
      limits.read(ScannedCount);
      const ahead: Promise<QueryCommandOutput> | undefined =
        from && limits.isMoreExpected() ? ask(reading, step, limits.next(), from) : undefined;
      // Whoever stops before it comes does not want to know that it failed.
      ahead?.catch(() => undefined);
      yield* Items;
      next = ahead ?? (from && ask(reading, step, limits.next(), from));
    }
  }
}

/** What each reader of several gets when they share `expected`: they are merged, and all are read at first. */
export function shareOf(expected: number | undefined, readers: number): number | undefined {
  if (expected === undefined || readers <= 1) return expected;
  return Math.ceil(expected / readers) + SPARE_OF_MANY;
}

/** The items of several descending readers as one, by sort key. Equal keys come in the readers' order. */
export async function* merged(readers: readonly AsyncGenerator<Item>[]): AsyncGenerator<Item> {
  const [only, ...more] = readers;
  if (only && more.length === 0) {
    yield* only;
    return;
  }
  const heads = await Promise.all(readers.map(async (reader) => ({ reader, head: (await reader.next()).value })));
  for (;;) {
    let newest: (typeof heads)[number] | undefined;
    for (const each of heads) {
      if (each.head && (!newest?.head || sortKeyOf(each.head) > sortKeyOf(newest.head))) newest = each;
    }
    if (!newest?.head) return;
    yield newest.head;
    newest.head = (await newest.reader.next()).value;
  }
}

export function sortKeyOf(item: Item): string {
  return item['sk']?.S ?? '';
}

function ask({ client, table }: Reading, step: QueryStep, limit: number | undefined, from?: Item) {
  const command = new QueryCommand({
    ...step,
    TableName: table,
    ScanIndexForward: false,
    ...(limit === undefined ? {} : { Limit: limit }),
    ...(from ? { ExclusiveStartKey: from } : {}),
  });
  return call(`reading history from table ${table}`, () => client.send(command));
}

interface Limits {
  /** Of the next Query. Undefined: as much as DynamoDB gives at once, a megabyte. */
  next(): number | undefined;
  /** So many items were read, also those that a filter kept back. */
  read(items: number): void;
  isMoreExpected(): boolean;
}

/** What is still expected; beyond it, more each time. */
function limitsFor(expected: number | undefined): Limits {
  let left = expected ?? Number.POSITIVE_INFINITY;
  let extra = FIRST_EXTRA / 2;
  return {
    next() {
      if (left > 0) return Number.isFinite(left) ? left : undefined;
      extra = Math.min(extra * 2, LARGEST_EXTRA);
      return extra;
    },
    read(items) {
      left = Math.max(0, left - items);
    },
    isMoreExpected: () => left > 0,
  };
}
