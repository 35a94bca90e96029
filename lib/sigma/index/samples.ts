import { SAMPLES, wholeHash } from './units.ts';

/** Up to so many values of a field, two samples of a text tell enough apart; up to FEW_FOR_THREE, three; else four. */
const FEW_FOR_TWO = 4;
const FEW_FOR_THREE = 64;
/** With so great a share of literals apart, more samples are no use. */
const ENOUGH = 0.95;
/** No more samples than this: what they spare is less than they cost. */
const MOST_SAMPLES = 8;
/** So many literals show how all of them differ. */
const MOST_LITERALS = 500;

/** Which units of a value to hash, so that as many as possible of some literals differ: the fewer literals, the fewer. */
export function chooseSamples(all: readonly string[]): number[] {
  const wanted = all.length <= FEW_FOR_TWO ? 2 : all.length <= FEW_FOR_THREE ? 3 : 4;
  const every = Math.ceil(all.length / MOST_LITERALS);
  const literals = all.filter((_, index) => index % every === 0);
  const chosen: number[] = [];
  let distinct = 0;
  while (chosen.length < wanted || (chosen.length < MOST_SAMPLES && distinct < literals.length * ENOUGH)) {
    const [best] = rankSamples(literals, chosen);
    // What does not tell more apart costs for nothing.
    if (!best || (chosen.length >= wanted && best.distinct === distinct)) break;
    chosen.push(best.sample);
    distinct = best.distinct;
  }
  return chosen.toSorted((a, b) => a - b);
}

/** The samples that are left, those first that, with those chosen, tell most literals apart. */
function rankSamples(literals: readonly string[], chosen: readonly number[]) {
  const left = [...SAMPLES.keys()].filter((sample) => !chosen.includes(sample));
  return left
    .map((sample) => ({ sample, distinct: countDistinct(literals, [...chosen, sample]) }))
    .toSorted((a, b) => b.distinct - a.distinct);
}

function countDistinct(literals: readonly string[], samples: readonly number[]): number {
  return new Set(literals.map((literal) => wholeHash(literal, samples))).size;
}
