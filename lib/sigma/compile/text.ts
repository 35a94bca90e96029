import type { Expr, Item, Predicate, Token, Value } from '../ast.ts';
import { base64, base64Offsets, utf8Bytes, utf16, utf16be, utf16le } from './encode.ts';
import { fold } from './fold.ts';
import type { Plan, PlanProblem } from './modifiers.ts';
import { anyOf } from './simplify.ts';
import { ANY, joinTokens, literalOf } from './tokens.ts';
import { windash } from './windash.ts';

/** One text on its way through the encoders. */
interface Encoding {
  readonly tokens: readonly Token[];
  /** True once the literal stands for bytes, one character each. */
  readonly bytes: boolean;
}

/** The predicates that one string value becomes: encoders in order, then `contains` and its kin. */
export function textAlternatives(item: Item, plan: Plan, value: Value, tokens: readonly Token[]): Expr | PlanProblem {
  let texts: Encoding[] = spellings(value, tokens, plan).map((each) => ({ tokens: each, bytes: false }));
  for (const encoder of plan.encoders) {
    const encoded: Encoding[] = [];
    for (const text of texts) {
      const results = encode(text, encoder);
      if ('message' in results) return results;
      encoded.push(...results);
    }
    texts = encoded;
  }
  return anyOf(texts.map((text) => predicateOf(item, plan, text.tokens)));
}

/** Numbers and booleans match as written and as JSON writes them. */
function spellings({ value, source }: Value, tokens: readonly Token[], plan: Plan): (readonly Token[])[] {
  if (typeof value === 'string' || plan.expand || String(value) === source) return [tokens];
  return [tokens, [String(value)]];
}

function encode(text: Encoding, encoder: Plan['encoders'][number]): Encoding[] | PlanProblem {
  if (encoder === 'windash') return windash(text.tokens).map((tokens) => ({ tokens, bytes: text.bytes }));
  const literal = literalOf(text.tokens);
  if (literal === undefined) {
    return { message: `${encoder} cannot encode wildcards`, hint: 'Write "\\*" or "\\?" for the character itself.' };
  }
  const bytes = text.bytes ? literal : utf8Bytes(literal);
  switch (encoder) {
    case 'base64':
      return [encoded(base64(bytes), false)];
    case 'base64offset':
      if (bytes.length < 2) {
        return { message: 'base64offset needs at least two bytes', hint: 'Less leaves no trace of its own in Base64.' };
      }
      return base64Offsets(bytes).map((each) => encoded(each, false));
    case 'utf16le':
      return [encoded(utf16le(literal), true)];
    case 'utf16be':
      return [encoded(utf16be(literal), true)];
    case 'utf16':
      return [encoded(utf16(literal), true)];
  }
}

function encoded(text: string, bytes: boolean): Encoding {
  return { tokens: text === '' ? [] : [text], bytes };
}

function predicateOf(item: Item, plan: Plan, tokens: readonly Token[]): Predicate {
  const open = plan.place === 'contains' || plan.place === 'endswith' || (item.field === '' && !plan.place);
  const close = plan.place === 'contains' || plan.place === 'startswith' || (item.field === '' && !plan.place);
  const placed = joinTokens(open ? [ANY] : [], tokens, close ? [ANY] : []);
  const folded = plan.cased ? placed : placed.map((token) => (typeof token === 'string' ? fold(token) : token));
  return { op: 'text', field: item.field, tokens: folded, cased: plan.cased };
}
