/** What one value of one field says: the predicates it satisfies and the rules these are witnesses of. */
export interface Hits {
  readonly predicates: Int32Array;
  readonly rules: Int32Array;
}

export const NO_HITS: Hits = { predicates: new Int32Array(0), rules: new Int32Array(0) };

/** Several hits as one; nothing twice. */
export function mergeHits(all: readonly Hits[]): Hits {
  const real = all.filter((hits) => hits !== NO_HITS);
  const [only] = real;
  if (!only) return NO_HITS;
  if (real.length === 1) return only;
  return {
    predicates: union(real.map(({ predicates }) => predicates)),
    rules: union(real.map(({ rules }) => rules)),
  };
}

function union(lists: readonly Int32Array[]): Int32Array {
  return Int32Array.from(new Set(lists.flatMap((list) => [...list])));
}
