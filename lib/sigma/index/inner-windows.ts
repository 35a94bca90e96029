import { commonness } from './commonness.ts';
import { windowHash } from './units.ts';

/** Windows of a literal among which the rarest are looked for. */
const MOST_WINDOWS = 256;
/** Units in a window: fewer are read sooner, more are found for nothing less often. */
const WIDTHS = [2, 3] as const;
/** More than every so many windows need not be skipped. */
const MOST_STRIDE = 8;

/** Costs in the order of nanoseconds: of a unit that is read, of a window that is looked up, of one that is found. */
const COST = { unit: 1.5, window: 0.6, found: 20 } as const;

/** By which windows literals are found wherever they stand in a value. */
export interface InnerWindows {
  /** Units in a window. */
  readonly width: number;
  /** Every how many windows of a value suffice to meet one of each literal. */
  readonly stride: number;
  /** Where windows end in each literal, of which a value that holds it shows one. */
  readonly ends: readonly (readonly number[])[];
}

/** Chooses the windows that cost the least, as far as can be told without the values. */
export function chooseWindows(literals: readonly string[]): InnerWindows {
  const shortest = literals.reduce((least, { length }) => Math.min(least, length), Number.POSITIVE_INFINITY);
  const [best] = WIDTHS.map((width) => {
    const windows = windowsOf(literals, width, Math.min(MOST_STRIDE, shortest - width + 1));
    return { windows, cost: costOf(literals, windows) };
  }).sort((a, b) => a.cost - b.cost);
  return (best as { windows: InnerWindows }).windows;
}

/** What a unit of a value costs. */
function costOf(literals: readonly string[], { width, stride, ends }: InnerWindows): number {
  const windows = new Set(
    literals.flatMap((literal, index) => ends[index]?.map((end) => windowAt(literal, width, end))),
  );
  const share = [...windows].reduce((sum, window = '') => sum + commonness(window), 0);
  return (Math.min(width, stride) * COST.unit + COST.window + Math.min(1, share) * COST.found) / stride;
}

function windowsOf(literals: readonly string[], width: number, stride: number): InnerWindows {
  const counts = new Map<number, number>();
  for (const literal of literals) {
    for (let end = width - 1; end < literal.length; end++) {
      const hash = windowHash(literal, end, width);
      counts.set(hash, (counts.get(hash) ?? 0) + 1);
    }
  }
  const ends = literals.map((literal) => {
    const from = rarestRow(literal, width, stride, counts);
    return Array.from({ length: stride }, (_, index) => from + index);
  });
  return { width, stride, ends };
}

/** The first end of so many windows side by side that are rare in texts, and that few literals share. */
function rarestRow(literal: string, width: number, stride: number, counts: ReadonlyMap<number, number>): number {
  let best = width - 1;
  let least = Number.POSITIVE_INFINITY;
  const last = Math.min(literal.length, MOST_WINDOWS + width - 1) - stride + 1;
  for (let from = width - 1; from < last; from++) {
    let cost = 0;
    for (let end = from; end < from + stride; end++) {
      // Squared, as what literals have in common is common in texts, too.
      cost += commonness(windowAt(literal, width, end)) * (counts.get(windowHash(literal, end, width)) ?? 1) ** 2;
    }
    if (cost < least) [best, least] = [from, cost];
  }
  return best;
}

function windowAt(literal: string, width: number, end: number): string {
  return literal.slice(end - width + 1, end + 1);
}
