import { ASCII, negated, rangesSet, type UnitSet } from './unit-set.ts';

/** A part of a pattern that was read: one unit or a set of them, and where the pattern goes on. */
export type Escape = { readonly next: number } & ({ readonly unit: number } | { readonly set: UnitSet });

const DIGIT = rangesSet('09');
const WORD = rangesSet('09AZ__az');
const SPACE = rangesSet('\t\n\f\r  ');

const SETS: ReadonlyMap<string, UnitSet> = new Map([
  ['d', DIGIT],
  ['D', negated(DIGIT)],
  ['w', WORD],
  ['W', negated(WORD)],
  ['s', SPACE],
  ['S', negated(SPACE)],
]);

const CONTROLS: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
]);

const HEX = /x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,8})\})/y;
const LETTER_OR_DIGIT = /[0-9A-Za-z]/;

/** Reads an escape whose "\" stands before `at`; undefined for those that are no ASCII unit or set of units. */
export function readEscape(pattern: string, at: number): Escape | undefined {
  const char = pattern.charAt(at);
  const next = at + 1;
  const set = SETS.get(char);
  if (set) return { set, next };
  const unit = (CONTROLS.get(char) ?? char).charCodeAt(0);
  if (CONTROLS.has(char) || (unit < ASCII && !LETTER_OR_DIGIT.test(char))) return { unit, next };
  HEX.lastIndex = at;
  const hex = HEX.exec(pattern);
  const code = hex ? Number.parseInt(hex[1] ?? hex[2] ?? '', 16) : ASCII;
  return code < ASCII ? { unit: code, next: HEX.lastIndex } : undefined;
}
