import type { Node } from './base.ts';

/**
 * The code of a rule is a row of words: the rule's number, questions, and END. A question is 16 × predicate + flags. A
 * plain question has to come out as it should, or the rule fails. A question with BRANCH is followed by two words: where
 * to go on when it holds, and when it does not.
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
/** Bits of the flags. */
export const FLAGS = 4;

/** Words of a question with branches. */
const QUESTION = 3;

/** What a program knows of its predicates when an event's fields have been looked up. */
export interface Knowledge {
  /** 1 for predicates that were looked up for every event. */
  readonly settled: Uint8Array;
  /** 1 for those of which the look is sure. */
  readonly sure: Uint8Array;
}

/** Costs of a question in the order of nanoseconds: known; to be found out; to be tried on the value. */
const COST = { known: 1, open: 8, tried: 20 } as const;

interface Part {
  readonly node: Node;
  readonly maybe: boolean;
  readonly cost: number;
}

/** The code of all rules in one array. */
export class CodePool {
  private readonly words: number[] = [];
  private readonly knowledge: Knowledge;

  constructor(knowledge: Knowledge) {
    this.knowledge = knowledge;
  }

  /** Adds a rule; returns where it stands. `met`: lists of which one predicate each may hold whenever it is asked. */
  add(rule: number, node: Node, met: readonly (readonly number[])[]): number {
    const start = this.words.push(rule) - 1;
    for (const { node: part, maybe } of this.partsOf(node, met)) {
      if (typeof part === 'number') this.words.push(this.question(part, maybe) + (part < 0 ? NOT : 0));
      else this.branch(part, maybe);
    }
    this.words.push(END);
    return start;
  }

  toArray(): Int32Array {
    return Int32Array.from(this.words);
  }

  /**
   * What must hold, cheap parts first. All that must is first asked whether it may, by what the fingerprints said:
   * comparing texts is dear, and most rules fail by another part.
   */
  private partsOf(node: Node, met: readonly (readonly number[])[]): Part[] {
    const all = typeof node === 'number' || node.need !== 'all' ? [node] : node.of;
    const early = all.length > 1 ? all.filter((part) => this.mayAskEarly(part) && !isMet(part, met)) : [];
    const parts = [
      ...early.map((part) => ({ node: part, maybe: true, cost: COST.known })),
      ...all.map((part) => ({ node: part, maybe: false, cost: this.cost(part) })),
    ];
    return parts.sort((a, b) => a.cost - b.cost);
  }

  private mayAskEarly(part: Node): boolean {
    const leaves = positiveLeaves(part);
    const { settled, sure } = this.knowledge;
    return leaves?.every((leaf) => settled[leaf] === 1) === true && leaves.some((leaf) => sure[leaf] === 0);
  }

  private question(leaf: number, maybe: boolean): number {
    const predicate = leaf >= 0 ? leaf : ~leaf;
    const open = this.knowledge.settled[predicate] === 1 ? 0 : OPEN;
    return (predicate << FLAGS) + open + (maybe ? MAYBE : 0);
  }

  /** A part with choices: questions with branches, the way out of which leads to the word after them. */
  private branch(part: Node, maybe: boolean): void {
    const questions: number[] = [];
    const first = this.emit(part, maybe, END, FAILS, questions);
    if (first === END) return;
    // They were emitted last first, and mostly the first is the last: else a question without a choice leads there.
    if (first !== questions.length - QUESTION) questions.push(BRANCH + MAYBE, first, first);
    const base = this.words.length;
    const last = questions.length - QUESTION;
    const move = (target: number): number => {
      if (target === FAILS) return FAILS;
      return target === END ? base + questions.length : base + last - target;
    };
    for (let at = last; at >= 0; at -= QUESTION) {
      this.words.push(questions[at] ?? 0, move(questions[at + 1] ?? 0), move(questions[at + 2] ?? 0));
    }
  }

  private emit(node: Node, maybe: boolean, holds: number, fails: number, into: number[]): number {
    if (typeof node === 'number') {
      const question = this.question(node, maybe) + BRANCH;
      return (node >= 0 ? into.push(question, holds, fails) : into.push(question, fails, holds)) - QUESTION;
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
    if (this.knowledge.settled[predicate] !== 1) return COST.open;
    return this.knowledge.sure[predicate] === 1 ? COST.known : COST.tried;
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
function isMet(part: Node, met: readonly (readonly number[])[]): boolean {
  const leaves = positiveLeaves(part) ?? [];
  return met.some((list) => list.every((each) => leaves.includes(each)));
}
