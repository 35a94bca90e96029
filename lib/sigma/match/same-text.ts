import { fold, foldUnit } from '../compile/fold.ts';
import { isSurrogate } from './stands-at.ts';

/** Whether two texts are the same but for case. Most that are not differ in their first units; nothing is allocated. */
export function isSameText(text: string, other: string): boolean {
  if (text.length !== other.length) return false;
  if (text === other) return true;
  for (let index = 0; index < text.length; index++) {
    const [unit, wanted] = [foldUnit(text.charCodeAt(index)), foldUnit(other.charCodeAt(index))];
    if (unit === wanted) continue;
    // What a surrogate folds to depends on its pair.
    return isSurrogate(unit) && isSurrogate(wanted) ? fold(text) === fold(other) : false;
  }
  return true;
}
