import type { Token } from '../ast.ts';

/** Any run of characters, the empty one and newlines included. */
export const ANY = 0;
/** Exactly one character (code point). */
export const ONE = 1;

/** A piece of a value: a token, or a placeholder of `expand`. */
export type Piece = Token | { readonly list: string };

/**
 * Reads a value's wildcards and escapes: `\` before `*`, `?` or `\` takes that character literally, before anything
 * else it is itself.
 */
export function readTokens(text: string): Token[] {
  return readPieces(text, false) as Token[];
}

/** The same with `%name%` placeholders and `\%`. */
export function readPieces(text: string, placeholders: boolean): Piece[] {
  const pieces: Piece[] = [];
  for (let index = 0; index < text.length; ) {
    const { piece, length } = pieceAt(text, index, placeholders);
    push(pieces, piece);
    index += length;
  }
  return pieces;
}

function pieceAt(text: string, index: number, placeholders: boolean): { piece: Piece; length: number } {
  const char = text[index] ?? '';
  const next = text[index + 1];
  const escapable = placeholders ? '*?\\%' : '*?\\';
  if (char === '\\' && next !== undefined && escapable.includes(next)) return { piece: next, length: 2 };
  if (char === '*') return { piece: ANY, length: 1 };
  if (char === '?') return { piece: ONE, length: 1 };
  const name = placeholders && char === '%' ? /^%(\w+)%/.exec(text.slice(index))?.[1] : undefined;
  return name === undefined ? { piece: char, length: 1 } : { piece: { list: name }, length: name.length + 2 };
}

/** Adds a token; neighbouring literals become one, and a run of `*` one `*`. */
export function push(pieces: Piece[], token: Piece): void {
  const last = pieces.at(-1);
  if (token === '' || (token === ANY && last === ANY)) return;
  if (typeof token === 'string' && typeof last === 'string') pieces[pieces.length - 1] = last + token;
  else pieces.push(token);
}

/** Joins token lists, literals that meet included. */
export function joinTokens(...lists: readonly (readonly Token[])[]): Token[] {
  const joined: Token[] = [];
  for (const list of lists) for (const token of list) push(joined, token);
  return joined;
}

/** The text of tokens without wildcards; undefined where there are some. */
export function literalOf(tokens: readonly Token[]): string | undefined {
  if (tokens.length === 0) return '';
  const [first] = tokens;
  return tokens.length === 1 && typeof first === 'string' ? first : undefined;
}
