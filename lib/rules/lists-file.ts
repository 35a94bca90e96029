import { parseTimestamp } from '../model/timestamp.ts';
import type { Lists } from '../sigma/index.ts';

/** Where a folder of rules says what its lists hold at the start. */
export const LISTS_FILE = 'lists.yaml';

/** One entry of a list: literal text, compared without regard to case. */
export interface ListEntry {
  readonly value: string;
  /** Who answers for it. */
  readonly owner?: string | undefined;
  /** RFC 3339: from then on it does not count. Absent: for ever. */
  readonly expires?: string | undefined;
  readonly note?: string | undefined;
}

/** A list as `rules/lists.yaml` declares it. */
export interface DeclaredList {
  readonly description?: string | undefined;
  readonly entries: readonly ListEntry[];
}

/** List name → what is declared of it. */
export type DeclaredLists = ReadonlyMap<string, DeclaredList>;

/** A day ends its entries when it begins, in UTC. */
export function expiryText(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text;
}

/** What declared lists hold at `now`: entries without those that have expired. */
export function listsAt(declared: DeclaredLists, now: Date): Lists {
  return new Map([...declared].map(([name, { entries: all }]) => [name, valuesAt(all, now)]));
}

/** The values that count at `now`, each once. */
export function valuesAt(all: readonly ListEntry[], now: Date): string[] {
  return [...new Set(all.filter((one) => !isExpired(one, now)).map(({ value }) => value))];
}

export function isExpired({ expires: end }: ListEntry, now: Date): boolean {
  const time = end === undefined ? undefined : parseTimestamp(end);
  return time !== undefined && time.micros <= now.getTime() * 1000;
}
