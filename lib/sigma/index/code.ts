import type { Node } from './base.ts';
import type { Guards } from './guards.ts';
import type { LaidOut, Layout } from './layout.ts';

/**
 * The code of a rule is a row of words: the rule's number, questions, and END. A question is 64 × predicate + flags, and
 * with KEYED a guard that lets pass what may hold. A plain question has to come out as it should, or the rule fails. A
 * question with BRANCH has always three more words: the guard, where to go on when it holds, and where when it does not,
 * counted from the beginning of the code.
 */
export const END = -1;
/** In the place of where to go on. */
export const FAILS = -2;

/** The predicate may still have to be found out. */
export const OPEN = 1;
/** That the predicate may hold is enough. */
export const MAYBE = 2;
/** It must not hold. */
export const NOT = 4;
export const BRANCH = 8;
/** That it was found is enough. */
export const SURE = 16;
/** A key tells whether it may hold. */
export const KEYED = 32;
/** Bits of the flags. */
export const FLAGS = 6;

/** Words of a question with branches. */
const QUESTION = 4;

/**
 * Costs of a question in the order of nanoseconds: known; to be found out; to be tried on the value. What led to the rule
 * will hold, so that it is asked last.
 */
const COST = { known: 1, open: 8, tried: 20, likely: 1000 } as const;

/** Lists of predicates, of each of which one was found. */
type Lists = readonly (readonly number[])[];

interface Part {
  readonly node: Node;
  readonly maybe: boolean;
  readonly cost: number;
}

/** Writes the code of rules. */
export class CodeWriter {
  private readonly layout: Pick<Layout, 'early' | 'sure'>;
  private readonly guards: Pick<Guards, 'of'>;

  constructor(layout: Pick<Layout, 'early' | 'sure'>, guards: Pick<Guards, 'of'>) {
    this.layout = layout;
    this.guards = guards;
  }

  /** The code of a rule, which is asked when one of its witnesses was found, alone or with its pair, and one of its guards let pass. */
  codeOf({ order, node, witnesses, guard, pair }: LaidOut): number[] {
    const words = [order];
    const met = [witnesses, guard, pair].filter((list) => list !== undefined);
    // A rule with a pair is asked without its guard where a field has several values.
    const known = pair ? [] : met.filter((list) => list.every((each) => this.isSure(each)));
    for (const { node: part, maybe } of this.partsOf(node, met, known)) {
      if (typeof part === 'number') words.push(...this.plain(part, maybe));
      else this.branch(part, maybe, words);
    }
    words.push(END);
    return words;
  }

  /**
   * What must hold, cheap parts first. All that must is first asked whether it may, by what the fingerprints said:
   * comparing texts is dear, and most rules fail by another part.
   */
  private partsOf(node: Node, met: Lists, known: Lists): Part[] {
    const whole = typeof node === 'number' || node.need !== 'all' ? [node] : node.of;
    const all = whole.filter((part) => !isMet(part, known));
    const early = all.length > 1 ? all.filter((part) => this.mayAskEarly(part) && !isMet(part, met)) : [];
    const parts = [
      ...early.map((part) => ({ node: part, maybe: true, cost: COST.known })),
      ...all.map((part) => ({ node: part, maybe: false, cost: isMet(part, met) ? COST.likely : this.cost(part) })),
    ];
    return parts.sort((a, b) => a.cost - b.cost);
  }

  private mayAskEarly(part: Node): boolean {
    const leaves = positiveLeaves(part);
    return leaves?.every((leaf) => this.isTold(leaf)) === true && !leaves.every((leaf) => this.isSure(leaf));
  }

  private isSure(predicate: number): boolean {
    return this.isFound(predicate) && this.layout.sure[predicate] === 1;
  }

  private isFound(predicate: number): boolean {
    return this.layout.early[predicate] === 1;
  }

  /** Whether it is known, without trying, that a predicate may hold. */
  private isTold(predicate: number): boolean {
    return this.isFound(predicate) || this.guards.of(predicate) !== undefined;
  }

