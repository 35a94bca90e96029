import type { Comparator } from '../../model/rule.ts';
import type { Predicate } from '../ast.ts';
import type { Image } from '../index/image.ts';
import { type Decide, decideOf, type ReadField } from './decide.ts';
import { isSameText } from './same-text.ts';
import { makeReader, type ReadNumbered } from './scanner.ts';

/** What was found out of a predicate. */
const UNKNOWN = 0;
const NO = 1;
const YES = 2;

/** How a predicate is tried: not settled yet, by a function of its own, by a whole text, by a number. */
const KINDS = { none: 0, own: 1, whole: 2, gt: 3, gte: 4, lt: 5, lte: 6 } as const;
/** Bits of a kind; above it stands the number of the field. */
const KIND_BITS = 3;
const KIND_MASK = (1 << KIND_BITS) - 1;

/**
 * Tries predicates on the event at hand, each once at most. Those that are tried most, whole values and numbers, lie in
 * arrays: of 10,000 rules each is tried so rarely that a function of its own would have to come from far memory.
 */
export class Trials {
  private readonly image: Image;
  /** Field → its number for `read`. */
  private readonly fields = new Map<string, number>();
  private read: ReadNumbered = (number, event) => this.firstRead(number, event);
  private readonly ways: Int32Array;
  private readonly literals: string[];
  private readonly limits: Float64Array;
  private readonly own: (Decide | undefined)[];
  private readonly answers: Uint8Array;
  private readonly answered: Int32Array;
  private count = 0;

  constructor(image: Image) {
    const { size: length } = image;
    this.image = image;
    this.ways = new Int32Array(length);
    // Filled, as an array with gaps is searched like a map.
    this.literals = new Array(length).fill('');
    this.own = new Array(length).fill(undefined);
    this.limits = new Float64Array(length);
    this.answers = new Uint8Array(length);
    this.answered = new Int32Array(length);
  }

  holds(predicate: number, event: object): boolean {
    const known = this.answers[predicate] as number;
    if (known !== UNKNOWN) return known === YES;
    const holds = this.attempt(predicate, event);
    this.answers[predicate] = holds ? YES : NO;
    this.answered[this.count++] = predicate;
    return holds;
  }

  /** Before the next event. */
  clear(): void {
    for (let at = 0; at < this.count; at++) this.answers[this.answered[at] as number] = UNKNOWN;
    this.count = 0;
  }

  private attempt(predicate: number, event: object): boolean {
    const way = (this.ways[predicate] as number) || this.settle(predicate);
    const kind = way & KIND_MASK;
    if (kind === KINDS.own) return (this.own[predicate] as Decide)(event);
    const value = this.read(way >> KIND_BITS, event);
    if (kind === KINDS.whole) {
      if (typeof value === 'string') return isSameText(value, this.literals[predicate] as string);
      if (typeof value === 'number') return isSameText(String(value), this.literals[predicate] as string);
    } else if (typeof value === 'number' && Number.isFinite(value))
      return exceeds(value, kind, this.limits[predicate] as number);
    return value !== undefined && value !== null && this.ownOf(predicate)(event);
  }

  /** Finds out how a predicate is tried. */
  private settle(number: number): number {
    const predicate = this.image.predicates[number] as Predicate;
    const kind = kindOf(predicate);
    if (kind === KINDS.own) this.ownOf(number);
    if (predicate.op === 'text') this.literals[number] = predicate.tokens.join('');
    if (predicate.op === 'number') this.limits[number] = predicate.value;
    this.ways[number] = (this.numberOf(predicate.field) << KIND_BITS) + kind;
    return this.ways[number] as number;
  }

  private numberOf(field: string): number {
    if (this.fields.size === 0) this.numberFields();
    return this.fields.get(field) as number;
  }

  private numberFields(): void {
    for (const predicate of this.image.predicates) {
      const others = predicate.op === 'fieldref' ? [predicate.other] : [];
      for (const field of [predicate.field, ...others])
        if (!this.fields.has(field)) this.fields.set(field, this.fields.size);
    }
  }

  /** Makes the reader when it is first asked. */
  private firstRead(number: number, event: object): unknown {
    this.read = makeReader([...this.fields.keys()]);
    return this.read(number, event);
  }

  private readonly readerOf = (field: string): ReadField => {
    const number = this.numberOf(field);
    return (event) => this.read(number, event);
  };

  private ownOf(number: number): Decide {
    const decide = this.own[number] ?? decideOf(this.image.predicates[number] as Predicate, this.readerOf);
    this.own[number] = decide;
    return decide;
  }
}

function kindOf(predicate: Predicate): number {
  if (predicate.op === 'number') return KINDS[predicate.compare as Exclude<Comparator, 'eq' | 'neq'>] ?? KINDS.own;
  const whole =
    predicate.op === 'text' &&
    predicate.field !== '' &&
    !predicate.cased &&
    predicate.tokens.every((token) => typeof token === 'string');
  return whole ? KINDS.whole : KINDS.own;
}

function exceeds(value: number, kind: number, limit: number): boolean {
  if (kind === KINDS.gt) return value > limit;
  if (kind === KINDS.gte) return value >= limit;
  return kind === KINDS.lt ? value < limit : value <= limit;
}
