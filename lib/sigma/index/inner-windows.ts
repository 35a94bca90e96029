import { commonness } from './commonness.ts';
import { WINDOW, windowHash } from './units.ts';

/** Windows of a literal among which the rarest are looked for. */
const MOST_WINDOWS = 256;
/** More than every third window need not be looked at: a literal of five units holds a third one wherever it stands. */
const MOST_STRIDE = 3;

/** Every how many windows of a value suffice to meet one of each literal, given the length of the shortest. */
export function strideOf(literals: readonly string[]): number {
  const shortest = literals.reduce((least, { length }) => Math.min(least, length), Number.POSITIVE_INFINITY);
  return Math.min(MOST_STRIDE, shortest - WINDOW + 1);
}

/**
 * Where windows end in a literal, of which a value that holds it shows one at every stride: the row that values are
 * expected to show most rarely for other reasons.
 */
export function windowsOf(literals: readonly string[], stride: number): number[][] {
  const counts = new Map<number, number>();
  for (const literal of literals) {
    for (let end = WINDOW - 1; end < literal.length; end++) {
      const hash = windowHash(literal, end);
      counts.set(hash, (counts.get(hash) ?? 0) + 1);
    }
  }
  return literals.map((literal) => {
    const from = rarestRow(literal, stride, counts);
    return Array.from({ length: stride }, (_, index) => from + index);
  });
}

/** The first end of so many windows side by side that are rare in texts, and that few literals share. */
function rarestRow(literal: string, stride: number, counts: ReadonlyMap<number, number>): number {
  let best = WINDOW - 1;
  let least = Number.POSITIVE_INFINITY;
  const last = Math.min(literal.length, MOST_WINDOWS + WINDOW - 1) - stride + 1;
  for (let from = WINDOW - 1; from < last; from++) {
    let cost = 0;
    for (let end = from; end < from + stride; end++) {
      // Squared, as what literals have in common is common in texts, too.
      cost += commonness(literal.slice(end - WINDOW + 1, end + 1)) * (counts.get(windowHash(literal, end)) ?? 1) ** 2;
    }
    if (cost < least) [best, least] = [from, cost];
  }
  return best;
}
