/** Letters by how often texts of names, paths and commands have them, the most common first. */
const LETTERS = 'etaoinsrcldpmhugbfywvkxjzq';
/** Shares of the most common letter, and how many ranks halve it. */
const [HIGHEST, HALVING] = [0.1, 6];
/** What stands between words, and digits, of which one is as common as the next. */
const [SEPARATOR, DIGIT, OTHER] = [0.08, 0.03, 0.01];

/** How often a run of folded units is expected to stand at a place of a text: a guess that costs time when it is wrong. */
export function commonness(units: string): number {
  let share = 1;
  for (const unit of units) share *= shareOf(unit);
  return share;
}

function shareOf(unit: string): number {
  const rank = LETTERS.indexOf(unit);
  if (rank >= 0) return HIGHEST * 0.5 ** (rank / HALVING);
  if (' -_./\\:@'.includes(unit)) return SEPARATOR;
  return unit >= '0' && unit <= '9' ? DIGIT : OTHER;
}
