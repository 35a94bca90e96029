import type { Predicate } from '../ast.ts';
import { type Decide, decideOf, type ReadField } from './decide.ts';
import { type Entry, FieldTable } from './field-table.ts';
import { Finds } from './finds.ts';
import type { Layout } from './layout.ts';
import { plainLiteral } from './required-literal.ts';

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
  private readonly layout: Layout;
  private readonly readerOf: (field: string) => ReadField;
  private readonly decides: (Decide | undefined)[];
  private readonly lazy: (LazyField | undefined)[];
  /** Whole values, as they stand in most events; undefined for all other predicates. */
  private readonly literals: (string | undefined)[];
  private readonly reads: readonly ReadField[];
  private readonly found = new Finds();

  constructor(layout: Layout, readerOf: (field: string) => ReadField) {
    const { predicates } = layout;
    this.layout = layout;
    this.readerOf = readerOf;
    this.known = new Int32Array(predicates.length + 1);
    this.decides = new Array(predicates.length).fill(undefined);
    this.lazy = lazyFields(layout, readerOf);
    this.literals = predicates.map(wholeLiteral);
    this.reads = predicates.map(({ field }) => readerOf(field));
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
    const literal = this.literals[predicate];
    // Most values that are the same are so to the letter.
    const same = literal !== undefined && (this.reads[predicate] as ReadField)(event) === literal;
    const holds = same || (this.decides[predicate] ?? this.decideBy(predicate))(event);
    this.known[predicate] = this.base + (holds ? YES : NO);
    return holds;
  }

  /** Before events are numbered anew. */
  forget(): void {
    this.known.fill(0);
    for (const lazy of this.lazy) if (lazy) lazy.lookedAt = 0;
  }

  private decideBy(predicate: number): Decide {
    const decide = decideOf(this.layout.predicates[predicate] as Predicate, this.readerOf);
    this.decides[predicate] = decide;
    return decide;
  }

  private look(lazy: LazyField, event: object): void {
    lazy.lookedAt = this.base;
    lazy.table ??= new FieldTable(lazy.entries);
    this.found.count = 0;
    lazy.table.find(lazy.read(event), this.found);
    this.note(this.found);
  }
}

function wholeLiteral(predicate: Predicate): string | undefined {
  const plain = predicate.op === 'text' && predicate.field !== '' ? plainLiteral(predicate.tokens) : undefined;
  return plain?.anchor === 'whole' ? plain.literal : undefined;
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
