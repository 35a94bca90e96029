import { checkStateSize } from '../errors.ts';
import type { StateItem, StateStore } from '../ports.ts';
import { DueQueue } from './due-queue.ts';

/**
 * State in this process. `bodies: 'json'` keeps them as the table does: text, limited in size, a new copy for each
 * reader. `'as-is'` keeps the object itself: for callers that never change a body they were given, where speed counts.
 */
export class MemoryStateStore implements StateStore {
  readonly #items = new Map<string, StateItem>();
  readonly #due = new Map<string, DueQueue>();
  readonly #asJson: boolean;

  constructor(options: { readonly bodies?: 'json' | 'as-is' } = {}) {
    this.#asJson = options.bodies !== 'as-is';
  }

  async getMany(keys: readonly string[]): Promise<Map<string, StateItem>> {
    const found = new Map<string, StateItem>();
    for (const key of keys) {
      const item = this.#items.get(key);
      if (item) found.set(key, this.#read(item));
    }
    return found;
  }

  async put(item: StateItem): Promise<'written' | 'conflict'> {
    const kept = this.#kept(item);
    if ((this.#items.get(item.key)?.version ?? 0) !== item.version - 1) return 'conflict';
    this.#set(kept);
    return 'written';
  }

  async putUnknown(items: readonly StateItem[]): Promise<void> {
    for (const kept of items.map((item) => this.#kept(item))) this.#set(kept);
  }

  #kept(item: StateItem): StateItem {
    return this.#asJson ? { ...item, body: toJson(item) } : item;
  }

  #set(item: StateItem): void {
    const stored = this.#items.get(item.key);
    this.#items.set(item.key, item);
    if (stored?.due && stored.due.for !== item.due?.for) this.#due.get(stored.due.for)?.delete(item.key);
    if (item.due) this.#queue(item.due.for).set(item.key, item.due.at);
  }

  async delete(key: string, version: number): Promise<'deleted' | 'conflict'> {
    const stored = this.#items.get(key);
    if (stored?.version !== version) return 'conflict';
    this.#items.delete(key);
    if (stored.due) this.#due.get(stored.due.for)?.delete(key);
    return 'deleted';
  }

  async *due(dueFor: string, upTo: number): AsyncIterable<string> {
    yield* this.#due.get(dueFor)?.upTo(upTo) ?? [];
  }

  async *scan(prefix: string): AsyncIterable<StateItem> {
    for (const [key, item] of [...this.#items]) {
      if (key.startsWith(prefix)) yield this.#read(item);
    }
  }

  #read(item: StateItem): StateItem {
    return this.#asJson ? { ...item, body: JSON.parse(String(item.body)) } : item;
  }

  #queue(dueFor: string): DueQueue {
    const queue = this.#due.get(dueFor) ?? new DueQueue();
    this.#due.set(dueFor, queue);
    return queue;
  }
}

function toJson(item: StateItem): string {
  const json = JSON.stringify(item.body);
  checkStateSize(item.key, json);
  return json;
}
