import type { DetectionInfo } from '../../model/rule.ts';
import type { Predicate } from '../ast.ts';
import type { IndexedRule, Node } from './base.ts';
import { compileCode, HOLDS } from './code.ts';
import { EventView } from './event-view.ts';
import type { Hits } from './hits.ts';

const NONE: readonly DetectionInfo[] = [];

/** The rules of one log source behind an index: an event meets only rules of which a witness holds. */
export class Program {
  private readonly rules: readonly IndexedRule[];
  private readonly codes: (Int32Array | undefined)[];
  /** Rules without witnesses: always asked. */
  private readonly always: Int32Array;
  private readonly view: EventView;
  /** Per rule: the number of the event that last met it. */
  private readonly met: Float64Array;
  private events = 0;
  private readonly found: number[] = [];

  constructor(rules: readonly IndexedRule[], predicates: readonly Predicate[]) {
    this.rules = rules;
    this.codes = new Array(rules.length);
    this.always = Int32Array.from(rules.flatMap(({ witnesses }, index) => (witnesses ? [] : [index])));
    this.met = new Float64Array(rules.length);
    const used = new Set<number>();
    for (const { node } of rules) collect(node, used);
    this.view = new EventView(predicates, used, usersOf(rules));
  }

  /** The rules that match, in order. */
  match(event: object): readonly DetectionInfo[] {
    const count = this.view.begin(event);
    if (count === 0 && this.always.length === 0) return NONE;
    this.events++;
    const { found } = this;
    this.askAll(this.always, found);
    for (let at = 0; at < count; at++) this.askAll((this.view.pending[at] as Hits).rules, found);
    if (found.length === 0) return NONE;
    const infos = found.sort((a, b) => a - b).map((index) => (this.rules[index] as IndexedRule).info);
    found.length = 0;
    return infos;
  }

  private askAll(rules: Int32Array, found: number[]): void {
    for (let at = 0; at < rules.length; at++) {
      const rule = rules[at] as number;
      if (this.met[rule] === this.events) continue;
      this.met[rule] = this.events;
      if (this.holds(rule)) found.push(rule);
    }
  }

  private holds(rule: number): boolean {
    const code = this.codes[rule] ?? this.compile(rule);
    let at = code.length > 1 ? 0 : (code[0] as number);
    while (at >= 0) at = code[at + (this.view.ask(code[at] as number) ? 1 : 2)] as number;
    return at === HOLDS;
  }

  private compile(rule: number): Int32Array {
    const { node } = this.rules[rule] as IndexedRule;
    const code = compileCode(node, (predicate) => (this.view.isCheap(predicate) ? 1 : 8));
    this.codes[rule] = code;
    return code;
  }
}

/** Witness → the rules it announces. */
function usersOf(rules: readonly IndexedRule[]): Map<number, number[]> {
  const users = new Map<number, number[]>();
  for (const [index, { witnesses }] of rules.entries()) {
    for (const witness of witnesses ?? []) {
      const list = users.get(witness);
      if (list) list.push(index);
      else users.set(witness, [index]);
    }
  }
  return users;
}

function collect(node: Node, into: Set<number>): void {
  if (typeof node === 'number') into.add(node >= 0 ? node : ~node);
  else for (const part of node.of) collect(part, into);
}
