import type { Predicate } from '../ast.ts';
import { eventTest, refersTo } from '../compile/event-test.ts';
import { compares, valueTest } from '../compile/value-test.ts';
import { someScalar } from '../event/fields.ts';
import { FieldIndex } from './field-index.ts';
import { type Hits, mergeHits, NO_HITS } from './hits.ts';
import { canLookUp, type Layout } from './layout.ts';
import { type FieldReader, type ReadAll, readAllOf, readerOf } from './reader.ts';

/** One field of the event at hand. */
interface Slot {
  readonly reader: FieldReader;
  /** Predicates that one lookup of the value decides. */
  readonly predicates: number[];
  index: FieldIndex | undefined;
  read: ReadAll | undefined;
  /** Its one value. */
  readonly value: unknown[];
  /** Epochs of the value and of the lookup. */
  readAt: number;
  lookedAt: number;
}

/** Decides a predicate that no lookup decides. */
type Decide = (event: object) => boolean;

/**
 * What predicates say of the event at hand, each found out at most once. Predicates of one field are decided together,
 * by one lookup of its value: for fields with witnesses when the event comes, for others when first asked.
 */
export class EventView {
  /** Filled by `begin`: what the fields with witnesses say. */
  readonly pending: Hits[] = [];
  /** Per predicate: 2 × epoch, + 1 when it holds; anything else: not found out. */
  readonly answers: Int32Array;
  private readonly layout: Layout;
  private readonly startOf: (rule: number) => number;
  /** The fields with witnesses: their indexes, how they are read, and their values in the event at hand. */
  private readonly settled: FieldIndex[] = [];
  private readonly readSettled: ReadAll;
  private readonly values: unknown[] = [];
  private readonly keywords: FieldIndex | undefined;
  private readonly slots = new Map<string, Slot>();
  /** The slot whose lookup decides a predicate that is not settled. */
  private readonly slotOf: (Slot | undefined)[];
  private readonly decides: (Decide | undefined)[];
  private epoch = 0;
  private event: object = {};

  constructor(layout: Layout, startOf: (rule: number) => number) {
    this.layout = layout;
    this.startOf = startOf;
    const { length } = layout.predicates;
    this.answers = new Int32Array(length + 1);
    this.slotOf = new Array(length);
    this.decides = new Array(length);
    const fields = new Map<string, number[]>();
    for (let number = 0; number < length; number++) this.place(number, fields);
    const keywords = fields.get('');
    fields.delete('');
    this.keywords = keywords && this.indexOf(keywords);
    this.settled = [...fields.values()].map((numbers) => this.indexOf(numbers));
    this.readSettled = readAllOf([...fields.keys()].map(readerOf));
  }

  /** Turns to another event; returns how many entries of `pending` are about it. */
  begin(event: object, epoch: number): number {
    this.epoch = epoch;
    this.event = event;
    const { settled, pending, values } = this;
    this.readSettled(event, values);
    let count = 0;
    for (let at = 0; at < settled.length; at++) {
      const value = values[at];
      if (value === undefined || value === null) continue;
      const hits = hitsOf(settled[at] as FieldIndex, value);
      if (hits === NO_HITS) continue;
      this.note(hits);
      pending[count++] = hits;
    }
    return this.keywords ? this.lookUpKeywords(this.keywords, count) : count;
  }

  /** Finds out whether a predicate that is not settled holds, and notes it. */
  find(predicate: number): boolean {
    const slot = this.slotOf[predicate];
    if (slot) {
      if (slot.lookedAt === this.epoch) return false;
      this.look(slot);
      return this.answers[predicate] === this.epoch * 2 + 1;
    }
    const decide = this.decides[predicate] ?? this.decideBy(predicate);
    this.decides[predicate] = decide;
    const holds = decide(this.event);
    this.answers[predicate] = this.epoch * 2 + (holds ? 1 : 0);
    return holds;
  }

  /** Before epochs start again. */
  forget(): void {
    this.answers.fill(0);
    for (const slot of this.slots.values()) [slot.readAt, slot.lookedAt] = [0, 0];
  }

  private look(slot: Slot): void {
    slot.lookedAt = this.epoch;
    const value = this.valueOf(slot);
    if (value === undefined || value === null) return;
    slot.index ??= this.indexOf(slot.predicates);
    const hits = hitsOf(slot.index, value);
    if (hits !== NO_HITS) this.note(hits);
  }

  private note({ predicates }: Hits): void {
    const { answers } = this;
    const yes = this.epoch * 2 + 1;
    for (let at = 0; at < predicates.length; at++) answers[predicates[at] as number] = yes;
  }

  private lookUpKeywords(keywords: FieldIndex, first: number): number {
    let count = first;
    someScalar(this.event, (text) => {
      const hits = keywords.lookup(text);
      if (hits === NO_HITS) return false;
      this.note(hits);
      this.pending[count++] = hits;
      return false;
    });
    return count;
  }

  private valueOf(slot: Slot): unknown {
    if (slot.readAt === this.epoch) return slot.value[0];
    slot.readAt = this.epoch;
    slot.read ??= readAllOf([slot.reader]);
    slot.read(this.event, slot.value);
    return slot.value[0];
  }

  private decideBy(number: number): Decide {
    const predicate = this.layout.predicates[number] as Predicate;
    const { op, field } = predicate;
    if (field === '' || op === 'exists') return eventTest(predicate);
    const slot = this.slotFor(field);
    if (op === 'null') return () => isNothing(this.valueOf(slot));
    if (op === 'fieldref') {
      const other = this.slotFor(predicate.other);
      const relate = refersTo(predicate);
      return () => relate(this.valueOf(slot), this.valueOf(other));
    }
    const test = valueTest(predicate);
    const several = (value: unknown): boolean => (Array.isArray(value) ? value.some(test) : test(value));
    if (op !== 'number') return () => several(this.valueOf(slot));
    const { compare, value: limit } = predicate;
    return () => {
      const value = this.valueOf(slot);
      return typeof value === 'number' ? compares(value, compare, limit) : several(value);
    };
  }

  /** Sorts a predicate to the fields that are looked up at once, or to a slot, or to none. */
  private place(number: number, fields: Map<string, number[]>): void {
    const predicate = this.layout.predicates[number] as Predicate;
    if (this.layout.settled[number] === 1) {
      const list = fields.get(predicate.field);
      if (list) list.push(number);
      else fields.set(predicate.field, [number]);
    } else if (predicate.field !== '' && canLookUp(predicate)) {
      const slot = this.slotFor(predicate.field);
      slot.predicates.push(number);
      this.slotOf[number] = slot;
    }
  }

  private slotFor(field: string): Slot {
    const known = this.slots.get(field);
    if (known) return known;
    const empty = { index: undefined, read: undefined, value: [], readAt: 0, lookedAt: 0 };
    const slot: Slot = { reader: readerOf(field), predicates: [], ...empty };
    this.slots.set(field, slot);
    return slot;
  }

  private indexOf(numbers: readonly number[]): FieldIndex {
    const { predicates, users } = this.layout;
    const rulesOf = (number: number): number[] => (users.get(number) ?? []).map(this.startOf);
    return new FieldIndex({ predicates: numbers, rulesOf }, predicates);
  }
}

/** As `field: null` means it, of what a reader gives. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.includes(null));
}

function hitsOf(index: FieldIndex, value: unknown): Hits {
  if (typeof value !== 'object') return index.lookup(value);
  return mergeHits((value as unknown[]).map((each) => index.lookup(each)));
}
