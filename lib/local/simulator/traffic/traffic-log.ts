import { MOST_RECORDS } from '../../../api/traffic/parameters.ts';
import type { Refusal } from '../../../api/wire/answer.ts';
import { goJson } from '../../../api/wire/go-json.ts';
import type { Clock } from '../../../model/clock.ts';
import type { Micros } from '../../../model/timestamp.ts';
import { type TrafficEvent, trafficIdentity, trafficStart } from '../../../model/traffic.ts';
import { FaultPlan } from '../faults.ts';
import { readTrafficQuery, type TrafficQuery } from './query.ts';

/** A row as the API shows it from a time on; `grown`: it takes the place of the row with the same `trafficIdentity`. */
export interface ShownRow {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly row: TrafficEvent;
  readonly grown?: true;
}

export interface TrafficLogOptions {
  readonly clock: Clock;
  /** How long rows are kept, by the start of their window; 48 h by default. Up to seven days is known. */
  readonly retentionMs?: number;
  /** What `start_date` and `end_date` are compared with, both inclusive: nobody has written it down. Default `window_start`. */
  readonly datedBy?: 'window_start' | 'window_end';
  /** Nor that. Default `newest` first. */
  readonly order?: 'newest' | 'oldest';
  /** False: a server before 0.75, whose rows have neither windows nor counters, and which does not know two of the filters. */
  readonly aggregates?: boolean;
}

interface Item {
  readonly start: Micros;
  readonly end: Micros;
  /** In the order in which they are shown; the last one that is there counts. */
  readonly versions: Version[];
}

interface Version {
  readonly at: number;
  readonly row?: TrafficEvent;
  text?: string;
}

const HOUR_MS = 3_600_000;
const SINCE_AGGREGATION = ['num_of_drops', 'num_of_ends', 'num_of_starts', 'window_end', 'window_start'];

/** The table behind `GET /api/events/network-traffic`: what it holds, and what it shows at a time. */
export class TrafficLog {
  /** For this endpoint alone. */
  readonly faults = new FaultPlan();
  readonly #options: TrafficLogOptions;
  /** Oldest first, once sorted. */
  #items: Item[] = [];
  readonly #growing = new Map<string, Item>();
  #isSorted = true;
  #isLogging = true;
  readonly #afterAnswers: (readonly ShownRow[])[] = [];

  constructor(options: TrafficLogOptions) {
    this.#options = options;
  }

  /** Rows that are shown, each from its time on. The same row twice is shown twice, as after a repeated delivery. */
  append(rows: Iterable<ShownRow>): void {
    for (const shown of rows) if (this.#isLogging) this.#insert(shown);
  }

  /** Rows that are there now. */
  appendNow(...rows: readonly TrafficEvent[]): void {
    const at = this.#options.clock().getTime();
    this.append(rows.map((row) => ({ at, row })));
  }

  /** A row that is there now and has grown. */
  growNow(row: TrafficEvent): void {
    this.append([{ at: this.#options.clock().getTime(), row, grown: true }]);
  }

  /** Serves `text` as one row, as it is: for what no server writes. `start` in epoch milliseconds; default: now. */
  appendRaw(text: string, start = this.#options.clock().getTime()): void {
    this.#add({ start: start * 1000, end: start * 1000, versions: [{ at: this.#options.clock().getTime(), text }] });
  }

  /** Rows arrive between this answer and the next: the pages behind shift. Asked for several times, one after each answer. */
  arriveAfterNextAnswer(rows: readonly ShownRow[]): void {
    this.#afterAnswers.push(rows);
  }

  /** Off: the account's setting. Nothing new is written, what is there is served. */
  setLogging(isLogging: boolean): void {
    this.#isLogging = isLogging;
  }

  /** The answer's body, byte for byte. */
  body(params: URLSearchParams): string | Refusal {
    const query = readTrafficQuery(params, this.#options.aggregates);
    if ('message' in query) return query;
    const body = this.#page(query);
    this.append(this.#afterAnswers.shift() ?? []);
    return body;
  }

  #page(query: TrafficQuery): string {
    const { page, pageSize } = query;
    const found = this.#find(query);
    const data = found.slice((page - 1) * pageSize, page * pageSize).map((version) => this.#textOf(version));
    const pages = Math.ceil(found.length / pageSize);
    const numbers = `"page":${page},"page_size":${pageSize},"total_pages":${pages},"total_records":${found.length}`;
    return `{"data":[${data.join(',')}],${numbers}}\n`;
  }

  /** At most as many as there can be, the first ones in the order of the answer. */
  #find(query: TrafficQuery): Version[] {
    const now = this.#options.clock().getTime();
    const found: Version[] = [];
    for (const item of this.#inOrder()) {
      const version = this.#isDated(item, query, now) ? item.versions.findLast(({ at }) => at <= now) : undefined;
      if (version && (!version.row || query.isAskedFor(version.row))) found.push(version);
      if (found.length === MOST_RECORDS) break;
    }
    return found;
  }

  #isDated({ start, end }: Item, { from, to }: TrafficQuery, now: number): boolean {
    const date = this.#options.datedBy === 'window_end' ? end : start;
    return date >= from && date <= to && start >= (now - (this.#options.retentionMs ?? 48 * HOUR_MS)) * 1000;
  }

  *#inOrder(): Generator<Item> {
    if (!this.#isSorted) this.#items.sort((a, b) => a.start - b.start);
    this.#isSorted = true;
    const { length } = this.#items;
    for (let n = 0; n < length; n += 1) {
      const item = this.#items[this.#options.order === 'oldest' ? n : length - 1 - n];
      if (item) yield item;
    }
  }

  #insert({ at, row, grown }: ShownRow): void {
    const there = grown ? this.#sameRow(row) : undefined;
    if (there) {
      there.versions.push({ at, row });
      there.versions.sort((a, b) => a.at - b.at);
      return;
    }
    const start = trafficStart(row)?.micros ?? 0;
    const end = row.window_end === undefined ? start : Date.parse(row.window_end) * 1000;
    const item: Item = { start, end, versions: [{ at, row }] };
    // Rows without a window are those that often grow.
    if (row.window_start === undefined && start > 0) this.#growing.set(trafficIdentity(row), item);
    this.#add(item);
  }

  #sameRow(row: TrafficEvent): Item | undefined {
    const identity = trafficIdentity(row);
    const isSame = (other: TrafficEvent | undefined) => other !== undefined && trafficIdentity(other) === identity;
    return this.#growing.get(identity) ?? this.#items.find(({ versions }) => isSame(versions[0]?.row));
  }

  #add(item: Item): void {
    this.#isSorted &&= (this.#items.at(-1)?.start ?? 0) <= item.start;
    this.#items.push(item);
  }

  #textOf(version: Version): string {
    version.text ??= goJson(this.#options.aggregates === false ? withoutWindow(version.row) : (version.row ?? {}));
    return version.text;
  }
}

function withoutWindow(row: TrafficEvent | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row ?? {}).filter(([key]) => !SINCE_AGGREGATION.includes(key)));
}
