/** Texts are answered for the units below this. */
export const ASCII = 128;

/** Which of the ASCII units are members, 1 or 0 each. */
export type UnitSet = Uint8Array;

/** The units of some ranges, given as pairs of their first and last characters: `azAZ`. */
export function rangesSet(pairs: string): UnitSet {
  const set = new Uint8Array(ASCII);
  for (let at = 0; at < pairs.length; at += 2) set.fill(1, pairs.charCodeAt(at), pairs.charCodeAt(at + 1) + 1);
  return set;
}

export function negated(set: UnitSet): UnitSet {
  return set.map((member) => 1 - member);
}

const CASE_BIT = 0x20;
const LETTERS = rangesSet('az');

/** With the other case of every letter. */
export function caseless(set: UnitSet): UnitSet {
  return set.map((member, unit) => member | (LETTERS[unit | CASE_BIT] === 1 ? (set[unit ^ CASE_BIT] ?? 0) : 0));
}

/** Units that no set of a pattern tells apart. */
export interface Alphabet {
  /** By unit, the number of its class. */
  readonly classOf: Uint8Array;
  /** By class, one of its units. */
  readonly samples: readonly number[];
}

export function alphabetOf(sets: Iterable<UnitSet>): Alphabet {
  const classOf = new Uint8Array(ASCII);
  let samples = [0];
  for (const set of sets) {
    const renamed = new Int16Array(2 * samples.length).fill(-1);
    samples = [];
    for (let unit = 0; unit < ASCII; unit++) {
      const key = 2 * (classOf[unit] as number) + (set[unit] as number);
      if (renamed[key] === -1) renamed[key] = samples.push(unit) - 1;
      classOf[unit] = renamed[key] as number;
    }
  }
  return { classOf, samples };
}
