import type { AuditEvent } from '../model/event.ts';
import { type KnownName, namesIn, withNews } from '../model/names.ts';
import { type Micros, parseTimestamp } from '../model/timestamp.ts';
import { StoreError } from './errors.ts';
import type { StateItem, StateStore } from './ports.ts';

/** State `name#<tenant>#<id>`: the newest name that an event gave, and the time of that event. */
export interface RememberedName extends KnownName {
  readonly at: Micros;
}

const MAX_TRIES = 10;
const AT_ONCE = 16;
/** Up to so many new names are put on condition; more are those of a first run or a long outage, and go in batches. */
const PUT_ALONE = 25;

/** What one run has read or written of the names, by id: spares it to ask again for each batch. */
export type NameCache = Map<string, RememberedName>;

/**
 * Keeps the names that events reveal. Writes only what is new or changed; the later event wins, in whatever order they
 * are given. Throws StoreError when others keep changing the same names.
 */
export async function rememberNames(
  state: StateStore,
  tenant: string,
  events: readonly AuditEvent[],
  cache: NameCache = new Map(),
): Promise<void> {
  let left = revealed(events);
  for (const [id, name] of left) {
    const known = cache.get(id);
    if (known && isSame(known, newerOf(known, name))) left.delete(id);
  }
  for (let tries = 0; left.size > 0; tries += 1) {
    if (tries === MAX_TRIES) {
      throw new StoreError('Names could not be stored: others keep changing them', { retryable: true });
    }
    left = await writeNames(state, tenant, left, cache);
  }
}

/** What is remembered of these ids. */
export async function recallNames(
  state: StateStore,
  tenant: string,
  ids: Iterable<string>,
): Promise<Map<string, KnownName>> {
  const keys = new Map([...ids].filter((id) => id !== '').map((id) => [nameKey(tenant, id), id]));
  const items = keys.size === 0 ? new Map<string, StateItem>() : await state.getMany([...keys.keys()]);
  const names = new Map<string, KnownName>();
  for (const [key, { body }] of items) names.set(keys.get(key) ?? '', body as RememberedName);
  return names;
}

export function nameKey(tenant: string, id: string): string {
  return `name#${tenant}#${id}`;
}

function revealed(events: readonly AuditEvent[]): Map<string, RememberedName> {
  const names = new Map<string, RememberedName>();
  for (const event of events) {
    const at = parseTimestamp(event.timestamp)?.micros ?? 0;
    for (const [id, name] of namesIn(event)) names.set(id, newerOf(names.get(id), { ...name, at }));
  }
  return names;
}

/** Gives back what another writer got in the way of. */
async function writeNames(
  state: StateStore,
  tenant: string,
  names: ReadonlyMap<string, RememberedName>,
  cache: NameCache,
): Promise<Map<string, RememberedName>> {
  const stored = await state.getMany([...names.keys()].map((id) => nameKey(tenant, id)));
  const changed: { readonly id: string; readonly name: RememberedName; readonly item: StateItem }[] = [];
  for (const [id, name] of names) {
    const key = nameKey(tenant, id);
    const item = stored.get(key);
    const known = item?.body as RememberedName | undefined;
    const body = newerOf(known, name);
    if (known && isSame(known, body)) cache.set(id, known);
    else changed.push({ id, name, item: { key, version: (item?.version ?? 0) + 1, body } });
  }
  const unknown = changed.filter(({ item }) => item.version === 1);
  const inBatches = unknown.length > PUT_ALONE ? unknown : [];
  // A race that is lost here costs a newer name at most, until the next event gives it again.
  await state.putUnknown(inBatches.map(({ item }) => item));
  for (const { id, item } of inBatches) cache.set(id, item.body as RememberedName);

  const alone = inBatches.length > 0 ? changed.filter(({ item }) => item.version > 1) : changed;
  const left = new Map<string, RememberedName>();
  for (let from = 0; from < alone.length; from += AT_ONCE) {
    await Promise.all(
      alone.slice(from, from + AT_ONCE).map(async ({ id, name, item }) => {
        if ((await state.put(item)) === 'conflict') left.set(id, name);
        else cache.set(id, item.body as RememberedName);
      }),
    );
  }
  return left;
}

/** An older event only adds what a newer one left open. */
function newerOf(known: RememberedName | undefined, news: RememberedName): RememberedName {
  if (!known) return news;
  const [older, newer] = news.at >= known.at ? [known, news] : [news, known];
  return { ...withNews(older, newer), at: newer.at };
}

/** The time of the event does not count: a name that stays is not written again. */
function isSame(a: RememberedName, b: RememberedName): boolean {
  return a.name === b.name && a.email === b.email && a.kind === b.kind;
}
