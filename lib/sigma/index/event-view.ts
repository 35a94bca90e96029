import type { Predicate } from '../ast.ts';
import { eventTest } from '../compile/event-test.ts';
import { valueTest } from '../compile/value-test.ts';
import { someScalar } from '../event/fields.ts';
import { FieldIndex } from './field-index.ts';
import { type Hits, mergeHits, NO_HITS } from './hits.ts';
import { type FieldReader, readerOf, readField } from './reader.ts';
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
  value: unknown;
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
  private readonly eager: Slot[] = [];
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
    this.eager = this.slots.filter(({ eager }) => eager);
    this.buildKeywords(used, users);
  }

  /** Turns to another event; returns how many entries of `pending` are about it. */
  begin(event: object): number {
    if (++this.epoch >= MAX_EPOCH) this.startOver();
    this.event = event;
    const { eager, pending } = this;
    let count = 0;
    for (let at = 0; at < eager.length; at++) {
      const hits = this.look(eager[at] as Slot);
      if (hits !== NO_HITS) pending[count++] = hits;
    }
    return this.keywords ? this.lookUpKeywords(this.keywords, count) : count;
  }

  /** Whether the predicate holds for the event. */
  ask(predicate: number): boolean {
    const answer = this.answers[predicate] as number;
    if (answer >> 1 === this.epoch) return (answer & 1) === 1;
    const slot = this.slotOf[predicate];
    if (slot) {
      if (slot.lookedAt === this.epoch) return false;
      this.look(slot);
      return this.answers[predicate] === this.epoch * 2 + 1;
    }
    const holds = (this.decides[predicate] ??= this.decideBy(predicate))(this.event);
    this.answers[predicate] = this.epoch * 2 + (holds ? 1 : 0);
    return holds;
  }

  /** True where asking costs next to nothing. */
  isCheap(predicate: number): boolean {
    return this.slotOf[predicate]?.eager ?? false;
  }

  private look(slot: Slot): Hits {
    slot.lookedAt = this.epoch;
    const value = this.valueOf(slot);
    if (value === undefined || value === null) return NO_HITS;
    const index = (slot.index ??= this.indexOf(slot.predicates));
    const hits =
      typeof value === 'object' ? mergeHits((value as unknown[]).map((each) => index.lookup(each))) : index.lookup(value);
    if (hits !== NO_HITS) this.note(hits);
    return hits;
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
    if (slot.readAt === this.epoch) return slot.value;
    slot.readAt = this.epoch;
    const value = readField(slot.reader, this.event);
    slot.value = value;
    return value;
  }

  private decideBy(number: number): Decide {
    const predicate = this.predicates[number] as Predicate;
    if (this.keywords && predicate.field === '' && requiredLiteral(predicate) !== undefined) return () => false;
    const { op, field } = predicate;
    if (field === '' || op === 'null' || op === 'exists' || op === 'fieldref') return eventTest(predicate);
    const slot = this.slotFor(field);
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
      value: undefined,
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
    this.keywords = this.indexOf(all.filter((number) => requiredLiteral(this.predicates[number] as Predicate) !== undefined));
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

/** Thresholds are looked up only as witnesses: a number can pass hundreds of them. */
function canLookUp(predicate: Predicate): boolean {
  if (predicate.op === 'cidr') return true;
  if (predicate.op === 'text' && predicate.tokens.length === 0) return true;
  return (predicate.op === 'text' || predicate.op === 'regex') && requiredLiteral(predicate) !== undefined;
}
