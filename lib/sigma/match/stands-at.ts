import { foldUnit } from '../compile/fold.ts';
import type { Anchor } from '../index/required-literal.ts';

/**
 * Whether a folded literal stands at a place of a text, whatever the case there; whether it fits there is included. Unit
 * by unit: most texts differ from a literal in the first one, and folding a whole text costs ten times one look at it.
 * Surrogates pass for one another: what they fold to depends on their pair, and is compared later.
 */
export function standsAt(literal: string, text: string, from: number): boolean {
  const { length } = literal;
  if (from < 0 || from + length > text.length) return false;
  for (let at = 0; at < length; at++) if (!isAlike(text.charCodeAt(from + at), literal.charCodeAt(at))) return false;
  return true;
}

/** Whether it stands anywhere. */
function standsIn(literal: string, text: string): boolean {
  const last = text.length - literal.length;
  for (let from = 0; from <= last; from++) if (standsAt(literal, text, from)) return true;
  return false;
}

/** Whether a unit folds to another, or both are surrogates. */
export function isAlike(unit: number, folded: number): boolean {
  return foldUnit(unit) === folded || (isSurrogate(unit) && isSurrogate(folded));
}

export function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** Whether a folded literal stands in its place of a text. */
export function standsTest(anchor: Anchor, literal: string): (text: string) => boolean {
  switch (anchor) {
    case 'whole':
      return (text) => text.length === literal.length && standsAt(literal, text, 0);
    case 'start':
      return (text) => standsAt(literal, text, 0);
    case 'end':
      return (text) => standsAt(literal, text, text.length - literal.length);
    case 'anywhere':
      return (text) => standsIn(literal, text);
  }
}
