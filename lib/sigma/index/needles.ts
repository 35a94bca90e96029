import { FOLD_UNITS } from '../compile/fold.ts';

/** A literal to look for, folded, and what finding it says: see `Finds`. */
export interface Needle {
  readonly literal: string;
  readonly code: number;
}

const SURROGATE = /[\ud800-\udfff]/;

/** What a character outside the basic plane folds to depends on its pair: such literals are compared in full later. */
export function hasSurrogates(literal: string): boolean {
  return SURROGATE.test(literal);
}

/**
 * Literals as one array of folded units. Texts are compared with them unit by unit and never folded as a whole: most
 * comparisons end at the first unit, and folding a text costs ten times one look at it.
 */
export class Needles {
  readonly codes: Int32Array;
  /** Where a literal's units begin; the next one's beginning is their end. */
  readonly begins: Int32Array;
  private readonly units: Uint16Array;
  /** Literals with surrogates, of which only the place is checked. */
  private readonly loose: ReadonlySet<number> | undefined;

  constructor(needles: readonly Needle[]) {
    this.codes = Int32Array.from(needles, ({ code }) => code);
    this.begins = new Int32Array(needles.length + 1);
    this.units = new Uint16Array(needles.reduce((sum, { literal }) => sum + literal.length, 0));
    const loose = new Set<number>();
    let end = 0;
    for (const [at, { literal }] of needles.entries()) {
      if (hasSurrogates(literal)) loose.add(at);
      for (let index = 0; index < literal.length; index++) this.units[end++] = literal.charCodeAt(index);
      this.begins[at + 1] = end;
    }
    this.loose = loose.size > 0 ? loose : undefined;
  }

  lengthOf(needle: number): number {
    return (this.begins[needle + 1] as number) - (this.begins[needle] as number);
  }

  /** Whether a needle stands at a place of the text; whether it fits there is included. */
  standsAt(needle: number, text: string, from: number): boolean {
    const { units, begins } = this;
    const begin = begins[needle] as number;
    const end = begins[needle + 1] as number;
    if (from < 0 || from + end - begin > text.length) return false;
    if (this.loose?.has(needle)) return true;
    const distance = from - begin;
    for (let at = begin; at < end; at++) {
      if (FOLD_UNITS[text.charCodeAt(distance + at)] !== units[at]) return false;
    }
    return true;
  }
}
