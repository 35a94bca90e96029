import type { StoredEvent } from '../../model/event.ts';
import { type Archive, type AuditPosition, auditPosition } from '../../store/archive.ts';
import { auditSieve, historyQueryOf } from './filters.ts';
import type { AuditPageQuery } from './parameters.ts';

export interface AuditPage {
  readonly events: readonly StoredEvent[];
  /** Where the next page begins; absent: there is none. */
  readonly next?: AuditPosition;
  /** All that fits, where the page is the last one and pages were counted from the first. */
  readonly total?: number;
  /** So many events were looked at as one answer may; the page may be short, and `next` goes on. */
  readonly isCutShort: boolean;
}

/** One answer looks at so many events at most, whatever it is asked. */
export const MOST_EXAMINED = 50_000;

/** Reads a page, and one event beyond it, so that it is known whether there is more. Throws StoreError. */
export async function readAuditPage(archive: Archive, tenant: string, query: AuditPageQuery): Promise<AuditPage> {
  const { filters, pageSize, skip, after } = query;
  const expected = skip + pageSize + 1;
  const position = after ? { after } : {};
  const reading = new Reading(query);
  for await (const event of archive.audit({ tenant, ...historyQueryOf(filters), ...position, expected })) {
    const page = reading.see(event);
    if (page) return page;
  }
  return reading.end();
}

/** A page while it is read. */
class Reading {
  readonly #query: AuditPageQuery;
  readonly #isWanted: ((event: StoredEvent) => boolean) | undefined;
  readonly #events: StoredEvent[] = [];
  #examined = 0;
  #found = 0;
  #last: AuditPosition | undefined;

  constructor(query: AuditPageQuery) {
    this.#query = query;
    this.#isWanted = auditSieve(query.filters);
  }

  /** The page, where it ends before this event. */
  see(event: StoredEvent): AuditPage | undefined {
    const { pageSize, skip } = this.#query;
    const isWanted = this.#isWanted?.(event) ?? true;
    const isFull = this.#events.length === pageSize;
    if ((isFull && isWanted) || this.#examined === MOST_EXAMINED) return this.#before(isFull);
    this.#examined++;
    this.#last = auditPosition(event);
    if (!isWanted) return undefined;
    this.#found++;
    if (this.#found > skip) this.#events.push(event);
    return undefined;
  }

  /** The page, where nothing comes after it. */
  end(): AuditPage {
    const isCounted = this.#query.after === undefined;
    return { events: this.#events, isCutShort: false, ...(isCounted ? { total: this.#found } : {}) };
  }

  #before(isFull: boolean): AuditPage {
    return { events: this.#events, isCutShort: !isFull, ...(this.#last ? { next: this.#last } : {}) };
  }
}
