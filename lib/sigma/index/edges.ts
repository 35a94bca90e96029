import { groupBy } from './group.ts';
import { edgeHash, WINDOW } from './units.ts';

/** By how many windows beginnings and ends are told apart: by one where that suffices. */
const WINDOWS = [1, 2, 4, 8] as const;
/** More literals of one hash than this are told apart by more windows: thousands of rules may ask for `.exe` at the end. */
const CROWD = 8;

/** Literals of which the first or last `windows` windows are looked at. */
export interface EdgeGroup<T> {
  readonly windows: number;
  readonly entries: readonly T[];
}

/** Splits beginnings or ends into tables in which few literals share a hash, `crowd` at most where that can be. */
export function splitEdges<T extends { readonly literal: string }>(
  entries: readonly T[],
  edge: 'start' | 'end',
  crowd = CROWD,
): EdgeGroup<T>[] {
  const groups: EdgeGroup<T>[] = [];
  let left = entries;
  for (const [step, windows] of WINDOWS.entries()) {
    const next = WINDOWS[step + 1];
    const crowds = [...groupBy(left, ({ literal }) => `${edgeHash(literal, edge, windows)}`).values()];
    const crowded = crowds.filter(({ length }) => length > crowd).flat();
    const moved = new Set(crowded.filter(({ literal }) => next !== undefined && literal.length >= next * WINDOW));
    const stay = left.filter((entry) => !moved.has(entry));
    if (stay.length > 0) groups.push({ windows, entries: stay });
    left = [...moved];
  }
  return groups;
}
