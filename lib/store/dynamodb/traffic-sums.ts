import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import type { StoredTrafficEvent } from '../../model/event.ts';
import type { TrafficBucket } from '../../model/traffic-partition.ts';
import type { TrafficSum } from '../../model/traffic-sum.ts';
import type { TrafficHour } from '../ports.ts';
import { type Item, toItem } from './attribute.ts';
import { chunksOf, itemsOf, WRITE_BATCH, writeBatch } from './calls.ts';
import { sumSortKey, sumsPartition, trafficPartition } from './keys.ts';
import { trafficFromItem } from './traffic-item.ts';

/** Reads the rows of an hour and writes what they come to, in the Events table. */
export class TrafficSums {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** As `EventStore.trafficIn`. */
  async *rows(tenant: string, bucket: TrafficBucket): AsyncIterable<StoredTrafficEvent> {
    // The watermark lies above all rows.
    for await (const item of this.#items(trafficPartition(tenant, bucket), '', '~')) yield trafficFromItem(item);
  }

  /** As `EventStore.putTrafficSums`. */
  async put({ tenant, hour, expiresAt }: TrafficHour, sums: readonly TrafficSum[]): Promise<void> {
    const pk = sumsPartition(tenant, hour);
    const begin = `${hour.slice(11)}#`;
    const stored = new Map<string, string>();
    for await (const item of this.#items(pk, begin, `${begin}~`)) stored.set(item['sk']?.S ?? '', textOf(item));
    const items = sums.map((sum) =>
      toItem({ pk, sk: sumSortKey(hour, sum), ...sum, tenant, ...(expiresAt === undefined ? {} : { expiresAt }) }),
    );
    const changed = items.filter((item) => stored.get(item['sk']?.S ?? '') !== textOf(item));
    for (const batch of chunksOf(changed, WRITE_BATCH)) await writeBatch(this.#client, this.#table, batch);
  }

  #items(pk: string, low: string, high: string): AsyncIterable<Item> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
        ExpressionAttributeValues: { ':pk': { S: pk }, ':low': { S: low || ' ' }, ':high': { S: high } },
      },
    );
    return itemsOf(pages, `reading the traffic of an hour from table ${this.#table}`);
  }
}

/** The numbers, and when it expires: what else a sum says is its key, or a name. */
function textOf(item: Item): string {
  const numbers = Object.entries(item).flatMap(([name, { N }]) =>
    N === undefined || name === 'protocol' ? [] : [`${name}=${N}`],
  );
  return numbers.sort().join(' ');
}
