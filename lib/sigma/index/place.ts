import type { Predicate } from '../ast.ts';
import { fold } from '../compile/fold.ts';
import { groupBy } from './group.ts';
import { countLiterals, plainLiteral, requiredLiteral } from './required-literal.ts';
import { hasSurrogates, WINDOW } from './units.ts';

/**
 * How a predicate is looked up, in one letter: by a whole value, its start, its end, what stands in it, something
 * shorter than a window, an IP range, a number. A capital where what the table finds is sure; where it is not, the
 * predicate must be tried on the value.
 */
export type Place = 'w' | 's' | 'S' | 'e' | 'E' | 'i' | 'I' | 'h' | 'H' | 'R' | 'N' | '-';

/** How each of many predicates is looked up. Plain JSON: found out when rules are built, not when they are loaded. */
export interface Places {
  /** A `Place` for each. */
  readonly places: string;
  /** Number of a predicate → the folded literal that announces it, where that is not the only one of its tokens. */
  readonly literals: Readonly<Record<string, string>>;
}

/** Whether what a table finds holds. */
export function isSure(place: Place): boolean {
  return place >= 'A' && place <= 'Z';
}

const PLACES = { whole: 'w', start: 's', end: 'e', anywhere: 'i' } as const;

/** Finds them out. */
export function placesOf(predicates: readonly Predicate[]): Places {
  const shared = new Map<string, ReadonlyMap<string, number>>();
  for (const [field, group] of groupBy(predicates, (predicate) => predicate.field)) {
    shared.set(field, countLiterals(group));
  }
  const literals: Record<string, string> = {};
  const places = predicates.map((predicate, index) => {
    const [place, literal] = placeOf(predicate, shared.get(predicate.field));
    if (literal !== undefined) literals[index] = literal;
    return place;
  });
  return { places: places.join(''), literals };
}

/** The place, and the literal where it must be told. */
function placeOf(predicate: Predicate, shared: ReadonlyMap<string, number> | undefined): [Place, string?] {
  if (predicate.op === 'cidr') return ['R'];
  if (predicate.op === 'number') return [predicate.compare === 'neq' ? '-' : 'N'];
  if (predicate.op !== 'text' && predicate.op !== 'regex') return ['-'];
  const plain = predicate.op === 'text' ? plainLiteral(predicate.tokens) : undefined;
  if (predicate.op === 'text' && plain) return plainPlace(predicate, plain);
  const literal = requiredLiteral(predicate, shared);
  return literal === undefined ? ['-'] : [literal.length < WINDOW ? 'h' : 'i', literal];
}

function plainPlace(
  { cased, field }: Extract<Predicate, { op: 'text' }>,
  { anchor, literal }: NonNullable<ReturnType<typeof plainLiteral>>,
): [Place, string?] {
  // No keyword is the empty text: that asks for a field.
  if (literal === '') return [field === '' ? '-' : 'w'];
  const place = anchor !== 'whole' && literal.length < WINDOW ? 'h' : PLACES[anchor];
  if (cased) return [place, fold(literal)];
  return [place === 'w' || hasSurrogates(literal) ? place : (place.toUpperCase() as Place)];
}

/** The literal that announces a predicate with a place for one. */
export function announced(predicate: Predicate, told: string | undefined): string {
  if (told !== undefined) return told;
  const tokens = predicate.op === 'text' ? predicate.tokens : [];
  return tokens.find((token) => typeof token === 'string') ?? '';
}
