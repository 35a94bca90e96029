import { compareDecimal } from '../model/change.ts';
import { type AuditEvent, auditIdentity } from '../model/event.ts';
import { MICROS_PER_DAY, type Micros, microsText, startOfDay } from '../model/timestamp.ts';
import type { EventStore } from '../store/ports.ts';
import { parseAuditEvent } from './netbird/parse-event.ts';
import type { RawElement } from './netbird/split-array.ts';

/** Old events whose keys are asked for together. */
const ASK_TOGETHER = 500;
/** Old events asked for one by one before the rest is read and asked for together. */
const ASK_ALONE = 25;

/** Where the read begins to meet what is stored. */
export interface Horizon {
  /** Everything served up to this time is stored; undefined: nothing is known, all is read. */
  readonly mark: Micros | undefined;
  readonly overlap: Micros;
  readonly readAll: boolean;
  /** Events up to the overlap that are older than this were stored once, and their time to be kept is over. */
  readonly forgottenBefore: Micros | undefined;
}

/** An event of which it is not known yet whether it is stored. */
interface Unasked {
  readonly event: AuditEvent;
  readonly at: Micros;
}

/** What one answer served, as far as it was read. */
export interface Served {
  readonly oldest: Micros;
  readonly newest: Micros;
  readonly highestId: string;
  readonly lowestId: string;
}

/**
 * Keeps of an answer what is not stored yet, and says when the rest need not be read: at an event older than
 * mark − overlap that is stored. It trusts that only in an answer whose times fall, and never at its first event.
 */
export class Sieve {
  /** By identity; the first copy seen. */
  readonly fresh = new Map<string, AuditEvent>();
  /** Elements that are no event → why. */
  readonly garbage = new Map<RawElement, string>();
  served: Served | undefined;

  readonly #events: EventStore;
  readonly #tenant: string;
  readonly #horizon: Horizon;
  readonly #from: Micros;
  readonly #to: Micros;
  #known: ReadonlySet<string> = new Set();
  #unasked: Unasked[] = [];
  #stopBefore: Micros | undefined;
  #askAlone = ASK_ALONE;
  #previous: Micros | undefined;
  #falls = false;
  #rises = false;

  constructor(events: EventStore, tenant: string, horizon: Horizon) {
    this.#events = events;
    this.#tenant = tenant;
    this.#horizon = horizon;
    const { mark, overlap } = horizon;
    this.#from = mark === undefined ? Number.POSITIVE_INFINITY : Math.max(0, mark - overlap);
    this.#to = mark === undefined ? 0 : startOfDay(mark) + MICROS_PER_DAY - 1;
  }

  /** Asks the store for what lies from mark − overlap to the end of the mark's day: all that a quiet poll needs. */
  async prepare(): Promise<void> {
    if (this.#from > this.#to) return;
    this.#known = await this.#events.knownIdentities(this.#tenant, this.#from, this.#to);
  }

  /** A new answer begins. `limit`: its own time, which the mark may lie after when clocks were wrong. */
  begin(limit: Micros): void {
    const { mark, overlap, readAll } = this.#horizon;
    this.#stopBefore = readAll || mark === undefined ? undefined : Math.min(mark, limit) - overlap;
    this.served = undefined;
    this.#previous = undefined;
    this.#falls = false;
    this.#rises = false;
  }

  /** `enough`: all that follows is stored. */
  async take(raw: RawElement): Promise<'more' | 'enough'> {
    const parsed = parseAuditEvent(raw);
    if (parsed.event === undefined) {
      this.garbage.set(raw, parsed.reason);
      return 'more';
    }
    const { event, at } = parsed;
    this.#note(event, at);
    const identity = `${microsText(at)}#${event.id}`;
    if (at >= this.#from && at <= this.#to) {
      if (!this.#known.has(identity)) this.#keep(identity, event);
      return 'more';
    }
    if (this.fresh.has(identity)) return 'more';
    return this.#takeUnasked(event, at, identity);
  }

  /** To be called after the last element, also where the answer broke off. */
  async finish(): Promise<void> {
    const unasked = this.#unasked.toSorted((a, b) => a.at - b.at);
    this.#unasked = [];
    for (let start = 0, end = 1; start < unasked.length; start = end, end += 1) {
      // Over a long silence, other events than those served may be stored: they need not be read.
      while (end < unasked.length && (unasked[end]?.at ?? 0) - (unasked[end - 1]?.at ?? 0) <= MICROS_PER_DAY) end += 1;
      await this.#ask(unasked.slice(start, end));
    }
  }

  /** Keeps those that are not stored. Oldest first. */
  async #ask(events: readonly Unasked[]): Promise<void> {
    const [from, to] = [events[0]?.at ?? 0, events.at(-1)?.at ?? 0];
    const known = await this.#events.knownIdentities(this.#tenant, from, to);
    for (const { event } of events) {
      const identity = auditIdentity(event);
      if (!known.has(identity)) this.#keep(identity, event);
    }
  }

  async #takeUnasked(event: AuditEvent, at: Micros, identity: string): Promise<'more' | 'enough'> {
    const mayStop = this.#stopBefore !== undefined && at < this.#stopBefore && this.#falls && !this.#rises;
    if (this.#isForgotten(at)) return mayStop ? 'enough' : 'more';
    if (mayStop && this.#askAlone > 0) {
      if (await this.#events.has(this.#tenant, event)) return 'enough';
      this.#askAlone -= 1;
      this.#keep(identity, event);
      return 'more';
    }
    this.#unasked.push({ event, at });
    if (this.#unasked.length >= ASK_TOGETHER) await this.finish();
    return 'more';
  }

  #isForgotten(at: Micros): boolean {
    const { forgottenBefore } = this.#horizon;
    return forgottenBefore !== undefined && at < forgottenBefore && at < this.#from;
  }

  #keep(identity: string, event: AuditEvent): void {
    if (!this.fresh.has(identity)) this.fresh.set(identity, event);
  }

  #note(event: AuditEvent, at: Micros): void {
    if (this.#previous !== undefined) {
      if (at < this.#previous) this.#falls = true;
      if (at > this.#previous) this.#rises = true;
    }
    this.#previous = at;
    const { oldest = at, newest = at, highestId = event.id, lowestId = event.id } = this.served ?? {};
    this.served = {
      oldest: Math.min(oldest, at),
      newest: Math.max(newest, at),
      highestId: compareDecimal(event.id, highestId) > 0 ? event.id : highestId,
      lowestId: compareDecimal(event.id, lowestId) < 0 ? event.id : lowestId,
    };
  }
}
