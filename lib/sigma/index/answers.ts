import type { ReadField } from './decide.ts';
import { type Entry, FieldTable } from './field-table.ts';
import { Finds } from './finds.ts';
import type { Layout } from './layout.ts';
import { Trials } from './trials.ts';

/** What is known of a predicate, added to four times the event's number. */
const NO = 0;
export const MAY = 1;
const YES = 2;

/** A field with fewer predicates that a table could decide at once has them decided one by one. */
const TABLE_FROM = 3;

/** A field whose predicates are decided together when one of them is first asked. */
interface LazyField {
  readonly read: ReadField;
  readonly entries: readonly Entry[];
  table: FieldTable | undefined;
  lookedAt: number;
}

/** What predicates say of the event at hand, each found out at most once. */
export class Answers {
  /** Per predicate: 4 × event + NO, MAY or YES; anything less: not known. */
  readonly known: Int32Array;
  /** 4 × the number of the event at hand. */
  base = 0;
  private readonly trials: Trials;
  private readonly lazy: (LazyField | undefined)[];
  private readonly found = new Finds();

  constructor(layout: Layout, readerOf: (field: string) => ReadField) {
    this.known = new Int32Array(layout.predicates.length + 1);
    this.trials = new Trials(layout, readerOf);
    this.lazy = lazyFields(layout, readerOf);
  }

  /** Notes what looks found. */
  note(found: Finds): void {
    const { known, base } = this;
    const { codes, count } = found;
    for (let at = 0; at < count; at++) {
      const code = codes[at] as number;
      known[code >> 1] = base + MAY + (code & 1);
    }
  }

  /** Finds out whether a predicate holds that was not looked up for every event. */
  find(predicate: number, event: object): boolean {
    const lazy = this.lazy[predicate];
    if (!lazy) return this.confirm(predicate, event);
    if (lazy.lookedAt !== this.base) this.look(lazy, event);
    const answer = (this.known[predicate] as number) - this.base;
    if (answer === MAY) return this.confirm(predicate, event);
    if (answer < 0) this.known[predicate] = this.base + NO;
    return answer === YES;
  }

  /** Tries a predicate on the event itself. */
  confirm(predicate: number, event: object): boolean {
    const holds = this.trials.holds(predicate, event);
    this.known[predicate] = this.base + (holds ? YES : NO);
    return holds;
  }

  /** Before events are numbered anew. */
  forget(): void {
    this.known.fill(0);
    for (const lazy of this.lazy) if (lazy) lazy.lookedAt = 0;
  }

  private look(lazy: LazyField, event: object): void {
    lazy.lookedAt = this.base;
    lazy.table ??= new FieldTable(lazy.entries);
    this.found.count = 0;
    lazy.table.find(lazy.read(event), this.found);
    this.note(this.found);
  }
}

function lazyFields({ predicates, rest }: Layout, readerOf: (field: string) => ReadField): (LazyField | undefined)[] {
  const lazy: (LazyField | undefined)[] = new Array(predicates.length).fill(undefined);
  for (const [field, entries] of rest) {
    if (entries.length < TABLE_FROM) continue;
    const shared: LazyField = { read: readerOf(field), entries, table: undefined, lookedAt: 0 };
    for (const { id } of entries) lazy[id] = shared;
  }
  return lazy;
}
