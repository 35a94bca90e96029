import { parseAuditEvent } from '../collect/netbird/parse-event.ts';
import { splitArray } from '../collect/netbird/split-array.ts';
import { feedOf } from '../local/replay/recording.ts';
import { auditIdentity } from '../model/event.ts';
import { type Micros, parseTimestamp } from '../model/timestamp.ts';
import { type TrafficEvent, trafficEventSchema } from '../model/traffic.ts';
import type { ReplayedEvent } from '../pipeline/replay.ts';
import { shapeOf } from '../rules/match-routing.ts';
import { type InputLine, inputLines } from './input-lines.ts';

/** What a file holds for a backtest. */
export interface BacktestInput {
  /** Each once, in no order. */
  readonly events: readonly ReplayedEvent[];
  /** Up to when the file speaks, where it says so: the time of a recording's last answer. */
  readonly upTo?: Micros;
}

/** A line, or a part of it, that holds no event that can be understood. */
export interface BadLine {
  readonly line: number;
  readonly reason: string;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads objects of the API (audit events and traffic rows, also a whole answer on one line) and recorded answers, which
 * are united: of an event that came more than once the first copy counts. `complain` hears of what is no event; the
 * rest goes on. Throws InputError for a file that cannot be read.
 */
export async function readBacktestInput(
  path: string,
  complain: (bad: BadLine) => Promise<void>,
): Promise<BacktestInput> {
  const input = new Input();
  for await (const line of inputLines(path)) {
    for (const reason of await input.take(line)) await complain({ line: line.number, reason });
  }
  return input.result();
}

class Input {
  readonly #audit = new Map<string, ReplayedEvent>();
  /** The raw text of elements of answers: polls bring the same again and again. */
  readonly #seen = new Set<string>();
  readonly #traffic: ReplayedEvent[] = [];
  #upTo: Micros | undefined;

  /** What could not be understood. */
  async take({ text }: InputLine): Promise<string[]> {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return ['the line is not JSON'];
    }
    if (Array.isArray(value)) return value.flatMap((element) => this.#object(element, JSON.stringify(element)));
    return isAnswer(value) ? this.#answer(value) : this.#object(value, text);
  }

  result(): BacktestInput {
    const events = [...this.#audit.values(), ...this.#traffic];
    return { events, ...(this.#upTo === undefined ? {} : { upTo: this.#upTo }) };
  }

  #object(value: unknown, text: string): string[] {
    if (typeof value !== 'object' || value === null) return ['it is no JSON object'];
    const shape = shapeOf(value);
    if (shape === 'audit') return this.#auditEvent(text);
    if (shape === 'traffic') return this.#trafficRow(value);
    return [
      'it is neither an audit event (activity_code) nor a traffic row (flow_id) nor a recorded answer (request, body)',
    ];
  }

  #auditEvent(text: string): string[] {
    const parsed = parseAuditEvent(text);
    if (!parsed.event) return [parsed.reason];
    const identity = auditIdentity(parsed.event);
    if (!this.#audit.has(identity)) this.#audit.set(identity, { source: 'audit', event: parsed.event });
    return [];
  }

  #trafficRow(value: object): string[] {
    const parsed = trafficEventSchema.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return [`${issue?.path.join('.')}: ${issue?.message}`];
    }
    if (timeOf(parsed.data) === undefined) return ['window_start: there is no time'];
    this.#traffic.push({ source: 'traffic', event: parsed.data });
    return [];
  }

  /** Refusals hold no event, and of an answer that was cut the whole elements count, as they do live. */
  async #answer({ at, request, status, body }: Answer): Promise<string[]> {
    if (feedOf(request.path) !== 'audit' || status !== 200) return [];
    this.#upTo = Math.max(this.#upTo ?? 0, parseTimestamp(at)?.micros ?? 0);
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

/** When a row of a feed happened. */
export function timeOf(event: ReplayedEvent['event']): Micros | undefined {
  const row = event as TrafficEvent & { timestamp?: string };
  const text = row.timestamp ?? row.window_start ?? row.events?.[0]?.timestamp;
  return text === undefined ? undefined : parseTimestamp(text)?.micros;
}

async function* once<T>(value: T): AsyncIterable<T> {
  yield value;
}
