import type { LevelDb, Operation } from 'dynalite/db/index.js';

/** What a write changed, before it has its place in the table's stream. */
export interface ItemChange {
  readonly table: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly keys: unknown;
  readonly newImage?: unknown;
  readonly oldImage?: unknown;
}

interface Waiting {
  readonly operations: readonly Operation[];
  readonly change: ItemChange | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Sequence numbers have 21 digits, as DynamoDB's at least have: text order is number order. */
const SEQUENCE_DIGITS = 21;

/**
 * Writes to the level store, one batch after another. An item, its index rows, its stream record and the stream's
 * counter are in one batch, so that no kill can part them; what arrives while a batch is written goes together into
 * the next. Because batches never overlap, no reader of a stream can pass a number that is still to come.
 */
export class CommitLog {
  readonly #db: LevelDb;
  readonly #sequences = new Map<string, bigint>();
  #waiting: Waiting[] = [];
  #writing = false;

  constructor(db: LevelDb) {
    this.#db = db;
  }

  /** Settles when everything is in the store. The record of `change` takes the next number of its table's stream. */
  commit(operations: readonly Operation[], change?: ItemChange): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ operations, change, resolve, reject });
      if (!this.#writing) this.#start();
    });
  }

  #start(): void {
    this.#writing = true;
    // A turn later, so that the items of one BatchWriteItem meet in one batch.
    setImmediate(() => void this.#drain());
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await this.#db.batch(this.#operationsOf(group));
        for (const one of group) one.resolve();
      } catch (error) {
        for (const one of group) one.reject(error);
      }
    }
    this.#writing = false;
  }

  #operationsOf(group: readonly Waiting[]): Operation[] {
    const operations: Operation[] = [];
    const counters = new Map<string, string>();
    for (const { operations: own, change } of group) {
      operations.push(...own);
      if (!change) continue;
      const sequence = this.#next(change.table);
      operations.push({ type: 'put', key: recordKey(change.table, sequence), value: { ...change, at: Date.now() } });
      counters.set(change.table, sequence);
    }
    for (const [table, value] of counters) operations.push({ type: 'put', key: counterKey(table), value });
    return operations;
  }

  #next(table: string): string {
    const last = this.#sequences.get(table) ?? this.#stored(table);
    this.#sequences.set(table, last + 1n);
    return String(last + 1n).padStart(SEQUENCE_DIGITS, '0');
  }

  #stored(table: string): bigint {
    const counter = this.#db.getSync(counterKey(table));
    // Not from 0: real numbers have no leading zeros, and text compares them only at one length.
    return typeof counter === 'string' ? BigInt(counter) : 10n ** BigInt(SEQUENCE_DIGITS - 1);
  }
}

/** Where a stream record stands; `\xff` ends the range of a table's records. */
export function recordKey(table: string, sequence: string): string {
  return `stream~${table}~${sequence}`;
}

function counterKey(table: string): string {
  return `counter~${table}`;
}
