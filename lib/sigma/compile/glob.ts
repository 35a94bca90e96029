import type { Token } from '../ast.ts';
import { ANY, ONE } from './tokens.ts';

/** A compiled value: does a text (folded already, unless cased) match all of it? */
export type TextTest = (text: string) => boolean;

/** How the tokens of a value can be tested, the cheapest form first. */
export type Shape =
  | { readonly form: 'equals' | 'contains' | 'startswith' | 'endswith'; readonly literal: string }
  | { readonly form: 'any' }
  | { readonly form: 'glob' };

export function shapeOf(tokens: readonly Token[]): Shape {
  const open = tokens[0] === ANY;
  const close = tokens.length > 1 && tokens.at(-1) === ANY;
  const middle = tokens.slice(open ? 1 : 0, close ? -1 : undefined);
  if (tokens.length === 1 && open) return { form: 'any' };
  const [literal = ''] = middle;
  if (middle.length > 1 || typeof literal !== 'string') return { form: 'glob' };
  if (open) return { form: close ? 'contains' : 'endswith', literal };
  return { form: close ? 'startswith' : 'equals', literal };
}

/** The test of a value whose literals are folded already, unless cased. Linear in the text for one `*`-free piece. */
export function textTest(tokens: readonly Token[]): TextTest {
  const shape = shapeOf(tokens);
  switch (shape.form) {
    case 'any':
      return () => true;
    case 'equals':
      return (text) => text === shape.literal;
    case 'contains':
      return (text) => text.includes(shape.literal);
    case 'startswith':
      return (text) => text.startsWith(shape.literal);
    case 'endswith':
      return (text) => text.endsWith(shape.literal);
    case 'glob':
      return globTest(tokens);
  }
}

type Segment = readonly (string | 1)[];

function globTest(tokens: readonly Token[]): TextTest {
  const segments: (string | 1)[][] = [[]];
  for (const token of tokens) {
    if (token === ANY) segments.push([]);
    else segments.at(-1)?.push(token);
  }
  const first = segments[0] ?? [];
  const last = segments.at(-1) ?? [];
  if (segments.length === 1) return (text) => matchAt(text, 0, first) === text.length;
  const middle = segments.slice(1, -1);
  return (text) => {
    let at = matchAt(text, 0, first);
    for (const segment of middle) at = at < 0 ? at : find(text, at, segment, false);
    return at >= 0 && find(text, at, last, true) >= 0;
  };
}

/** Where the first match at or after `from` ends; -1 when there is none. */
function find(text: string, from: number, segment: Segment, toEnd: boolean): number {
  if (segment.length === 0) return toEnd ? text.length : from;
  for (let at = from; at <= text.length; at = afterCharacter(text, at)) {
    const end = matchAt(text, at, segment);
    if (end >= 0 && (!toEnd || end === text.length)) return end;
  }
  return -1;
}

function matchAt(text: string, from: number, segment: Segment): number {
  let at = from;
  for (const token of segment) {
    if (token === ONE) {
      if (at >= text.length) return -1;
      at = afterCharacter(text, at);
    } else {
      if (!text.startsWith(token, at)) return -1;
      at += token.length;
    }
  }
  return at;
}

function afterCharacter(text: string, at: number): number {
  return at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
}
