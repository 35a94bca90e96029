import type { Predicate, Token } from '../ast.ts';
import { fold } from '../compile/fold.ts';
import { shapeOf } from '../compile/glob.ts';

/** Where a literal must stand in a value. */
export type Anchor = 'whole' | 'start' | 'end' | 'anywhere';

/** Texts, folded, all of which every value that satisfies the predicate contains. */
export function requiredLiterals(predicate: Predicate): string[] {
  if (predicate.op === 'text')
    return predicate.tokens.filter((token): token is string => typeof token === 'string').map(fold);
  return predicate.op === 'regex' ? regexLiterals(predicate.pattern).map(fold) : [];
}

/** The one of them that is likely the rarest: what the fewest predicates share, then the longest. */
export function requiredLiteral(predicate: Predicate, shared?: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const literal of requiredLiterals(predicate)) {
    if (literal === '') continue;
    const uses = literal.length < 3 ? 1e9 : (shared?.get(literal) ?? 1);
    const rank = uses - literal.length / 1000;
    if (rank < bestRank) [best, bestRank] = [literal, rank];
  }
  return best;
}

/** How many predicates of one field require each literal. */
export function countLiterals(predicates: Iterable<Predicate>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const predicate of predicates) {
    for (const literal of new Set(requiredLiterals(predicate))) counts.set(literal, (counts.get(literal) ?? 0) + 1);
  }
  return counts;
}

/** The literal of a value without inner wildcards, and where it must stand. */
export function plainLiteral(tokens: readonly Token[]): { literal: string; anchor: Anchor } | undefined {
  const shape = shapeOf(tokens);
  switch (shape.form) {
    case 'equals':
      return { literal: shape.literal, anchor: 'whole' };
    case 'startswith':
      return { literal: shape.literal, anchor: 'start' };
    case 'endswith':
      return { literal: shape.literal, anchor: 'end' };
    case 'contains':
      return { literal: shape.literal, anchor: 'anywhere' };
    default:
      return undefined;
  }
}

const SPECIAL = '.^$*+?{}[]|()\\';

/**
 * Runs of characters that a pattern cannot match without. Careful rather than clever: groups, classes and escapes of
 * letters end a run, a quantifier takes its last character, and an alternative at the top leaves nothing.
 */
export function regexLiterals(pattern: string): string[] {
  if (/\\[QE]/.test(pattern)) return [];
  const runs: string[] = [];
  let run = '';
  const flush = (): void => {
    if (run !== '') runs.push(run);
    run = '';
  };
  for (let index = 0; index < pattern.length; ) {
    const char = pattern[index] ?? '';
    if (char === '|') return [];
    const atom = atomAt(pattern, index);
    if (atom === undefined) return [];
    index = atom.next;
    const quantifier = /^(?:[*?+]|\{\d*,?\d*\})\??/.exec(pattern.slice(index))?.[0] ?? '';
    index += quantifier.length;
    if (atom.literal === undefined || quantifier !== '') flush();
    else run += atom.literal;
  }
  flush();
  return runs;
}

interface Atom {
  readonly next: number;
  /** Absent for what stands for more than one text. */
  readonly literal?: string;
}

function atomAt(pattern: string, index: number): Atom | undefined {
  const char = pattern[index] ?? '';
  if (char === '(') return groupAt(pattern, index);
  if (char === '[') return classAt(pattern, index);
  if (char === '\\') {
    const next = pattern[index + 1] ?? '';
    return /[0-9A-Za-z]/.test(next) ? letterEscape(pattern, index) : { next: index + 2, literal: next };
  }
  if (SPECIAL.includes(char)) return { next: index + 1 };
  const point = pattern.codePointAt(index) ?? 0;
  const literal = String.fromCodePoint(point);
  return { next: index + literal.length, literal };
}

function letterEscape(pattern: string, index: number): Atom {
  const hex = /^\\x(?:\{[0-9A-Fa-f]+\}|[0-9A-Fa-f]{2})|^\\[0-7]{1,3}/.exec(pattern.slice(index))?.[0];
  const property = /^\\[pP]\{[^}]*\}|^\\[pP]./.exec(pattern.slice(index))?.[0];
  return { next: index + (hex ?? property ?? '..').length };
}

/** A whole group, passed over. */
function groupAt(pattern: string, index: number): Atom | undefined {
  let depth = 0;
  for (let at: number | undefined = index; at !== undefined && at < pattern.length; at = afterPart(pattern, at)) {
    if (pattern[at] === '(') depth++;
    if (pattern[at] === ')' && --depth === 0) return { next: at + 1 };
  }
  return undefined;
}

/** Past an escape, a class or a character; undefined after a class without end. */
function afterPart(pattern: string, at: number): number | undefined {
  if (pattern[at] === '\\') return at + 2;
  return pattern[at] === '[' ? classAt(pattern, at)?.next : at + 1;
}

function classAt(pattern: string, index: number): Atom | undefined {
  // A "]" that comes first is itself.
  let at = index + (/^\[\^?\]?/.exec(pattern.slice(index, index + 3))?.[0].length ?? 1);
  while (at < pattern.length && pattern[at] !== ']') {
    const named = pattern.startsWith('[:', at) ? pattern.indexOf(':]', at) : -1;
    if (named >= 0) at = named + 2;
    else at += pattern[at] === '\\' ? 2 : 1;
  }
  return at < pattern.length ? { next: at + 1 } : undefined;
}
