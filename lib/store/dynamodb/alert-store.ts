import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ALERT_STATUSES, type Alert, type AlertStatus } from '../../model/alert.ts';
import { type Micros, microsText } from '../../model/timestamp.ts';
import type { AlertStore } from '../ports.ts';
import { alertUpdate } from './alert-update.ts';
import type { Item } from './attribute.ts';
import { call, conditionally, itemsOf } from './calls.ts';
import { alertFromItem } from './from-item.ts';
import { alertIdOf, alertPartition } from './keys.ts';

type ListQuery = Parameters<AlertStore['list']>[0];

/** The Alerts table. */
export class DynamoDbAlertStore implements AlertStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async upsert(alert: Alert, expiresAt?: number): Promise<void> {
    const command = new UpdateItemCommand(alertUpdate(this.#table, alert, expiresAt));
    await conditionally(`writing alert ${alert.id}`, () => this.#client.send(command));
  }

  async get(tenant: string, id: string): Promise<Alert | undefined> {
    const Key = { pk: { S: alertPartition(tenant, id) } };
    const command = new GetItemCommand({ TableName: this.#table, Key, ConsistentRead: true });
    const answer = await call(`reading alert ${id}`, () => this.#client.send(command));
    return answer.Item ? alertFromItem(answer.Item) : undefined;
  }

  claim(tenant: string, id: string, claim: { toSendAt: number; until: number }): Promise<boolean> {
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: { pk: { S: alertPartition(tenant, id) } },
      ConditionExpression: 'toSendAt = :toSendAt',
      UpdateExpression: 'SET toSendAt = :until',
      ExpressionAttributeValues: {
        ':toSendAt': { N: String(claim.toSendAt) },
        ':until': { N: String(claim.until) },
      },
    });
    return conditionally(`claiming alert ${id}`, () => this.#client.send(command));
  }

  markSent(
    tenant: string,
    id: string,
    sent: { toSendAt: number; notifiedAt: number; count: number },
  ): Promise<boolean> {
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: { pk: { S: alertPartition(tenant, id) } },
      ConditionExpression: 'toSendAt = :toSendAt',
      UpdateExpression: 'SET notifiedAt = :notifiedAt, notifiedCount = :count REMOVE toSendAt, toSendFor',
      ExpressionAttributeValues: {
        ':toSendAt': { N: String(sent.toSendAt) },
        ':notifiedAt': { N: String(sent.notifiedAt) },
        ':count': { N: String(sent.count) },
      },
    });
    return conditionally(`marking alert ${id} as sent`, () => this.#client.send(command));
  }

  async *toSend(tenant: string, upTo: number): AsyncIterable<string> {
    const values = { ':for': { S: tenant }, ':upTo': { N: String(upTo) } };
    const items = this.#query('toSend', 'toSendFor = :for AND toSendAt <= :upTo', values, true);
    for await (const item of items) yield alertIdOf(item['pk']?.S ?? '');
  }

  async *list(query: ListQuery): AsyncIterable<Alert> {
    if (query.rule !== undefined) {
      for await (const alert of this.#newestFirst('byRule', `${query.tenant}#${query.rule}`, query.since)) {
        if (query.status === undefined || alert.status === query.status) yield alert;
      }
      return;
    }
    const statuses = query.status === undefined ? ALERT_STATUSES : [query.status];
    yield* mergeNewestFirst(statuses.map((status) => this.#ofStatus(query, status)));
  }

  #ofStatus(query: ListQuery, status: AlertStatus): AsyncIterable<Alert> {
    return this.#newestFirst('byStatus', `${query.tenant}#${status}`, query.since);
  }

  async *#newestFirst(index: 'byRule' | 'byStatus', partition: string, since: Micros = 0): AsyncIterable<Alert> {
    const values = { ':of': { S: partition }, ':since': { S: microsText(since) } };
    const items = this.#query(index, `${index} = :of AND openedAtText >= :since`, values, false);
    for await (const item of items) yield alertFromItem(item);
  }

  #query(
    IndexName: string,
    KeyConditionExpression: string,
    ExpressionAttributeValues: Record<string, AttributeValue>,
    ScanIndexForward: boolean,
  ): AsyncIterable<Item> {
    const pages = paginateQuery(
      { client: this.#client },
      { TableName: this.#table, IndexName, KeyConditionExpression, ExpressionAttributeValues, ScanIndexForward },
    );
    return itemsOf(pages, `querying table ${this.#table}`);
  }
}

/** One stream of alerts from several, each newest first. */
async function* mergeNewestFirst(streams: readonly AsyncIterable<Alert>[]): AsyncIterable<Alert> {
  const heads = await Promise.all(
    streams.map(async (stream) => {
      const rest = stream[Symbol.asyncIterator]();
      return { rest, next: await rest.next() };
    }),
  );
  for (;;) {
    const newest = heads
      .filter((head) => !head.next.done)
      .reduce<(typeof heads)[number] | undefined>((best, head) => {
        return best && best.next.value.openedAt >= head.next.value.openedAt ? best : head;
      }, undefined);
    if (!newest) return;
    yield newest.next.value;
    newest.next = await newest.rest.next();
  }
}
