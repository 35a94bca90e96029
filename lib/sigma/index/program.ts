import type { DetectionInfo } from '../../model/rule.ts';
import type { Predicate } from '../ast.ts';
import { type EventTest, eventTest } from '../compile/event-test.ts';
import { type ValueTest, valueTest } from '../compile/value-test.ts';
import { someScalar } from '../event/fields.ts';
import type { IndexedRule } from './base.ts';
import { compileCode, HOLDS } from './code.ts';
import { FieldIndex } from './field-index.ts';
import { type Hits, mergeHits, NO_HITS } from './hits.ts';
import { type FieldReader, readerOf, readField } from './reader.ts';

const NONE: readonly DetectionInfo[] = [];
const MAX_EPOCH = 2 ** 29;

/** Predicates on fields are asked per value; these need the whole event. */
type Ask = { readonly slot: number; readonly test: ValueTest } | { readonly whole: EventTest };

/**
 * The rules of one log source behind an index: an event meets only rules of which a witness holds. What predicates say
 * is remembered for the event at hand, so that each is asked once, however many rules share it.
 */
export class Program {
  private readonly rules: readonly IndexedRule[];
  private readonly predicates: readonly Predicate[];
  private readonly codes: (Int32Array | undefined)[];
  /** Rules without witnesses: always asked. */
  private readonly always: Int32Array;

  private readonly readers: FieldReader[] = [];
  private readonly slots = new Map<string, number>();
  private readonly indexes: { readonly slot: number; readonly index: FieldIndex }[] = [];
  private readonly keywords: FieldIndex | undefined;
  /** 1 for predicates that lookups decide. */
  private readonly looked: Uint8Array;
  private readonly asks: (Ask | undefined)[];

  /** Per predicate: 2 × epoch, + 1 when it holds. */
  private readonly answers: Int32Array;
  private readonly met: Int32Array;
  private values: unknown[] = [];
  private readonly read: Int32Array;
  private epoch = 0;

  constructor(rules: readonly IndexedRule[], predicates: readonly Predicate[]) {
    this.rules = rules;
    this.predicates = predicates;
    this.codes = new Array(rules.length);
    this.always = Int32Array.from(rules.flatMap(({ witnesses }, index) => (witnesses ? [] : [index])));
    this.looked = new Uint8Array(predicates.length);
    this.asks = new Array(predicates.length);
    this.answers = new Int32Array(predicates.length);
    this.met = new Int32Array(rules.length);
    this.keywords = this.buildIndexes();
    this.read = new Int32Array(predicates.length + this.readers.length);
  }

  match(event: object): readonly DetectionInfo[] {
    if (++this.epoch >= MAX_EPOCH) this.startOver();
    const hits = this.lookUp(event);
    if (hits.length === 0 && this.always.length === 0) return NONE;
    const yes = this.epoch * 2 + 1;
    for (const { predicates } of hits) {
      for (let index = 0; index < predicates.length; index++) this.answers[predicates[index] as number] = yes;
    }
    const found: number[] = [];
    this.askAll(this.always, event, found);
    for (const { rules } of hits) this.askAll(rules, event, found);
    if (found.length === 0) return NONE;
    return found.sort((a, b) => a - b).map((index) => (this.rules[index] as IndexedRule).info);
  }

  private lookUp(event: object): Hits[] {
    const all: Hits[] = [];
    for (const { slot, index } of this.indexes) {
      const value = this.valueOf(slot, event);
      if (value === undefined || value === null) continue;
      const hits = typeof value === 'object' ? mergeHits((value as unknown[]).map((each) => index.lookup(each))) : index.lookup(value);
      if (hits !== NO_HITS) all.push(hits);
    }
    const { keywords } = this;
    if (keywords) {
      someScalar(event, (text) => {
        const hits = keywords.lookup(text);
        if (hits !== NO_HITS) all.push(hits);
        return false;
      });
    }
    return all;
  }

  private askAll(rules: Int32Array, event: object, found: number[]): void {
    for (let index = 0; index < rules.length; index++) {
      const rule = rules[index] as number;
      if (this.met[rule] === this.epoch) continue;
      this.met[rule] = this.epoch;
      if (this.holds(rule, event)) found.push(rule);
    }
  }

  private holds(rule: number, event: object): boolean {
    const code = this.codes[rule] ?? this.compile(rule);
    let at = code.length > 1 ? 0 : (code[0] as number);
    while (at >= 0) at = code[at + (this.ask(code[at] as number, event) ? 1 : 2)] as number;
    return at === HOLDS;
  }

  private ask(predicate: number, event: object): boolean {
    const answer = this.answers[predicate] as number;
    if (answer >> 1 === this.epoch) return (answer & 1) === 1;
    if (this.looked[predicate] === 1) return false;
    const ask = (this.asks[predicate] ??= this.prepare(predicate));
    const holds = 'whole' in ask ? ask.whole(event) : this.askValue(ask.slot, ask.test, event);
    this.answers[predicate] = this.epoch * 2 + (holds ? 1 : 0);
    return holds;
  }

  private askValue(slot: number, test: ValueTest, event: object): boolean {
    const value = this.valueOf(slot, event);
    if (value === undefined) return false;
    return typeof value === 'object' && value !== null ? (value as unknown[]).some(test) : test(value);
  }

  private valueOf(slot: number, event: object): unknown {
    if (this.read[slot] === this.epoch) return this.values[slot];
    this.read[slot] = this.epoch;
    const value = readField(this.readers[slot] as FieldReader, event);
    this.values[slot] = value;
    return value;
  }

  private prepare(predicate: number): Ask {
    const asked = this.predicates[predicate] as Predicate;
    const whole = asked.field === '' || asked.op === 'null' || asked.op === 'exists' || asked.op === 'fieldref';
    return whole ? { whole: eventTest(asked) } : { slot: this.slotOf(asked.field), test: valueTest(asked) };
  }

  private compile(rule: number): Int32Array {
    const code = compileCode((this.rules[rule] as IndexedRule).node, (predicate) => (this.looked[predicate] === 1 ? 1 : 8));
    this.codes[rule] = code;
    return code;
  }

  private slotOf(field: string): number {
    const known = this.slots.get(field);
    if (known !== undefined) return known;
    const slot = this.readers.push(readerOf(field)) - 1;
    this.slots.set(field, slot);
    return slot;
  }

  /** One index per field that has witnesses; returned: that of keywords. */
  private buildIndexes(): FieldIndex | undefined {
    const users = new Map<number, number[]>();
    for (const [index, { witnesses }] of this.rules.entries()) {
      for (const witness of witnesses ?? []) {
        const list = users.get(witness);
        if (list) list.push(index);
        else users.set(witness, [index]);
      }
    }
    const fields = new Map<string, number[]>();
    for (const predicate of users.keys()) {
      const { field } = this.predicates[predicate] as Predicate;
      const list = fields.get(field);
      if (list) list.push(predicate);
      else fields.set(field, [predicate]);
    }
    let keywords: FieldIndex | undefined;
    for (const [field, predicates] of fields) {
      for (const predicate of predicates) this.looked[predicate] = 1;
      const index = new FieldIndex({ predicates, rulesOf: (predicate) => users.get(predicate) ?? [] }, this.predicates);
      if (field === '') keywords = index;
      else this.indexes.push({ slot: this.slotOf(field), index });
    }
    return keywords;
  }

  private startOver(): void {
    this.epoch = 1;
    this.answers.fill(0);
    this.met.fill(0);
    this.read.fill(0);
  }
}
