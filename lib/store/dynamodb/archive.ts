import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { StoredEvent, StoredTrafficEvent } from '../../model/event.ts';
import { dayOf, parseTimestamp, startOfDay } from '../../model/timestamp.ts';
import {
  type Archive,
  type AuditHistoryQuery,
  auditPosition,
  fitsActivity,
  newestFirst,
  type StoredTrafficRow,
  type TrafficHistoryQuery,
  type TrafficRange,
} from '../archive.ts';
import { dayStep, daysWithin, indexSteps, needsCodes, type Range, rangeOf } from './archive-plan.ts';
import { countTrafficItems, trafficItems } from './archive-traffic.ts';
import type { Item } from './attribute.ts';
import { call } from './calls.ts';
import { descending, merged, shareOf, sortKeyOf } from './descending.ts';
import { eventFromItem } from './from-item.ts';
import { daysKey } from './keys.ts';
import type { QueryStep } from './plan-query.ts';
import { trafficFromItem } from './traffic-item.ts';

/** Microseconds lead a sort key, in a fixed width. */
const MICROS_TEXT = '2026-11-23T15:51:34.035000Z'.length;

/** History from the Events table. Reads are eventually consistent: what was stored within the last second may miss. */
export class DynamoDbArchive implements Archive {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async *audit(query: AuditHistoryQuery): AsyncIterable<StoredEvent> {
    const range = rangeOf(query);
    if (range.since > range.until) return;
    for await (const event of inFullOrder(await this.#auditItems(query, range))) {
      if (query.after && newestFirst(query.after, auditPosition(event)) >= 0) continue;
      if (query.activity === undefined || fitsActivity(query.activity, event.activity_code)) yield event;
    }
  }

  async *traffic(query: TrafficHistoryQuery): AsyncIterable<StoredTrafficRow> {
    const range = trafficRangeOf(query);
    if (range.since > range.until) return;
    for await (const item of trafficItems(this.#reading(undefined), query, range)) {
      const row = new LazyRow(item);
      if (query.after === undefined || row.sortKey < query.after) yield row;
    }
  }

  async countTraffic(query: TrafficRange, most: number): Promise<number> {
    const range = trafficRangeOf(query);
    if (range.since > range.until || most <= 0) return 0;
    return countTrafficItems(this.#reading(undefined), query, range, most);
  }

  async #auditItems(query: AuditHistoryQuery, range: Range): Promise<AsyncGenerator<Item>> {
    const codes = needsCodes(query) ? (await this.#listed(query.tenant)).codes : [];
    const steps = indexSteps(query, range, codes);
    // One more ends the last group of events with one time, and who goes on from an event reads that again.
    const expected = query.expected === undefined ? undefined : query.expected + (query.after ? 2 : 1);
    if (!steps) return descending(this.#reading(expected), this.#daySteps(query, range));
    const share = shareOf(expected, steps.length);
    return merged(steps.map((step) => descending(this.#reading(share), [step])));
  }

  /** Who goes on from a position needs no list of days before its own day is through. */
  async *#daySteps({ tenant, after }: AuditHistoryQuery, range: Range): AsyncIterable<QueryStep> {
    const first = after && dayOf(range.until);
    if (first) yield dayStep(tenant, first, range);
    if (first && range.since >= startOfDay(range.until)) return;
    const { days } = await this.#listed(tenant);
    for (const day of daysWithin(days, range)) if (day !== first) yield dayStep(tenant, day, range);
  }

  #reading(expected: number | undefined) {
    return { client: this.#client, table: this.#table, expected };
  }

  /** Days with audit events, and their activity codes. */
  async #listed(tenant: string): Promise<{ days: readonly string[]; codes: readonly string[] }> {
    const { pk, sk } = daysKey(tenant);
    const command = new GetItemCommand({ TableName: this.#table, Key: { pk: { S: pk }, sk: { S: sk } } });
    const { Item } = await call(`reading the days of table ${this.#table}`, () => this.#client.send(command));
    return { days: Item?.['days']?.SS ?? [], codes: Item?.['codes']?.SS ?? [] };
  }
}

/** What comes after a row is no newer than it. */
function trafficRangeOf({ since, until, after }: TrafficRange): Range {
  const upTo = parseTimestamp(after?.split('#')[0] ?? '')?.micros;
  return rangeOf({ since, until: Math.min(until, upTo ?? until) });
}

class LazyRow implements StoredTrafficRow {
  readonly #item: Item;
  #row: StoredTrafficEvent | undefined;

  constructor(item: Item) {
    this.#item = item;
  }

  get sortKey(): string {
    return sortKeyOf(this.#item);
  }

  get row(): StoredTrafficEvent {
    this.#row ??= trafficFromItem(this.#item);
    return this.#row;
  }
}

/** Sort keys hold microseconds and order ids as text: what lies within one microsecond is put in order here. */
async function* inFullOrder(items: AsyncIterable<Item>): AsyncIterable<StoredEvent> {
  let group: StoredEvent[] = [];
  let groupTime = '';
  for await (const item of items) {
    const time = sortKeyOf(item).slice(0, MICROS_TEXT);
    if (time !== groupTime) {
      yield* ordered(group);
      group = [];
      groupTime = time;
    }
    group.push(eventFromItem(item) as StoredEvent);
  }
  yield* ordered(group);
}

function ordered(group: StoredEvent[]): StoredEvent[] {
  if (group.length < 2) return group;
  const placed = group.map((event) => ({ event, position: auditPosition(event) }));
  return placed.toSorted((a, b) => newestFirst(a.position, b.position)).map(({ event }) => event);
}
