import { parseTimestamp } from '../model/timestamp.ts';
import { StoreError } from './errors.ts';
import type { StateItem, StateStore } from './ports.ts';

/** One change of a list by a person. */
export interface StoredListEntry {
  readonly value: string;
  /** Who answers for it. */
  readonly owner?: string;
  /** RFC 3339: from then on it does not count. Absent: for ever. */
  readonly expires?: string;
  readonly note?: string;
  /** RFC 3339, milliseconds: when it was written. */
  readonly changedAt: string;
  /** Takes an entry out that the rules' own `lists.yaml` holds. */
  readonly removed?: true;
}

/** State `list#<tenant>#<name>`: how a list differs from what the rules' `lists.yaml` says. */
export interface StoredList {
  readonly entries: readonly StoredListEntry[];
}

const MAX_TRIES = 10;

export function listKey(tenant: string, name: string): string {
  return `list#${tenant}#${name}`;
}

/**
 * What each list holds at `now`: its defaults, with what people added and without what they took out, expired entries
 * aside. Answers the lists of `defaults`, and of `others` (those that rules name) where the store has them. Consistent.
 */
export async function effectiveLists(
  state: StateStore,
  tenant: string,
  defaults: ReadonlyMap<string, readonly string[]>,
  now: Date,
  others: readonly string[] = [],
): Promise<Map<string, string[]>> {
  const names = [...new Set([...defaults.keys(), ...others])];
  const items = await state.getMany(names.map((name) => listKey(tenant, name)));
  const lists = new Map<string, string[]>();
  for (const name of names) {
    const stored = items.get(listKey(tenant, name))?.body as StoredList | undefined;
    const preset = defaults.get(name);
    if (preset || stored) lists.set(name, valuesOf(preset ?? [], stored?.entries ?? [], now));
  }
  return lists;
}

/** The stored changes of every list of a tenant, by name. A scan: for people's commands. */
export async function storedLists(state: StateStore, tenant: string): Promise<Map<string, StoredList>> {
  const prefix = listKey(tenant, '');
  const lists = new Map<string, StoredList>();
  for await (const { key, body } of state.scan(prefix)) lists.set(key.slice(prefix.length), body as StoredList);
  return lists;
}

/**
 * Writes entries into a list, each in place of the one with the same value (upper and lower case are one). Throws
 * StoreError when others keep changing the list, ItemTooLargeError where it becomes too long.
 */
export async function writeListEntries(
  state: StateStore,
  tenant: string,
  name: string,
  entries: readonly StoredListEntry[],
): Promise<void> {
  await changeList(state, tenant, name, (known) => {
    const changed = new Set(entries.map(({ value }) => foldOf(value)));
    return [...known.filter(({ value }) => !changed.has(foldOf(value))), ...entries];
  });
}

/** Forgets what was stored of these values. What `lists.yaml` says of them counts again. */
export async function forgetListEntries(
  state: StateStore,
  tenant: string,
  name: string,
  values: readonly string[],
): Promise<void> {
  const forgotten = new Set(values.map(foldOf));
  await changeList(state, tenant, name, (known) => known.filter(({ value }) => !forgotten.has(foldOf(value))));
}

/** Entries are compared without regard to case, as rules do. */
export function foldOf(value: string): string {
  return value.toLowerCase();
}

async function changeList(
  state: StateStore,
  tenant: string,
  name: string,
  change: (known: readonly StoredListEntry[]) => StoredListEntry[],
): Promise<void> {
  const key = listKey(tenant, name);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const item: StateItem | undefined = (await state.getMany([key])).get(key);
    const known = (item?.body as StoredList | undefined)?.entries ?? [];
    const body: StoredList = { entries: change(known) };
    if ((await state.put({ key, version: (item?.version ?? 0) + 1, body })) === 'written') return;
  }
  throw new StoreError(`The list ${name} could not be written: others keep changing it`, { retryable: true });
}

function valuesOf(preset: readonly string[], stored: readonly StoredListEntry[], now: Date): string[] {
  // What is stored of a value says all about it: also when it ends that it is not in the list.
  const about = new Set(stored.map(({ value }) => foldOf(value)));
  const added = stored.filter((entry) => !entry.removed && !hasEnded(entry, now)).map(({ value }) => value);
  return [...preset.filter((value) => !about.has(foldOf(value))), ...added];
}

function hasEnded({ expires }: StoredListEntry, now: Date): boolean {
  const time = expires === undefined ? undefined : parseTimestamp(expires);
  return time !== undefined && time.micros <= now.getTime() * 1000;
}