  private plain(leaf: number, maybe: boolean): number[] {
    const [question, guard] = this.question(leaf, maybe);
    const word = question + (leaf < 0 ? NOT : 0);
    return guard === undefined ? [word] : [word, guard];
  }

  /** A question, and its guard where it has one. */
  private question(leaf: number, maybe: boolean): [number, number?] {
    const predicate = leaf >= 0 ? leaf : ~leaf;
    const word = (predicate << FLAGS) + (maybe ? MAYBE : 0) + (this.isSure(predicate) ? SURE : 0);
    if (this.isFound(predicate)) return [word];
    const guard = this.guards.of(predicate);
    return guard === undefined ? [word + OPEN] : [word + KEYED, guard];
  }

  /** A part with choices: questions with branches, the way out of which leads to the word after them. */
  private branch(part: Node, maybe: boolean, words: number[]): void {
    const questions: number[] = [];
    const first = this.emit(part, maybe, END, FAILS, questions);
    if (first === END) return;
    // They were emitted last first, and mostly the first is the last: else a question without a choice leads there.
    if (first !== questions.length - QUESTION) questions.push(BRANCH + MAYBE, 0, first, first);
    const base = words.length;
    const last = questions.length - QUESTION;
    const move = (target: number): number => {
      if (target === FAILS) return FAILS;
      return target === END ? base + questions.length : base + last - target;
    };
    for (let at = last; at >= 0; at -= QUESTION) {
      const [question = 0, guard = 0, holds = 0, fails = 0] = questions.slice(at, at + QUESTION);
      words.push(question, guard, move(holds), move(fails));
    }
  }

  private emit(node: Node, maybe: boolean, holds: number, fails: number, into: number[]): number {
    if (typeof node === 'number') {
      const [question, guard = 0] = this.question(node, maybe);
      const ways = node >= 0 ? [holds, fails] : [fails, holds];
      return into.push(question + BRANCH, guard, ...ways) - QUESTION;
    }
    // Built from the end, as every question must know where to go on.
    const parts = node.of.length > 1 ? [...node.of].sort((a, b) => this.cost(b) - this.cost(a)) : node.of;
    if (node.need === 'all')
      return parts.reduce<number>((next, part) => this.emit(part, maybe, next, fails, into), holds);
    if (node.need === 1) return parts.reduce<number>((next, part) => this.emit(part, maybe, holds, next, into), fails);
    return this.emitLeast(node.need, parts, holds, fails, into);
  }

  /** `rows[n]`: where to go on while n more must hold of the parts that are left. */
  private emitLeast(least: number, parts: readonly Node[], holds: number, fails: number, into: number[]): number {
    let rows = Array.from({ length: least + 1 }, (_, needed) => (needed === 0 ? holds : fails));
    for (const part of parts) {
      rows = rows.map((otherwise, needed) =>
        needed === 0 ? holds : this.emit(part, false, rows[needed - 1] ?? fails, otherwise, into),
      );
    }
    return rows[least] ?? fails;
  }

  private cost(node: Node): number {
    if (typeof node !== 'number') return node.of.reduce<number>((sum, part) => sum + this.cost(part), 0);
    const predicate = node >= 0 ? node : ~node;
    if (!this.isTold(predicate)) return COST.open;
    return this.isSure(predicate) ? COST.known : COST.tried;
  }
}

/** The predicates of a part of which one must hold, when it is no more than that. */
export function positiveLeaves(part: Node): readonly number[] | undefined {
  if (typeof part === 'number') return part >= 0 ? [part] : undefined;
  if (part.need !== 1) return undefined;
  const leaves = part.of.filter((leaf): leaf is number => typeof leaf === 'number' && leaf >= 0);
  return leaves.length === part.of.length ? leaves : undefined;
}

/** Whether the part may hold whenever one of each list may. */
function isMet(part: Node, met: Lists): boolean {
  const leaves = positiveLeaves(part) ?? [];
  return met.some((list) => list.every((each) => leaves.includes(each)));
}
