import type { Predicate } from '../ast.ts';
import { fold } from '../compile/fold.ts';
import { valueTest, type ValuePredicate, type ValueTest } from '../compile/value-test.ts';
import { textOfScalar } from '../event/fields.ts';
import { numberOf } from '../parse/read.ts';
import { GramScanner } from './gram-scanner.ts';
import { type Hits, NO_HITS } from './hits.ts';
import { RangeIndex, ThresholdIndex } from './ranges.ts';
import { plainLiteral, requiredLiteral } from './required-literal.ts';
import { ValueCache } from './value-cache.ts';

/** A predicate that one of its literals announces. */
interface Announced {
  readonly predicate: number;
  /** Where the literal must stand; both false: anywhere. */
  readonly start: boolean;
  readonly end: boolean;
  /** Decides; absent where the literal's place is all there is to it. */
  readonly test?: ValueTest;
}

/** What to look up of one field: predicates by number, and the rules each of them is a witness of. */
export interface FieldPlan {
  readonly predicates: readonly number[];
  readonly rulesOf: (predicate: number) => readonly number[];
}

/** Tells of a value, at once, which of many predicates it satisfies. */
export class FieldIndex {
  private readonly plan: FieldPlan;
  /** Folded text → predicates; `cased` ones are checked after. */
  private readonly equal = new Map<string, number[]>();
  private readonly cased = new Map<number, ValueTest>();
  private readonly announced: Announced[][] = [];
  private readonly scanner: GramScanner | undefined;
  private readonly thresholds: ThresholdIndex | undefined;
  private readonly ranges: RangeIndex | undefined;
  private readonly cache = new ValueCache();

  constructor(plan: FieldPlan, predicates: readonly Predicate[]) {
    this.plan = plan;
    const literals = new Map<string, number>();
    const thresholds = new ThresholdIndex();
    const ranges = new RangeIndex();
    let [hasThresholds, hasRanges] = [false, false];
    for (const number of plan.predicates) {
      const predicate = predicates[number] as ValuePredicate;
      if (predicate.op === 'number') {
        thresholds.add(predicate.compare, predicate.value, number);
        hasThresholds = true;
      } else if (predicate.op === 'cidr') {
        ranges.add(predicate.range, number);
        hasRanges = true;
      } else if (!this.addEquality(predicate, number)) this.announce(predicate, number, literals);
    }
    thresholds.sort();
    this.scanner = literals.size > 0 ? new GramScanner(literals) : undefined;
    this.thresholds = hasThresholds ? thresholds : undefined;
    this.ranges = hasRanges ? ranges : undefined;
  }

  /** Hits of a scalar. */
  lookup(value: unknown): Hits {
    return this.cache.get(value) ?? this.cache.put(value, this.compute(value));
  }

  private addEquality(predicate: ValuePredicate, number: number): boolean {
    if (predicate.op !== 'text' || predicate.tokens.length > 1) return false;
    const [token = ''] = predicate.tokens;
    if (typeof token !== 'string') return false;
    const key = fold(token);
    const known = this.equal.get(key);
    if (known) known.push(number);
    else this.equal.set(key, [number]);
    if (predicate.cased) this.cased.set(number, valueTest(predicate));
    return true;
  }

  private announce(predicate: ValuePredicate, number: number, literals: Map<string, number>): void {
    const literal = requiredLiteral(predicate);
    if (literal === undefined) throw new RangeError('a witness needs a literal');
    const place = predicate.op === 'text' && !predicate.cased ? plainLiteral(predicate.tokens) : undefined;
    const entry: Announced = place
      ? { predicate: number, start: place.start, end: place.end }
      : { predicate: number, start: false, end: false, test: valueTest(predicate) };
    const id = literals.get(literal) ?? this.announced.push([]) - 1;
    literals.set(literal, id);
    this.announced[id]?.push(entry);
    this.lengths[id] = literal.length;
  }

  private readonly lengths: number[] = [];

  private compute(value: unknown): Hits {
    const text = textOfScalar(value);
    if (text === undefined) return NO_HITS;
    const folded = fold(text);
    let found: Set<number> | undefined;
    const add = (predicate: number): void => {
      found ??= new Set();
      found.add(predicate);
    };
    const equal = this.equal.get(folded);
    if (equal) for (const number of equal) if (this.cased.get(number)?.(text) ?? true) add(number);
    this.scanner?.scan(folded, (id, at) => {
      for (const each of this.announced[id] ?? []) if (this.holds(each, id, at, folded, text)) add(each.predicate);
    });
    if (this.ranges && typeof value === 'string') this.ranges.find(value, add);
    if (this.thresholds) this.findThresholds(value, add);
    return found ? this.hitsOf([...found]) : NO_HITS;
  }

  private holds(each: Announced, id: number, at: number, folded: string, text: string): boolean {
    if (each.test) return each.test(text);
    if (each.start && at !== 0) return false;
    return !each.end || at + (this.lengths[id] ?? 0) === folded.length;
  }

  private findThresholds(value: unknown, add: (predicate: number) => void): void {
    const number = numberOf(value);
    if (number !== undefined) this.thresholds?.find(number, add);
  }

  private hitsOf(predicates: readonly number[]): Hits {
    const rules = new Set(predicates.flatMap(this.plan.rulesOf));
    return { predicates: Int32Array.from(predicates), rules: Int32Array.from(rules) };
  }
}
