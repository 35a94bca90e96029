import type { Token } from '../ast.ts';
import type { Lists } from '../types.ts';
import { joinTokens, type Piece, readPieces, readTokens } from './tokens.ts';

/** More alternatives than this from one value are a mistake. */
export const MAX_ALTERNATIVES = 100_000;

/** A value's alternatives, or the list that is not defined, or that there would be too many of them. */
export type Expansion =
  | { readonly values: readonly (readonly Token[])[] }
  | { readonly missing: string }
  | { readonly tooMany: number };

/** Puts the entries of lists in the place of `%name%`: each entry is literal text; several placeholders multiply. */
export function expand(source: string, lists: Lists): Expansion {
  let values: Token[][] = [[]];
  for (const piece of readPieces(source, true)) {
    const entries = entriesOf(piece, lists);
    if (!entries) return { missing: (piece as { list: string }).list };
    if (values.length * entries.length > MAX_ALTERNATIVES) return { tooMany: values.length * entries.length };
    values = values.flatMap((value) => entries.map((entry) => joinTokens(value, entry)));
  }
  return { values };
}

function entriesOf(piece: Piece, lists: Lists): Token[][] | undefined {
  if (typeof piece !== 'object') return [[piece]];
  return lists.get(piece.list)?.map((entry) => (entry === '' ? [] : [entry]));
}

/** The lists that a value names. */
export function listsIn(source: string): string[] {
  return readPieces(source, true).flatMap((piece) => (typeof piece === 'object' ? [piece.list] : []));
}

/** What stands between percent signs like the name of a list, and is none; undefined where there is nothing such. */
export function misnamedList(source: string): string | undefined {
  const rests = source.split(/\\[*?\\%]|%\w+%/);
  return rests.map((rest) => /%[^%]+%/.exec(rest)?.[0]).find((found) => found !== undefined);
}

/** A value as it stands. */
export function written(source: string): Expansion {
  return { values: [readTokens(source)] };
}
