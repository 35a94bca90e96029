import type { Predicate } from '../ast.ts';
import { fold } from '../compile/fold.ts';
import { type ValuePredicate, type ValueTest, valueTest } from '../compile/value-test.ts';
import { textOfScalar } from '../event/fields.ts';
import { numberOf } from '../parse/read.ts';
import { type Hits, NO_HITS } from './hits.ts';
import { RangeIndex, ThresholdIndex } from './ranges.ts';
import { countLiterals, plainLiteral, requiredLiteral } from './required-literal.ts';
import { type Anchor, Finds, TextIndex } from './text-index.ts';
import { ValueCache } from './value-cache.ts';

/** Values let pass after which it is decided whether a gate pays. */
const TRIAL = 500;

/** What to look up of one field: predicates by number, and the rules each of them is a witness of. */
export interface FieldPlan {
  readonly predicates: readonly number[];
  readonly rulesOf: (predicate: number) => readonly number[];
}

/** Tells of a value, at once, which of many predicates it satisfies. */
export class FieldIndex {
  private readonly plan: FieldPlan;
  /** Decide where a literal in its place is not all there is to a predicate. */
  private readonly tests = new Map<number, ValueTest>();
  private readonly texts: TextIndex | undefined;
  private readonly thresholds: ThresholdIndex | undefined;
  private readonly ranges: RangeIndex | undefined;
  /** Most values that say something say one thing. */
  private readonly single: ReadonlyMap<number, Hits>;
  /** Turns most values away at the price of a few characters; dropped where it lets most of them pass. */
  private gate: TextIndex | undefined;
  private looks = 0;
  private passed = 0;
  private readonly finds = new Finds();
  private readonly cache = new ValueCache((value) => this.compute(value));

  constructor(plan: FieldPlan, predicates: readonly Predicate[]) {
    this.plan = plan;
    this.single = new Map(plan.predicates.map((id) => [id, this.hitsOf([id])]));
    const texts: { anchor: Anchor; literal: string; id: number }[] = [];
    const shared = countLiterals(plan.predicates.map((id) => predicates[id] as Predicate));
    const thresholds = new ThresholdIndex();
    const ranges = new RangeIndex();
    for (const id of plan.predicates) {
      const predicate = predicates[id] as ValuePredicate;
      if (predicate.op === 'number') thresholds.add(predicate.compare, predicate.value, id);
      else if (predicate.op === 'cidr') ranges.add(predicate.range, id);
      else texts.push({ ...this.announce(predicate, id, shared), id });
    }
    thresholds.sort();
    this.texts = texts.length > 0 ? new TextIndex(texts) : undefined;
    this.thresholds = thresholds.size > 0 ? thresholds : undefined;
    this.ranges = ranges.size > 0 ? ranges : undefined;
    const gated = !this.ranges && !this.thresholds && this.texts?.isAnchored();
    this.gate = gated ? this.texts : undefined;
  }

  /** Hits of a scalar. */
  lookup(value: unknown): Hits {
    if (this.gate !== undefined && typeof value === 'string') {
      this.looks++;
      if (!this.gate.mayFind(value)) return NO_HITS;
      if (++this.passed > TRIAL) this.judgeGate();
    }
    return this.cache.get(value);
  }

  private judgeGate(): void {
    if (this.passed * 2 > this.looks) this.gate = undefined;
    this.passed = 0;
    this.looks = 0;
  }

  /** The literal that announces a predicate. */
  private announce(
    predicate: ValuePredicate,
    id: number,
    shared: ReadonlyMap<string, number>,
  ): { anchor: Anchor; literal: string } {
    if (predicate.op === 'text') {
      const plain = plainLiteral(predicate.tokens);
      if (plain && predicate.cased) this.tests.set(id, valueTest(predicate));
      if (plain) return { anchor: plain.anchor, literal: fold(plain.literal) };
    }
    this.tests.set(id, valueTest(predicate));
    const literal = requiredLiteral(predicate, shared);
    if (literal === undefined) throw new RangeError('a witness needs a literal');
    return { anchor: 'anywhere', literal };
  }

  private compute(value: unknown): Hits {
    const text = textOfScalar(value);
    if (text === undefined) return NO_HITS;
    const { finds } = this;
    if (finds.ids.length > 0) finds.ids.length = 0;
    this.texts?.find(text, finds);
    if (this.tests.size > 0 && finds.ids.length > 0) this.test(text);
    if (typeof value === 'string') this.ranges?.find(value, finds);
    if (this.thresholds) this.findThresholds(this.thresholds, value);
    const { ids } = finds;
    if (ids.length === 0) return NO_HITS;
    return ids.length === 1 ? (this.single.get(ids[0] as number) ?? NO_HITS) : this.hitsOf(ids);
  }

  private findThresholds(thresholds: ThresholdIndex, value: unknown): void {
    const number = numberOf(value);
    if (number !== undefined) thresholds.find(number, this.finds);
  }

  /** Keeps of the literals found those whose predicate holds. */
  private test(text: string): void {
    const { ids } = this.finds;
    let kept = 0;
    for (const id of ids) if (this.tests.get(id)?.(text) ?? true) ids[kept++] = id;
    ids.length = kept;
  }

  private hitsOf(predicates: readonly number[]): Hits {
    const rules = new Set(predicates.flatMap(this.plan.rulesOf));
    return { predicates: Int32Array.from(predicates), rules: Int32Array.from(rules) };
  }
}
