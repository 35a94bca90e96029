import type { DetectionInfo } from '../../model/rule.ts';
import type { Predicate } from '../ast.ts';
import type { IndexedRule } from './base.ts';
import { CodePool, HEADER, HOLDS } from './code.ts';
import { EventView } from './event-view.ts';
import type { Hits } from './hits.ts';
import { layOut } from './layout.ts';

const NONE: readonly DetectionInfo[] = [];
const MAX_EPOCH = 2 ** 29;

/** The rules of one log source behind an index: an event meets only rules of which a witness holds. */
export class Program {
  private readonly rules: readonly IndexedRule[];
  private readonly pool: Int32Array;
  private readonly starts: readonly number[];
  /** Rules without witnesses: always asked. */
  private readonly always: Int32Array;
  private readonly view: EventView;
  /** The number of the event at hand. */
  private epoch = 0;
  private readonly found: number[] = [];

  constructor(rules: readonly IndexedRule[], predicates: readonly Predicate[]) {
    const layout = layOut(rules, predicates);
    const pool = new CodePool(layout.settled);
    const starts = layout.nodes.map((node, rule) => pool.add(rule, node));
    this.rules = rules;
    this.starts = starts;
    this.pool = pool.toArray();
    this.always = Int32Array.from(rules.flatMap(({ witnesses }, rule) => (witnesses ? [] : [starts[rule] ?? 0])));
    this.view = new EventView(layout, (rule) => starts[rule] ?? 0);
  }

  /** The rules that match, in order. */
  match(event: object): readonly DetectionInfo[] {
    if (++this.epoch >= MAX_EPOCH) this.startOver();
    const count = this.view.begin(event, this.epoch);
    if (count === 0 && this.always.length === 0) return NONE;
    this.askAll(this.always);
    for (let at = 0; at < count; at++) this.askAll((this.view.pending[at] as Hits).rules);
    return this.found.length === 0 ? NONE : this.takeFound();
  }

  private askAll(starts: Int32Array): void {
    const { pool, epoch } = this;
    for (let at = 0; at < starts.length; at++) {
      const start = starts[at] as number;
      if (pool[start] === epoch) continue;
      pool[start] = epoch;
      if (this.holds(start)) this.found.push(pool[start + 1] as number);
    }
  }

  private holds(start: number): boolean {
    const { pool, view } = this;
    const { answers } = view;
    const yes = this.epoch * 2 + 1;
    let at = start + HEADER;
    while (at >= 0) {
      const question = pool[at] as number;
      const answer = answers[question >> 1] as number;
      const holds = answer === yes || ((question & 1) === 1 && answer !== yes - 1 && view.find(question >> 1));
      at = pool[holds ? at + 1 : at + 2] as number;
    }
    return at === HOLDS;
  }

  private takeFound(): readonly DetectionInfo[] {
    const { found } = this;
    if (found.length > 1) found.sort(ascending);
    const infos: DetectionInfo[] = [];
    for (const rule of found) infos.push((this.rules[rule] as IndexedRule).info);
    found.length = 0;
    return infos;
  }

  private startOver(): void {
    this.epoch = 1;
    for (const start of this.starts) this.pool[start] = 0;
    this.view.forget();
  }
}

function ascending(a: number, b: number): number {
  return a - b;
}
