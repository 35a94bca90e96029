import type { Predicate, Token } from '../ast.ts';
import { fold } from '../compile/fold.ts';
import { shapeOf } from '../compile/glob.ts';
import type { Anchor } from './text-index.ts';

/**
 * A text, folded, that every value which satisfies the predicate contains; undefined when none is known. The longest
 * there is.
 */
export function requiredLiteral(predicate: Predicate): string | undefined {
  if (predicate.op === 'text') return longest(predicate.tokens.filter((token): token is string => typeof token === 'string').map(fold));
  if (predicate.op === 'regex') return longest(regexLiterals(predicate.pattern).map(fold));
  return undefined;
}

function longest(texts: readonly string[]): string | undefined {
  let best = '';
  for (const text of texts) if (text.length > best.length) best = text;
  return best === '' ? undefined : best;
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
  for (let at = index; at < pattern.length; ) {
    const char = pattern[at];
    if (char === '\\') at += 2;
    else if (char === '[') {
      const end = classAt(pattern, at);
      if (!end) return undefined;
      at = end.next;
    } else {
      at++;
      if (char === '(') depth++;
      if (char === ')' && --depth === 0) return { next: at };
    }
  }
  return undefined;
}

function classAt(pattern: string, index: number): Atom | undefined {
  let at = index + 1;
  if (pattern[at] === '^') at++;
  if (pattern[at] === ']') at++;
  while (at < pattern.length && pattern[at] !== ']') {
    if (pattern[at] === '\\') at += 2;
    else if (pattern.startsWith('[:', at)) at = Math.max(at + 1, pattern.indexOf(':]', at) + 2);
    else at++;
  }
  return at < pattern.length ? { next: at + 1 } : undefined;
}
