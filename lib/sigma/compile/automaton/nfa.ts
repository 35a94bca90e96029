import type { Tree } from './parse.ts';
import type { UnitSet } from './unit-set.ts';

/** What may be done in a state: read a unit, go two ways, or pass where the text starts or ends. */
export type Step =
  | { readonly kind: 'match' }
  | { readonly kind: 'unit'; readonly set: UnitSet; readonly next: number }
  | { readonly kind: 'start' | 'end'; readonly next: number }
  | { readonly kind: 'fork'; next: number; readonly other: number };

/** Steps that name each other by number. */
export interface Nfa {
  readonly steps: readonly Step[];
  readonly first: number;
}

/** The step that ends a match. */
export const MATCH = 0;

/** More steps than this are not made: few of such patterns stay small. */
export const MAX_STEPS = 1000;

/** The steps of a pattern; undefined when its repetitions, written out, are too many. */
export function nfaOf(tree: Tree): Nfa | undefined {
  if (sizeOf(tree) > MAX_STEPS) return undefined;
  const steps: Step[] = [{ kind: 'match' }];
  return { first: addTree(steps, tree, MATCH), steps };
}

/** At least as many steps as the tree becomes, and calls to make them: a part of a choice is a sequence, for its fork. */
function sizeOf(tree: Tree): number {
  switch (tree.kind) {
    case 'sequence':
    case 'choice':
      return tree.parts.reduce((sum, part) => sum + sizeOf(part), 1);
    case 'repeat':
      return 1 + (1 + sizeOf(tree.part)) * Math.max(tree.least, tree.most === Infinity ? 1 : tree.most);
    default:
      return 1;
  }
}

/** Adds what leads through the tree to `next`; says where it begins. */
function addTree(steps: Step[], tree: Tree, next: number): number {
  switch (tree.kind) {
    case 'unit':
      return add(steps, { kind: 'unit', set: tree.set, next });
    case 'sequence':
      return tree.parts.reduceRight((after, part) => addTree(steps, part, after), next);
    case 'choice':
      return tree.parts.map((part) => addTree(steps, part, next)).reduceRight((other, way) => fork(steps, way, other));
    case 'repeat':
      return addRepeat(steps, tree, next);
    default:
      return add(steps, { kind: tree.kind, next });
  }
}

function addRepeat(steps: Step[], tree: Extract<Tree, { kind: 'repeat' }>, next: number): number {
  const { part, least, most } = tree;
  let entry = next;
  let left = least;
  if (most === Infinity) {
    const loop: Step = { kind: 'fork', next, other: next };
    const again = add(steps, loop);
    loop.next = addTree(steps, part, again);
    // The loop stands for the last of those that must be there.
    entry = least === 0 ? again : loop.next;
    left = Math.max(0, least - 1);
  } else for (let more = most - least; more > 0; more--) entry = fork(steps, addTree(steps, part, entry), next);
  for (; left > 0; left--) entry = addTree(steps, part, entry);
  return entry;
}

function fork(steps: Step[], next: number, other: number): number {
  return add(steps, { kind: 'fork', next, other });
}

function add(steps: Step[], step: Step): number {
  return steps.push(step) - 1;
}
