import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AuditEvent, StoredEvent, StoredTrafficEvent } from '../../model/event.ts';
import { dayOf, daysBetween, MICROS_PER_DAY, type Micros } from '../../model/timestamp.ts';
import type { TrafficBucket } from '../../model/traffic-partition.ts';
import type { TrafficSum } from '../../model/traffic-sum.ts';
import type {
  EventQuery,
  EventStore,
  QuarantinedRow,
  TrafficFate,
  TrafficHour,
  TrafficPut,
  WatermarkRow,
} from '../ports.ts';
import type { Item } from './attribute.ts';
import { call, chunksOf, conditionally, itemsOf, WRITE_BATCH, writeBatch } from './calls.ts';
import { eventFromItem } from './from-item.ts';
import { auditPartition, daysKey, eventKey, identityBounds } from './keys.ts';
import { isIndexed, planQuery, type QueryStep } from './plan-query.ts';
import { eventToItem, quarantinedToItem, watermarkToItem } from './to-item.ts';
import { TrafficSums } from './traffic-sums.ts';
import { TrafficWriter } from './traffic-writer.ts';

/** The Events table. */
export class DynamoDbEventStore implements EventStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #traffic: TrafficWriter;
  readonly #sums: TrafficSums;
  /** `<tenant>#<day or activity code>` that this process has listed already. */
  readonly #listed = new Set<string>();

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
    this.#traffic = new TrafficWriter(client, table);
    this.#sums = new TrafficSums(client, table);
  }

  async putNew(events: readonly StoredEvent<AuditEvent>[]): Promise<boolean[]> {
    await this.#list(events);
    const isNew = new Map<StoredEvent<AuditEvent>, boolean>();
    // One after the other: only so does a death half-way leave a prefix.
    for (const event of oldestFirst(events)) isNew.set(event, await this.#putIfAbsent(eventToItem(event)));
    return events.map((event) => isNew.get(event) ?? false);
  }

  /**
   * Batch after batch, oldest first. A death leaves a prefix of whole batches and part of one more; the caller's mark
   * moves only after all are in, so that part is asked for again.
   */
  async putUnknown(events: readonly StoredEvent<AuditEvent>[]): Promise<void> {
    await this.#list(events);
    for (const batch of chunksOf(distinct(oldestFirst(events)), WRITE_BATCH)) {
      await writeBatch(this.#client, this.#table, batch.map(eventToItem));
    }
  }

  async knownIdentities(tenant: string, from: Micros, to: Micros): Promise<Set<string>> {
    const { low, high } = identityBounds(from, to);
    const known = new Set<string>();
    for (const day of await this.#daysIn(tenant, from, to)) {
      const values = { ':pk': { S: auditPartition(tenant, day) }, ':low': { S: low }, ':high': { S: high } };
      const query = {
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
        ExpressionAttributeValues: values,
        ProjectionExpression: 'sk',
        ConsistentRead: true,
      };
      for await (const item of this.#pages(query)) known.add(item['sk']?.S ?? '');
    }
    return known;
  }

  async has(tenant: string, event: AuditEvent): Promise<boolean> {
    const { pk, sk } = eventKey(tenant, event);
    const Key = { pk: { S: pk }, sk: { S: sk } };
    const command = new GetItemCommand({
      TableName: this.#table,
      Key,
      ProjectionExpression: 'sk',
      ConsistentRead: true,
    });
    const answer = await call(`looking for event ${sk} in table ${this.#table}`, () => this.#client.send(command));
    return answer.Item !== undefined;
  }

  putTraffic(rows: readonly TrafficPut[]): Promise<TrafficFate[]> {
    return this.#traffic.put(rows);
  }

  trafficIn(tenant: string, bucket: TrafficBucket): AsyncIterable<StoredTrafficEvent> {
    return this.#sums.rows(tenant, bucket);
  }

  putTrafficSums(hour: TrafficHour, sums: readonly TrafficSum[]): Promise<void> {
    return this.#sums.put(hour, sums);
  }

  putQuarantined(row: QuarantinedRow): Promise<boolean> {
    return this.#putIfAbsent(quarantinedToItem(row));
  }

  async putWatermark(watermark: WatermarkRow): Promise<void> {
    const command = new PutItemCommand({ TableName: this.#table, Item: watermarkToItem(watermark) });
    await call(`writing the watermark of ${watermark.bucket} to table ${this.#table}`, () =>
      this.#client.send(command),
    );
  }

  async *query(query: EventQuery): AsyncIterable<StoredEvent> {
    const days = isIndexed(query) ? [] : await this.#listedDaysOf(query.tenant);
    for (const step of planQuery(query, days)) {
      for await (const item of this.#pages(step)) yield eventFromItem(item);
    }
  }

  #putIfAbsent(Item: Item): Promise<boolean> {
    const command = new PutItemCommand({
      TableName: this.#table,
      Item,
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    return conditionally(`storing ${Item['sk']?.S} in table ${this.#table}`, () => this.#client.send(command));
  }

  #pages(query: QueryStep): AsyncIterable<Item> {
    const pages = paginateQuery({ client: this.#client }, { ...query, TableName: this.#table });
    return itemsOf(pages, `querying table ${this.#table}`);
  }

  /** Days and activity codes are listed before their first event is put, so that no query can miss one. */
  async #list(events: readonly StoredEvent<AuditEvent>[]): Promise<void> {
    const unlisted = new Map<string, { days: Set<string>; codes: Set<string> }>();
    for (const event of events) {
      const { tenant, activity_code: code } = event;
      const day = eventKey(tenant, event).sk.slice(0, 10);
      const isDayListed = this.#listed.has(`${tenant}#${day}`);
      if (isDayListed && this.#listed.has(`${tenant}#${code}`)) continue;
      const { days, codes } = unlisted.get(tenant) ?? { days: new Set(), codes: new Set() };
      unlisted.set(tenant, { days: days.add(day), codes: codes.add(code) });
    }
    for (const [tenant, { days, codes }] of unlisted) {
      await this.#addToList(tenant, [...days], [...codes]);
      for (const value of [...days, ...codes]) this.#listed.add(`${tenant}#${value}`);
    }
  }

  async #addToList(tenant: string, days: string[], codes: string[]): Promise<void> {
    const { pk, sk } = daysKey(tenant);
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: { pk: { S: pk }, sk: { S: sk } },
      UpdateExpression: 'ADD #days :days, #codes :codes',
      ExpressionAttributeNames: { '#days': 'days', '#codes': 'codes' },
      ExpressionAttributeValues: { ':days': { SS: days }, ':codes': { SS: codes } },
    });
    await call(`listing days in table ${this.#table}`, () => this.#client.send(command));
  }

  /** Days of a range that may have events: of a long one, only those that are listed. */
  async #daysIn(tenant: string, from: Micros, to: Micros): Promise<string[]> {
    if (to - from <= SHORT_RANGE) return daysBetween(from, to);
    const [first, last] = [dayOf(from), dayOf(to)];
    return (await this.#listedDaysOf(tenant)).filter((day) => day >= first && day <= last);
  }

  /** Days with events, oldest first. */
  async #listedDaysOf(tenant: string): Promise<string[]> {
    const { pk, sk } = daysKey(tenant);
    const Key = { pk: { S: pk }, sk: { S: sk } };
    const command = new GetItemCommand({ TableName: this.#table, Key, ConsistentRead: true });
    const answer = await call(`reading the days of table ${this.#table}`, () => this.#client.send(command));
    return (answer.Item?.['days']?.SS ?? []).toSorted();
  }
}

/** Up to here it is cheaper to ask each day than to read the list of days first. */
const SHORT_RANGE = 3 * MICROS_PER_DAY;

function oldestFirst(events: readonly StoredEvent<AuditEvent>[]): StoredEvent<AuditEvent>[] {
  const keyed = events.map((event) => ({ event, sk: eventKey(event.tenant, event).sk }));
  keyed.sort((a, b) => (a.sk < b.sk ? -1 : a.sk > b.sk ? 1 : 0));
  return keyed.map(({ event }) => event);
}

/** A batch may not hold one key twice. The first copy is kept. */
function distinct(events: readonly StoredEvent<AuditEvent>[]): StoredEvent<AuditEvent>[] {
  const byKey = new Map<string, StoredEvent<AuditEvent>>();
  for (const event of events) {
    const { pk, sk } = eventKey(event.tenant, event);
    if (!byKey.has(`${pk}|${sk}`)) byKey.set(`${pk}|${sk}`, event);
  }
  return [...byKey.values()];
}
