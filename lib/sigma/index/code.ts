import type { Node } from './base.ts';

/** Where a rule's code ends. */
export const HOLDS = -1;
export const FAILS = -2;

/**
 * A rule as a chain of questions, three numbers each: a predicate, where to go on when it holds, and where when it does
 * not. Starts at 0. Where nothing need be asked, the one number is HOLDS or FAILS.
 */
export function compileCode(node: Node, costOf: (predicate: number) => number): Int32Array {
  const code: number[] = [];
  const emit = (part: Node, holds: number, fails: number): number => {
    if (typeof part === 'number') {
      const [predicate, yes, no] = part >= 0 ? [part, holds, fails] : [~part, fails, holds];
      return code.push(predicate, yes, no) - 3;
    }
    // Cheap questions first; built from the end, as every question must know where to go on.
    const parts = [...part.of].sort((a, b) => nodeCost(b, costOf) - nodeCost(a, costOf));
    if (part.need === 'all') return parts.reduce<number>((next, each) => emit(each, next, fails), holds);
    if (part.need === 1) return parts.reduce<number>((next, each) => emit(each, holds, next), fails);
    return emitLeast(part.need, parts, holds, fails, emit);
  };
  const start = emit(node, HOLDS, FAILS);
  return startAt(code, start);
}

/** `rows[n]`: where to go on while n more must hold of the parts that are left. */
function emitLeast(
  least: number,
  parts: readonly Node[],
  holds: number,
  fails: number,
  emit: (part: Node, holds: number, fails: number) => number,
): number {
  let rows = Array.from({ length: least + 1 }, (_, needed) => (needed === 0 ? holds : fails));
  for (const part of parts) {
    rows = rows.map((otherwise, needed) => (needed === 0 ? holds : emit(part, rows[needed - 1] ?? fails, otherwise)));
  }
  return rows[least] ?? fails;
}

/** Turns the code around so that it starts at 0: questions were emitted last first. */
function startAt(code: readonly number[], start: number): Int32Array {
  if (start < 0) return Int32Array.of(start);
  const last = code.length - 3;
  const move = (target: number): number => (target < 0 ? target : last - target);
  const turned = new Int32Array(code.length);
  for (let at = 0; at < code.length; at += 3) {
    const to = move(at);
    turned[to] = code[at] ?? 0;
    turned[to + 1] = move(code[at + 1] ?? 0);
    turned[to + 2] = move(code[at + 2] ?? 0);
  }
  return turned;
}

function nodeCost(node: Node, costOf: (predicate: number) => number): number {
  if (typeof node === 'number') return costOf(node >= 0 ? node : ~node);
  return node.of.reduce<number>((sum, part) => sum + nodeCost(part, costOf), 0);
}
