import type { Predicate } from '../ast.ts';
import { eventTest, refersTo } from '../compile/event-test.ts';
import { valueTest } from '../compile/value-test.ts';
import { someScalar } from '../event/fields.ts';
import { FieldIndex } from './field-index.ts';
import { type Hits, mergeHits, NO_HITS } from './hits.ts';
import { type FieldReader, type ReadAll, readAllOf, readerOf } from './reader.ts';
import { requiredLiteral } from './required-literal.ts';

const MAX_EPOCH = 2 ** 29;

/** One field of the event at hand. */
interface Slot {
  readonly reader: FieldReader;
  /** Predicates that one lookup of the value decides. */
  readonly predicates: number[];
  /** True: looked up for every event, as rules have witnesses here. Else when first asked. */
  eager: boolean;
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
 * by one lookup of its value, which remembers what recent values said.
 */
export class EventView {
  /** Filled by `begin`: what the fields with witnesses say. */
  readonly pending: Hits[] = [];
  private readonly predicates: readonly Predicate[];
  private readonly rulesOf: (predicate: number) => readonly number[];
  private readonly slots: Slot[] = [];
  /** The fields with witnesses: their indexes, how they are read, and their values in the event at hand. */
  private readonly eager: FieldIndex[];
  private readonly readEager: ReadAll;
  private readonly values: unknown[] = [];
  private readonly slotByField = new Map<string, Slot>();
  /** The slot whose lookup decides a predicate. */
  private readonly slotOf: (Slot | undefined)[];
  private readonly decides: (Decide | undefined)[];
  private keywords: FieldIndex | undefined;
  /** Per predicate: 2 × epoch, + 1 when it holds. */
  private readonly answers: Int32Array;
  private epoch = 0;
  private event: object = {};

  /** `users`: witness → the rules it announces. `used`: every predicate that rules ask. */
  constructor(
    predicates: readonly Predicate[],
    used: ReadonlySet<number>,
    users: ReadonlyMap<number, readonly number[]>,
  ) {
    this.predicates = predicates;
    this.rulesOf = (predicate) => users.get(predicate) ?? [];
    this.answers = new Int32Array(predicates.length);
    this.slotOf = new Array(predicates.length);
    this.decides = new Array(predicates.length);
    for (const number of used) this.place(number, users.has(number));
    const eager = this.slots.filter((slot) => slot.eager);
    this.eager = eager.map(({ predicates: own }) => this.indexOf(own));
    this.readEager = readAllOf(eager.map(({ reader }) => reader));
    this.buildKeywords(used, users);
  }

  /** Turns to another event; returns how many entries of `pending` are about it. */
  begin(event: object): number {
    if (++this.epoch >= MAX_EPOCH) this.startOver();
    this.event = event;
    const { eager, pending, values } = this;
    this.readEager(event, values);
    let count = 0;
    for (let at = 0; at < eager.length; at++) {
      const value = values[at];
      if (value === undefined || value === null) continue;
      const hits = hitsOf(eager[at] as FieldIndex, value);
      if (hits === NO_HITS) continue;
      this.note(hits);
      pending[count++] = hits;
    }
    return this.keywords ? this.lookUpKeywords(this.keywords, count) : count;
  }

  /** Whether the predicate holds for the event. */
  ask(predicate: number): boolean {
    const answer = this.answers[predicate] as number;
    if (answer >> 1 === this.epoch) return (answer & 1) === 1;
    const slot = this.slotOf[predicate];
    if (slot) {
      if (slot.eager || slot.lookedAt === this.epoch) return false;
      this.look(slot);
      return this.answers[predicate] === this.epoch * 2 + 1;
    }
    const decide = this.decides[predicate] ?? this.decideBy(predicate);
    this.decides[predicate] = decide;
    const holds = decide(this.event);
    this.answers[predicate] = this.epoch * 2 + (holds ? 1 : 0);
    return holds;
  }

  /** True where asking costs next to nothing. */
  isCheap(predicate: number): boolean {
    return this.slotOf[predicate]?.eager ?? false;
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
    const yes = this.epoch * 2 + 1;
    for (let at = 0; at < predicates.length; at++) this.answers[predicates[at] as number] = yes;
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
    const predicate = this.predicates[number] as Predicate;
    if (this.keywords && predicate.field === '' && requiredLiteral(predicate) !== undefined) return () => false;
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
    return () => {
      const value = this.valueOf(slot);
      return typeof value === 'object' && value !== null ? (value as unknown[]).some(test) : test(value);
    };
  }

  private place(number: number, isWitness: boolean): void {
    const predicate = this.predicates[number] as Predicate;
    if (predicate.field === '' || !(isWitness || canLookUp(predicate))) return;
    const slot = this.slotFor(predicate.field);
    slot.predicates.push(number);
    slot.eager ||= isWitness;
    this.slotOf[number] = slot;
  }

  private slotFor(field: string): Slot {
    const known = this.slotByField.get(field);
    if (known) return known;
    const slot: Slot = {
      reader: readerOf(field),
      predicates: [],
      eager: false,
      index: undefined,
      read: undefined,
      value: [],
      readAt: 0,
      lookedAt: 0,
    };
    this.slotByField.set(field, slot);
    this.slots.push(slot);
    return slot;
  }

  /** One index over keywords, if any of them is a witness. */
  private buildKeywords(used: ReadonlySet<number>, users: ReadonlyMap<number, readonly number[]>): void {
    const all = [...used].filter((number) => this.predicates[number]?.field === '');
    if (!all.some((number) => users.has(number))) return;
    this.keywords = this.indexOf(
      all.filter((number) => requiredLiteral(this.predicates[number] as Predicate) !== undefined),
    );
  }

  private indexOf(predicates: readonly number[]): FieldIndex {
    return new FieldIndex({ predicates, rulesOf: this.rulesOf }, this.predicates);
  }

  private startOver(): void {
    this.epoch = 1;
    this.answers.fill(0);
    for (const slot of this.slots) [slot.readAt, slot.lookedAt] = [0, 0];
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

/** Thresholds are looked up only as witnesses: a number can pass hundreds of them. */
function canLookUp(predicate: Predicate): boolean {
  if (predicate.op === 'cidr') return true;
  if (predicate.op === 'text' && predicate.tokens.length === 0) return true;
  return (predicate.op === 'text' || predicate.op === 'regex') && requiredLiteral(predicate) !== undefined;
}
