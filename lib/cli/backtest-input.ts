import { parseAuditEvent } from '../collect/netbird/parse-event.ts';
import { splitArray } from '../collect/netbird/split-array.ts';
import { feedOf } from '../local/replay/recording.ts';
import { type AuditEvent, auditIdentity } from '../model/event.ts';
import { type Micros, parseTimestamp } from '../model/timestamp.ts';
import { type TrafficEvent, trafficTime } from '../model/traffic.ts';
import { TimeReader } from '../pipeline/time-reader.ts';
import { shapeOf } from '../rules/match-routing.ts';
import { type InputLine, inputChunks } from './input-lines.ts';
import { trafficRowOf, windowStartIn } from './traffic-line.ts';

/** What a backtest runs over. */
export type Entry = AuditEntry | RowEntry;
export interface AuditEntry {
  readonly at: Micros;
  readonly audit: AuditEvent;
}
/** A row is kept as its line until its turn: as an object it would take three times as much. */
export interface RowEntry {
  readonly at: Micros;
  readonly line: number;
  readonly row: TrafficEvent | string;
}

/** A line, or a part of it, that holds no event that can be understood. */
export interface BadLine {
  readonly line: number;
  readonly reason: string;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads objects of the API (audit events and traffic rows, also a whole answer on one line) and recorded answers, which
 * are united: of an audit event that came more than once the first copy counts. Throws InputError for a file that cannot
 * be read.
 */
export class InputReader {
  readonly #audit = new Set<string>();
  /** The raw text of elements of answers: polls bring the same again and again. */
  readonly #seen = new Set<string>();
  readonly #times = new TimeReader();
  readonly #complain: (bad: BadLine) => Promise<void>;
  readonly #bad: BadLine[] = [];
  #entries: Entry[] = [];
  /** Up to when the file speaks, where it says so: the time of a recording's last answer. */
  upTo: Micros | undefined;

  /** `complain` hears of what is no event; the rest goes on. */
  constructor(complain: (bad: BadLine) => Promise<void>) {
    this.#complain = complain;
  }

  /** The events of a file in the order of its lines, in portions. */
  async *read(path: string): AsyncGenerator<readonly Entry[]> {
    for await (const lines of inputChunks(path)) {
      for (const line of lines) {
        if (this.#quickly(line)) continue;
        for (const reason of await this.#take(line)) await this.#complain({ line: line.number, reason });
      }
      yield this.#entries;
      this.#entries = [];
    }
  }

  /** The row of an entry; undefined where it cannot be understood: `complain` says why. */
  rowOf({ row, line }: RowEntry): TrafficEvent | undefined {
    if (typeof row !== 'string') return row;
    const parsed = rowIn(row);
    if ('row' in parsed) return parsed.row;
    this.#bad.push({ line, reason: parsed.reason });
    return undefined;
  }

  /** Complains of the rows that could not be understood. */
  async complain(): Promise<void> {
    for (const bad of this.#bad.splice(0)) await this.#complain(bad);
  }

  /** Most lines of a large file are rows with a window: their time is all that has to be known of them yet. */
  #quickly({ text, number }: InputLine): boolean {
    const start = windowStartIn(text);
    const at = start === undefined ? undefined : this.#times.micros(start);
    if (at === undefined) return false;
    this.#entries.push({ at, line: number, row: text });
    return true;
  }

  /** What could not be understood. */
  async #take({ text, number }: InputLine): Promise<string[]> {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return ['the line is not JSON'];
    }
    if (Array.isArray(value)) return value.flatMap((element) => this.#object(element, JSON.stringify(element), number));
    if (isAnswer(value)) return this.#answer(value, number);
    const rows = (value as Json | null)?.['data'];
    if (Array.isArray(rows)) return rows.flatMap((row) => this.#object(row, JSON.stringify(row), number));
    return this.#object(value, text, number);
  }

  #object(value: unknown, text: string, line: number): string[] {
    if (typeof value !== 'object' || value === null) return ['it is no JSON object'];
    const shape = shapeOf(value);
    if (shape === 'audit') return this.#auditEvent(text);
    if (shape === 'traffic') return this.#trafficRow(value, line);
    return [
      'it is neither an audit event (activity_code) nor a traffic row (flow_id) nor a recorded answer (request, body)',
    ];
  }

  #auditEvent(text: string): string[] {
    const parsed = parseAuditEvent(text);
    if (!parsed.event) return [parsed.reason];
    const audit = parsed.event;
    const identity = auditIdentity(audit);
    if (this.#audit.has(identity)) return [];
    this.#audit.add(identity);
    this.#entries.push({ at: parseTimestamp(audit.timestamp)?.micros ?? 0, audit });
    return [];
  }

  #trafficRow(value: object, line: number): string[] {
    const parsed = trafficRowOf(value);
    if ('reason' in parsed) return [parsed.reason];
    const time = trafficTime(parsed.row);
    if (!time) return ['window_start: there is no time'];
    this.#entries.push({ at: time.micros, line, row: parsed.row });
    return [];
  }

  /** Refusals hold no event, and of an answer that was cut the whole elements count, as they do live. */
  async #answer({ at, request, status, body }: Answer, line: number): Promise<string[]> {
    const feed = feedOf(request.path);
    if (feed === undefined || status !== 200) return [];
    this.upTo = Math.max(this.upTo ?? 0, parseTimestamp(at)?.micros ?? 0);
    if (feed === 'traffic') return this.#page(body, line);
    const bad: string[] = [];
    try {
      for await (const elements of splitArray(once(Buffer.from(body)))) {
        for (const element of elements) {
          if (this.#seen.has(element)) continue;
          this.#seen.add(element);
          bad.push(...this.#auditEvent(element).map((reason) => `an event of the answer: ${reason}`));
        }
      }
    } catch {
      // Whoever polled live got no more of it either.
    }
    return bad;
  }

  #page(body: string, line: number): string[] {
    try {
      const { data } = JSON.parse(body) as { readonly data?: unknown };
      const rows = Array.isArray(data) ? data : [];
      return rows.flatMap((row) => this.#object(row, '', line)).map((reason) => `a row of the answer: ${reason}`);
    } catch {
      return ['the answer is not JSON'];
    }
  }
}

function rowIn(text: string): ReturnType<typeof trafficRowOf> {
  try {
    const value = JSON.parse(text) as object;
    if (shapeOf(value) === 'traffic') return trafficRowOf(value);
    return { reason: 'it is neither an audit event (activity_code) nor a traffic row (flow_id)' };
  } catch {
    return { reason: 'the line is not JSON' };
  }
}

interface Answer extends Json {
  readonly at: string;
  readonly request: { readonly path: string };
  readonly status: number;
  readonly body: string;
}

function isAnswer(value: unknown): value is Answer {
  if (typeof value !== 'object' || value === null) return false;
  const { at, request, status, body } = value as Json;
  const path = typeof request === 'object' && request !== null ? (request as Json)['path'] : undefined;
  return typeof at === 'string' && typeof status === 'number' && typeof body === 'string' && typeof path === 'string';
}

async function* once<T>(value: T): AsyncIterable<T> {
  yield value;
}
