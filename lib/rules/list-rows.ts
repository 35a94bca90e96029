import { foldOf, type StoredList } from '../store/lists.ts';
import { type DeclaredLists, isExpired, type ListEntry } from './lists-file.ts';

/** One entry of a list, as people look at it. */
export interface ListRow extends ListEntry {
  readonly list: string;
  /** Whether it counts now. */
  readonly state: 'active' | 'expired' | 'removed';
  /** `rules`: it stands in the `lists.yaml` beside the rules. `store`: somebody added it. */
  readonly from: 'rules' | 'store';
}

/** Every entry of every list, the declared lists first, with what people changed of them. */
export function listRows(declared: DeclaredLists, stored: ReadonlyMap<string, StoredList>, now: Date): ListRow[] {
  const names = [...new Set([...declared.keys(), ...[...stored.keys()].sort()])];
  return names.flatMap((list) => rowsOf(list, declared.get(list)?.entries ?? [], stored.get(list)?.entries ?? [], now));
}

function rowsOf(list: string, presets: readonly ListEntry[], changes: StoredList['entries'], now: Date): ListRow[] {
  const stateOf = (entry: ListEntry): ListRow['state'] => (isExpired(entry, now) ? 'expired' : 'active');
  const about = new Map(changes.map((change) => [foldOf(change.value), change]));
  const kept = presets
    .filter(({ value }) => about.get(foldOf(value))?.removed ?? !about.has(foldOf(value)))
    .map((entry): ListRow => {
      const state = about.has(foldOf(entry.value)) ? 'removed' : stateOf(entry);
      return { ...entry, list, state, from: 'rules' };
    });
  const added = changes
    .filter(({ removed }) => !removed)
    .map(
      ({ changedAt: _, removed: _r, ...entry }): ListRow => ({ ...entry, list, state: stateOf(entry), from: 'store' }),
    );
  return [...kept, ...added];
}
