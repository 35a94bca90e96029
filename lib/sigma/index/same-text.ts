import { FOLD_UNITS, fold } from '../compile/fold.ts';

/** Whether two texts are the same but for case. Most that are not differ in their first units; nothing is allocated. */
export function isSameText(text: string, other: string): boolean {
  if (text.length !== other.length) return false;
  if (text === other) return true;
  for (let index = 0; index < text.length; index++) {
    const [unit, wanted] = [
      FOLD_UNITS[text.charCodeAt(index)] as number,
      FOLD_UNITS[other.charCodeAt(index)] as number,
    ];
    if (unit === wanted) continue;
    // What a surrogate folds to depends on its pair.
    return isSurrogate(unit) && isSurrogate(wanted) ? fold(text) === fold(other) : false;
  }
  return true;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
