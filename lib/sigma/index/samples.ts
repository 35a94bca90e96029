import { SAMPLES, wholeHash } from './units.ts';

/** Up to so many values of a field, two samples of a text tell enough apart; up to FEW_FOR_THREE, three. */
const FEW_FOR_TWO = 4;
const FEW_FOR_THREE = 64;

/**
 * Which units of a value to hash, so that as many as possible of some literals differ: the fewer literals, the fewer
 * samples. In doubt those in the middle: identifiers and addresses of one kind share beginnings and ends.
 */
export function chooseSamples(literals: readonly string[]): number[] {
  const wanted = literals.length <= FEW_FOR_TWO ? 2 : literals.length <= FEW_FOR_THREE ? 3 : SAMPLES.length;
  const chosen: number[] = [];
  while (chosen.length < wanted) {
    const left = [...SAMPLES.keys()].filter((sample) => !chosen.includes(sample));
    const counted = left.map((sample) => ({ sample, distinct: countDistinct(literals, [...chosen, sample]) }));
    const [best] = counted.toSorted((a, b) => b.distinct - a.distinct);
    chosen.push(best?.sample ?? 0);
  }
  return chosen.toSorted((a, b) => a - b);
}

function countDistinct(literals: readonly string[], samples: readonly number[]): number {
  return new Set(literals.map((literal) => wholeHash(literal, samples))).size;
}
