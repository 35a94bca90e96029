import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { StoredTrafficEvent } from '../../model/event.ts';
import { TRAFFIC_COUNTERS } from '../../model/traffic.ts';
import { StoreError } from '../errors.ts';
import { grownRow } from '../grown-row.ts';
import type { TrafficFate, TrafficPut } from '../ports.ts';
import type { Item } from './attribute.ts';
import { call, chunksOf, conditionally, READ_BATCH, readBatch, WRITE_BATCH, writeBatch } from './calls.ts';
import { hoursKey } from './keys.ts';
import { trafficFromItem, trafficToItem } from './traffic-item.ts';

/** Up to so many new rows are put on condition; more have been asked for, and go in batches. */
const PUT_ALONE = 25;
const AT_ONCE = 8;
const MAX_ROUNDS = 8;

/** One row of a call: what is served of it, and what is stored. */
interface Entry {
  readonly key: string;
  readonly put: TrafficPut;
  readonly item: Item;
}

/** Writes traffic rows into the Events table. */
export class TrafficWriter {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  /** `<tenant>#<bucket>` that this process has listed already. */
  readonly #listed = new Set<string>();

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** As `EventStore.putTraffic`. */
  async put(puts: readonly TrafficPut[]): Promise<TrafficFate[]> {
    const entries = puts.map(entryOf);
    await this.#list(puts);
    const fates = new Map<string, TrafficFate>();
    let left = furthest(entries);
    for (let round = 0; left.length > 0; round += 1) {
      if (round === MAX_ROUNDS) throw contended();
      const lost: Entry[] = [];
      for (const chunk of chunksOf(left, READ_BATCH)) lost.push(...(await this.#putChunk(chunk, fates)));
      left = lost;
    }
    const last = new Map(entries.map(({ key }, index) => [key, index]));
    return entries.map(({ key }, index) => (last.get(key) === index ? (fates.get(key) ?? 'known') : 'known'));
  }

  /** At most 100 different rows. Gives back those that another writer got in the way of. */
  async #putChunk(chunk: readonly Entry[], fates: Map<string, TrafficFate>): Promise<Entry[]> {
    const keys = chunk.map(({ item }) => keyOf(item));
    const stored = new Map((await readBatch(this.#client, this.#table, keys)).map((item) => [textOf(item), item]));
    const unknown = chunk.filter(({ key }) => !stored.has(key));
    const inBatches = unknown.length > PUT_ALONE ? unknown : [];
    await inGroups(chunksOf(inBatches, WRITE_BATCH), (batch) =>
      writeBatch(
        this.#client,
        this.#table,
        batch.map(({ item }) => item),
      ),
    );
    for (const { key } of inBatches) fates.set(key, 'new');

    const lost: Entry[] = [];
    await inGroups(inBatches.length > 0 ? chunk.filter(({ key }) => stored.has(key)) : chunk, async (entry) => {
      const fate = await this.#putOne(entry, stored.get(entry.key));
      if (fate === 'lost') lost.push(entry);
      // What was new in an earlier round of this call stays so.
      else if (fate !== 'known' || !fates.has(entry.key)) fates.set(entry.key, fate);
    });
    return lost;
  }

  async #putOne({ put, item }: Entry, stored: Item | undefined): Promise<TrafficFate | 'lost'> {
    if (!stored) return (await this.#write(item, { expression: 'attribute_not_exists(pk)' })) ? 'new' : 'lost';
    const row = grownRow(trafficFromItem(stored), put.row);
    if (!row) return 'known';
    return (await this.#write(trafficToItem(row, put.bucket), asRead(stored))) ? 'grown' : 'lost';
  }

  #write(item: Item, { expression, values }: Condition): Promise<boolean> {
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: item,
      ConditionExpression: expression,
      ...(values ? { ExpressionAttributeValues: values } : {}),
    });
    return conditionally(`storing ${item['sk']?.S} in table ${this.#table}`, () => this.#client.send(command));
  }

  /** Hours are listed before their first row is put, so that no reader can miss one. */
  async #list(puts: readonly TrafficPut[]): Promise<void> {
    const unlisted = new Map<string, Set<string>>();
    for (const { row, bucket } of puts) {
      if (this.#listed.has(`${row.tenant}#${bucket}`)) continue;
      this.#listed.add(`${row.tenant}#${bucket}`);
      const day = `${row.tenant}#${bucket.slice(0, 10)}`;
      unlisted.set(day, (unlisted.get(day) ?? new Set()).add(bucket.slice(10)));
    }
    try {
      await inGroups([...unlisted], ([day, hours]) => this.#addHours(day.slice(0, -11), day.slice(-10), [...hours]));
    } catch (error) {
      this.#listed.clear();
      throw error;
    }
  }

  async #addHours(tenant: string, day: string, hours: string[]): Promise<void> {
    const { pk, sk } = hoursKey(tenant, day);
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: { pk: { S: pk }, sk: { S: sk } },
      UpdateExpression: 'ADD #hours :hours',
      ExpressionAttributeNames: { '#hours': 'hours' },
      ExpressionAttributeValues: { ':hours': { SS: hours } },
    });
    await call(`listing hours in table ${this.#table}`, () => this.#client.send(command));
  }
}

interface Condition {
  readonly expression: string;
  readonly values?: Item;
}

/** The row is still as it was read: nobody else has let it grow. */
function asRead(stored: Item): Condition {
  const values: Item = {};
  const parts: string[] = [];
  for (const name of [...TRAFFIC_COUNTERS, 'events'] as const) {
    const value = stored[name];
    parts.push(value ? `${name} = :${name}` : `attribute_not_exists(${name})`);
    if (value) values[`:${name}`] = value;
  }
  const expression = parts.join(' AND ');
  return Object.keys(values).length > 0 ? { expression, values } : { expression };
}

function entryOf(put: TrafficPut): Entry {
  const item = trafficToItem(put.row, put.bucket);
  return { key: textOf(item), put, item };
}

/** Of several copies of one row, what they come to. */
function furthest(entries: readonly Entry[]): Entry[] {
  const byKey = new Map<string, Entry>();
  for (const entry of entries) {
    const known = byKey.get(entry.key);
    const row: StoredTrafficEvent | undefined = known && grownRow(known.put.row, entry.put.row);
    if (!known) byKey.set(entry.key, entry);
    else if (row) byKey.set(entry.key, entryOf({ ...entry.put, row }));
  }
  return [...byKey.values()];
}

function keyOf({ pk, sk }: Item): Item {
  return { ...(pk ? { pk } : {}), ...(sk ? { sk } : {}) };
}

function textOf({ pk, sk }: Item): string {
  return `${pk?.S}|${sk?.S}`;
}

async function inGroups<T>(all: readonly T[], run: (each: T) => Promise<unknown>): Promise<void> {
  for (const group of chunksOf(all, AT_ONCE)) await Promise.all(group.map(run));
}

function contended(): StoreError {
  return new StoreError('Traffic rows kept changing while they were written; the next run tries again', {
    retryable: true,
  });
}
