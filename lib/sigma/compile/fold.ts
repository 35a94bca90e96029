import { FOLDS } from './fold-table.ts';

/** How far each UTF-16 unit of the basic plane moves when it is folded, as 16 bits. Mostly zeros: quickly filled. */
const DISTANCES = new Uint16Array(65_536);
/** Units of the basic plane that change. */
export const FOLDED_UNITS: number[] = [];
/** Low surrogates that change, by code point: all such pairs keep their high surrogate. */
const FOLD_ASTRAL = new Map<number, number>();
/** High surrogates that begin a character which folds. */
const HIGH = new Set<number>();

const ONLY_ASCII = /^[\0-\x7f]*$/;

fill();

function fill(): void {
  for (const run of FOLDS.split(' ')) {
    const [first = '', count = '', step = '', distance = ''] = run.split(',');
    for (let index = 0; index < Number(count); index++) {
      const from = Number.parseInt(first, 36) + index * Number(step);
      put(from, from + Number(distance));
    }
  }
}

function put(from: number, to: number): void {
  if (from < 0x10000) {
    DISTANCES[from] = to - from;
    FOLDED_UNITS.push(from);
    return;
  }
  FOLD_ASTRAL.set(from, 0xdc00 + ((to - 0x10000) & 0x3ff));
  HIGH.add(0xd800 + ((from - 0x10000) >> 10));
}

/** What a UTF-16 unit of the basic plane folds to; surrogates stay. */
export function foldUnit(unit: number): number {
  return (unit + (DISTANCES[unit] as number)) & 0xffff;
}

/**
 * The text under Unicode simple case folding, code point by code point: two texts are the same but for case when their
 * folds are equal. Keeps the length in UTF-16 units.
 */
export function fold(text: string): string {
  return ONLY_ASCII.test(text) ? text.toLowerCase() : foldUnits(text);
}

function foldUnits(text: string): string {
  const units: number[] = [];
  let changed = false;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    const folded = foldUnit(unit);
    units.push(folded);
    changed ||= folded !== unit;
    if (!HIGH.has(unit) || index + 1 >= text.length) continue;
    const low = text.charCodeAt(++index);
    const moved = FOLD_ASTRAL.get(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
    const second = low >= 0xdc00 && low < 0xe000 && moved !== undefined ? moved : foldUnit(low);
    units.push(second);
    changed ||= second !== low;
  }
  return changed ? fromUnits(units) : text;
}

/** In pieces, as arguments stand on the stack. */
function fromUnits(units: readonly number[]): string {
  let text = '';
  for (let at = 0; at < units.length; at += 4096) text += String.fromCharCode(...units.slice(at, at + 4096));
  return text;
}
