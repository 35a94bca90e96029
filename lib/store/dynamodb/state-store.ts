import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../model/clock.ts';
import { checkStateSize } from '../errors.ts';
import type { StateItem, StateStore } from '../ports.ts';
import type { Item } from './attribute.ts';
import { chunksOf, conditionally, itemsOf, READ_BATCH, readBatch, WRITE_BATCH, writeBatch } from './calls.ts';
import { stateFromItem } from './from-item.ts';
import { stateToItem } from './to-item.ts';

/** The State table. */
export class DynamoDbStateStore implements StateStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, table: string, clock: Clock) {
    this.#client = client;
    this.#table = table;
    this.#clock = clock;
  }

  async getMany(keys: readonly string[]): Promise<Map<string, StateItem>> {
    const wanted = [...new Set(keys)].map((key) => ({ pk: { S: key } }));
    const chunks = chunksOf(wanted, READ_BATCH).map((chunk) => readBatch(this.#client, this.#table, chunk));
    const items = (await Promise.all(chunks)).flat().map(stateFromItem);
    return new Map(items.map((item) => [item.key, item]));
  }

  async put(item: StateItem): Promise<'written' | 'conflict'> {
    const first = item.version === 1;
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: this.#toItem(item),
      ConditionExpression: first ? 'attribute_not_exists(pk)' : 'version = :version',
      ...(first ? {} : { ExpressionAttributeValues: versionValue(item.version - 1) }),
    });
    const written = await conditionally(`writing state ${item.key}`, () => this.#client.send(command));
    return written ? 'written' : 'conflict';
  }

  async putUnknown(items: readonly StateItem[]): Promise<void> {
    const rows = items.map((item) => this.#toItem(item));
    for (const batch of chunksOf(rows, WRITE_BATCH)) await writeBatch(this.#client, this.#table, batch);
  }

  async delete(key: string, version: number): Promise<'deleted' | 'conflict'> {
    const command = new DeleteItemCommand({
      TableName: this.#table,
      Key: { pk: { S: key } },
      ConditionExpression: 'version = :version',
      ExpressionAttributeValues: versionValue(version),
    });
    const deleted = await conditionally(`deleting state ${key}`, () => this.#client.send(command));
    return deleted ? 'deleted' : 'conflict';
  }

  async *due(dueFor: string, upTo: number): AsyncIterable<string> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        IndexName: 'due',
        KeyConditionExpression: 'dueFor = :for AND dueAt <= :upTo',
        ExpressionAttributeValues: { ':for': { S: dueFor }, ':upTo': { N: String(upTo) } },
      },
    );
    for await (const item of itemsOf(pages, `asking table ${this.#table} for what is due`)) yield item['pk']?.S ?? '';
  }

  async *scan(prefix: string): AsyncIterable<StateItem> {
    const pages = paginateScan(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        FilterExpression: 'begins_with(pk, :prefix)',
        ExpressionAttributeValues: { ':prefix': { S: prefix } },
      },
    );
    for await (const item of itemsOf(pages, `scanning table ${this.#table}`)) yield stateFromItem(item);
  }

  #toItem(item: StateItem): Item {
    const json = JSON.stringify(item.body);
    checkStateSize(item.key, json);
    return stateToItem(item, json, this.#clock());
  }
}

function versionValue(version: number): Record<string, AttributeValue> {
  return { ':version': { N: String(version) } };
}
