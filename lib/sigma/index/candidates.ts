import type { Comparator } from '../../model/rule.ts';
import type { Predicate } from '../ast.ts';
import { MAY } from './answers.ts';
import type { Layout } from './layout.ts';

/** Stands for no guard. Below it: ~number guard − 1. */
const NONE = -1;

/** Rules by the predicate that announces them, each with what guards it. */
export class Candidates {
  /** Predicate → where its entries begin; the next one's beginning is their end. */
  readonly begins: Int32Array;
  /** Two numbers each: where the rule's code begins, and a guard. */
  readonly entries: Int32Array;
  /** Fields whose numbers guards ask for, by slot. */
  readonly numberFields: readonly string[];
  readonly numbers: Float64Array;
  /** Guards over numbers: slot, sense, limit. */
  private readonly slots: number[] = [];
  private readonly senses: number[] = [];
  private readonly limits: number[] = [];

  constructor({ predicates, rules }: Layout, starts: readonly number[]) {
    const fields = new Map<string, number>();
    const lists: (number[] | undefined)[] = new Array(predicates.length).fill(undefined);
    for (const [rule, { witnesses, guard }] of rules.entries()) {
      if (!witnesses) continue;
      const guards = guard?.map((number) => this.guardOf(number, predicates[number] as Predicate, fields)) ?? [NONE];
      const entries = guards.flatMap((each) => [starts[rule] as number, each]);
      for (const witness of witnesses) lists[witness] = lists[witness]?.concat(entries) ?? entries;
    }
    this.begins = new Int32Array(predicates.length + 1);
    const flat: number[] = [];
    for (const [predicate, list] of lists.entries()) {
      for (const number of list ?? []) flat.push(number);
      this.begins[predicate + 1] = flat.length;
    }
    this.entries = Int32Array.from(flat);
    this.numberFields = [...fields.keys()];
    this.numbers = new Float64Array(fields.size);
  }

  /** Whether a guard lets a rule pass. */
  passes(guard: number, known: Int32Array, base: number): boolean {
    if (guard >= 0) return (known[guard] as number) >= base + MAY;
    if (guard === NONE) return true;
    const at = NONE - 1 - guard;
    const number = this.numbers[this.slots[at] as number] as number;
    const distance = (number - (this.limits[at] as number)) * (this.senses[at] as number);
    // NaN passes: texts that are numbers, and arrays of them, are for the rule itself to judge.
    return !(distance < 0);
  }

  private guardOf(number: number, predicate: Predicate, fields: Map<string, number>): number {
    if (predicate.op !== 'number') return number;
    const slot = fields.get(predicate.field) ?? fields.size;
    fields.set(predicate.field, slot);
    this.slots.push(slot);
    this.senses.push(senseOf(predicate.compare));
    return NONE - this.limits.push(predicate.value);
  }
}

/** The sign of what exceeds the limit on the right side. */
function senseOf(compare: Comparator): 1 | -1 {
  return compare === 'gt' || compare === 'gte' ? 1 : -1;
}
