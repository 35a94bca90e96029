import type { Token } from '../ast.ts';

const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'] as const;
/** A dash that begins a word, as pySigma reads it: after no word character, before one. */
const FLAG = /\B[-/\u2013\u2014\u2015]\b/g;
/** 5⁴: more flags than that in one value are left as written. */
const MAX_FLAGS = 4;

/** A value with each dash that begins a flag written in all five ways. */
export function windash(tokens: readonly Token[]): Token[][] {
  let variants: Token[][] = [[]];
  let flags = 0;
  for (const token of tokens) {
    const choices = typeof token === 'string' ? spellings(token, MAX_FLAGS - flags) : [token];
    if (choices.length > 1) flags += Math.round(Math.log(choices.length) / Math.log(DASHES.length));
    variants = variants.flatMap((variant) => choices.map((choice) => [...variant, choice]));
  }
  return variants;
}

function spellings(text: string, allowed: number): string[] {
  const places = [...text.matchAll(FLAG)].slice(0, allowed).map((match) => match.index);
  let texts = [text];
  for (const place of places) {
    texts = texts.flatMap((each) => DASHES.map((dash) => each.slice(0, place) + dash + each.slice(place + 1)));
  }
  return texts;
}
