import type { Node } from './base.ts';

/** Where a rule's code ends. */
export const HOLDS = -1;
export const FAILS = -2;

/** Numbers of a rule's code before its first question: the event that last met it, and the rule. */
export const HEADER = 2;

/**
 * Rules as chains of questions in one array, three numbers each: the question, and where to go on when it holds and when
 * it does not. A question is 2 × predicate, + 1 where the predicate may still have to be found out.
 */
export class CodePool {
  private readonly numbers: number[] = [];
  private readonly settled: Uint8Array;

  constructor(settled: Uint8Array) {
    this.settled = settled;
  }

  /** Adds a rule; returns where it stands. */
  add(rule: number, node: Node): number {
    const questions: number[] = [];
    const start = this.emit(node, HOLDS, FAILS, questions);
    const at = this.numbers.length;
    this.numbers.push(0, rule);
    // A rule that holds always or never asks anything and goes the same way.
    if (start < 0) this.numbers.push(0, start, start);
    else this.place(questions, at + HEADER);
    return at;
  }

  toArray(): Int32Array {
    return Int32Array.from(this.numbers);
  }

  /** Questions were emitted last first: turns them around, so that the first comes first. */
  private place(questions: readonly number[], base: number): void {
    const last = questions.length - 3;
    const move = (target: number): number => (target < 0 ? target : base + last - target);
    for (let at = last; at >= 0; at -= 3) {
      this.numbers.push(questions[at] ?? 0, move(questions[at + 1] ?? 0), move(questions[at + 2] ?? 0));
    }
  }

  private emit(node: Node, holds: number, fails: number, into: number[]): number {
    if (typeof node === 'number') {
      const predicate = node >= 0 ? node : ~node;
      const question = predicate * 2 + (this.settled[predicate] === 1 ? 0 : 1);
      return (node >= 0 ? into.push(question, holds, fails) : into.push(question, fails, holds)) - 3;
    }
    // Cheap questions first; built from the end, as every question must know where to go on.
    const parts = node.of.length > 1 ? [...node.of].sort((a, b) => this.cost(b) - this.cost(a)) : node.of;
    if (node.need === 'all') return parts.reduce<number>((next, part) => this.emit(part, next, fails, into), holds);
    if (node.need === 1) return parts.reduce<number>((next, part) => this.emit(part, holds, next, into), fails);
    return this.emitLeast(node.need, parts, holds, fails, into);
  }

  /** `rows[n]`: where to go on while n more must hold of the parts that are left. */
  private emitLeast(least: number, parts: readonly Node[], holds: number, fails: number, into: number[]): number {
    let rows = Array.from({ length: least + 1 }, (_, needed) => (needed === 0 ? holds : fails));
    for (const part of parts) {
      rows = rows.map((otherwise, needed) =>
        needed === 0 ? holds : this.emit(part, rows[needed - 1] ?? fails, otherwise, into),
      );
    }
    return rows[least] ?? fails;
  }

  private cost(node: Node): number {
    if (typeof node === 'number') return this.settled[node >= 0 ? node : ~node] === 1 ? 1 : 8;
    return node.of.reduce<number>((sum, part) => sum + this.cost(part), 0);
  }
}
