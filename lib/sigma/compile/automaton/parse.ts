import { readEscape } from './escape.ts';
import { readUnitClass } from './unit-class.ts';
import { ASCII, caseless, negated, rangesSet, type UnitSet } from './unit-set.ts';

/** A pattern as a tree. `most` of a repetition may be Infinity. */
export type Tree =
  | { readonly kind: 'unit'; readonly set: UnitSet }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Tree[] }
  | { readonly kind: 'repeat'; readonly part: Tree; readonly least: number; readonly most: number };

/** Groups in groups: the tree is walked by functions that call themselves. */
const MAX_DEPTH = 50;

/** A group that opens, or flags for the rest of the group around them. */
const GROUP = /\((?:\?([is]*)([:)]))?/y;
const COUNT = /(?:([*+?])|\{(0|[1-9]\d{0,3})(?:(,)(0|[1-9]\d{0,3})?)?\})\??/y;

/** By unit, and then once more with both cases: patterns share them. */
const LITERALS: Tree[] = [];

function literalOf(unit: number, fold: boolean): Tree {
  const key = fold ? unit + ASCII : unit;
  const known = LITERALS[key];
  if (known) return known;
  const set = new Uint8Array(ASCII);
  set[unit] = 1;
  const tree: Tree = { kind: 'unit', set: fold ? caseless(set) : set };
  LITERALS[key] = tree;
  return tree;
}

const ANY = rangesSet('\0\x7f');
const ANY_IN_LINE = negated(rangesSet('\n\n'));

/** The tree of a pattern; undefined when RE2 refuses it, or knows more of it than this does. */
export function parsePattern(pattern: string, flags: string): Tree | undefined {
  return new Parser(pattern, flags).whole();
}

class Parser {
  readonly #pattern: string;
  readonly #lines: boolean;
  #fold: boolean;
  #anyLine: boolean;
  #at = 0;
  #depth = 0;

  constructor(pattern: string, flags: string) {
    this.#pattern = pattern;
    this.#lines = flags.includes('m');
    this.#fold = flags.includes('i');
    this.#anyLine = flags.includes('s');
  }

  whole(): Tree | undefined {
    const tree = this.#choice();
    return this.#at === this.#pattern.length ? tree : undefined;
  }

  /** Up to the end or a ")". */
  #choice(): Tree | undefined {
    const parts: Tree[] = [];
    do {
      const part = this.#sequence();
      if (part === undefined) return undefined;
      parts.push(part);
    } while (this.#take('|'));
    return parts.length === 1 ? parts[0] : { kind: 'choice', parts };
  }

  #sequence(): Tree | undefined {
    const parts: Tree[] = [];
    while (this.#at < this.#pattern.length && !this.#sees('|') && !this.#sees(')')) {
      if (this.#flags()) continue;
      const part = this.#repeated();
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return { kind: 'sequence', parts };
  }

  /** Takes flags for the rest of the group, which nothing can repeat. */
  #flags(): boolean {
    const group = this.#match(GROUP);
    if (group?.[2] !== ')') return false;
    this.#at += group[0].length;
    this.#turnOn(group[1]);
    return true;
  }

  #repeated(): Tree | undefined {
    const part = this.#atom();
    const found = part && this.#match(COUNT);
    if (!found) return part;
    this.#at += found[0].length;
    const count = countOf(found);
    return count && { kind: 'repeat', part, ...count };
  }

  #atom(): Tree | undefined {
    const char = this.#pattern.charAt(this.#at);
    switch (char) {
      case '(':
        return this.#group();
      case '[':
        return this.#class();
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
      case '{':
        return undefined;
    }
    this.#at++;
    switch (char) {
      case '.':
        return { kind: 'unit', set: this.#anyLine ? ANY : ANY_IN_LINE };
      case '^':
        return this.#lines ? undefined : { kind: 'start' };
      case '$':
        return this.#lines ? undefined : { kind: 'end' };
    }
    return this.#literal(char.charCodeAt(0));
  }

  #group(): Tree | undefined {
    const [opening = '', flags] = this.#match(GROUP) ?? [];
    if (this.#depth === MAX_DEPTH) return undefined;
    const [fold, anyLine] = [this.#fold, this.#anyLine];
    this.#at += opening.length;
    this.#turnOn(flags);
    this.#depth++;
    const tree = this.#choice();
    this.#depth--;
    [this.#fold, this.#anyLine] = [fold, anyLine];
    return this.#take(')') ? tree : undefined;
  }

  #class(): Tree | undefined {
    const read = readUnitClass(this.#pattern, this.#at + 1, this.#fold);
    if (!read) return undefined;
    this.#at = read.next;
    return { kind: 'unit', set: read.set };
  }

  #escape(): Tree | undefined {
    if (this.#take('\\A')) return { kind: 'start' };
    if (this.#take('\\z')) return { kind: 'end' };
    const read = readEscape(this.#pattern, this.#at + 1);
    if (!read) return undefined;
    this.#at = read.next;
    return 'set' in read ? { kind: 'unit', set: read.set } : this.#literal(read.unit);
  }

  #literal(unit: number): Tree | undefined {
    return unit < ASCII ? literalOf(unit, this.#fold) : undefined;
  }

  #turnOn(flags = ''): void {
    this.#fold ||= flags.includes('i');
    this.#anyLine ||= flags.includes('s');
  }

  #match(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.#at;
    return sticky.exec(this.#pattern);
  }

  #sees(text: string): boolean {
    return this.#pattern.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    if (!this.#sees(text)) return false;
    this.#at += text.length;
    return true;
  }
}

/** What a quantifier asks for; undefined when it asks for less than its least. A lazy one finds the same texts. */
function countOf([, sign, from, comma, to]: RegExpExecArray): { least: number; most: number } | undefined {
  if (sign !== undefined) return { least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Infinity };
  const least = Number(from);
  const upTo = to === undefined ? Infinity : Number(to);
  const most = comma === undefined ? least : upTo;
  return most < least ? undefined : { least, most };
}
