import type { Comparator } from '../../model/rule.ts';
import type { Predicate } from '../ast.ts';
import { type Decide, decideOf, type ReadField } from './decide.ts';
import type { Entry } from './field-table.ts';
import type { Layout } from './layout.ts';
import { isSameText } from './same-text.ts';

/** How a predicate is tried: by a whole value, by a number, or by a function of its own. */
const KINDS = { whole: 1, gt: 2, gte: 3, lt: 4, lte: 5, own: 0 } as const;

/**
 * Tries predicates on events. Those that are tried most, whole values and numbers, lie in arrays: of 10,000 rules each is
 * tried so rarely that a function of its own would have to come from far memory every time.
 */
export class Trials {
  private readonly layout: Layout;
  private readonly readerOf: (field: string) => ReadField;
  private readonly kinds: Uint8Array;
  private readonly literals: string[];
  private readonly limits: Float64Array;
  private readonly fields: Uint32Array;
  private readonly reads: ReadField[] = [];
  private readonly own: (Decide | undefined)[];

  constructor(layout: Layout, readerOf: (field: string) => ReadField) {
    const { predicates, entries } = layout;
    this.layout = layout;
    this.readerOf = readerOf;
    this.kinds = Uint8Array.from(entries, kindOf);
    this.literals = entries.map(({ literal }) => literal);
    this.limits = Float64Array.from(predicates, (each) => (each.op === 'number' ? each.value : 0));
    this.own = new Array(predicates.length).fill(undefined);
    const numbers = new Map<string, number>();
    this.fields = Uint32Array.from(predicates, ({ field }) => {
      const number = numbers.get(field) ?? this.reads.push(readerOf(field)) - 1;
      numbers.set(field, number);
      return number;
    });
  }

  holds(predicate: number, event: object): boolean {
    const kind = this.kinds[predicate] as number;
    if (kind === KINDS.own) return this.ownOf(predicate)(event);
    const value = (this.reads[this.fields[predicate] as number] as ReadField)(event);
    if (kind === KINDS.whole) {
      if (typeof value === 'string') return isSameText(value, this.literals[predicate] as string);
      if (typeof value === 'number') return String(value) === this.literals[predicate];
    } else if (typeof value === 'number') return exceeds(value, kind, this.limits[predicate] as number);
    return value !== undefined && value !== null && this.ownOf(predicate)(event);
  }

  private ownOf(predicate: number): Decide {
    const known = this.own[predicate];
    if (known) return known;
    const decide = decideOf(this.layout.predicates[predicate] as Predicate, this.readerOf);
    this.own[predicate] = decide;
    return decide;
  }
}

function kindOf({ predicate, place }: Entry): number {
  if (predicate.op === 'number') return KINDS[predicate.compare as Exclude<Comparator, 'eq' | 'neq'>] ?? KINDS.own;
  return place === 'w' && predicate.op === 'text' && !predicate.cased ? KINDS.whole : KINDS.own;
}

function exceeds(value: number, kind: number, limit: number): boolean {
  if (kind === KINDS.gt) return value > limit;
  if (kind === KINDS.gte) return value >= limit;
  return kind === KINDS.lt ? value < limit : value <= limit;
}
