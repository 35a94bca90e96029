import dynaliteDb, {
  type Callback,
  type Item,
  type LevelStore,
  type Operation,
  type SubDb,
  type TableDescription,
} from 'dynalite/db/index.js';
import type { CommitLog, ItemChange } from './commit-log.ts';
import { sameValue } from './same-value.ts';

/** Which images a table's stream carries; a table that is not in the map has no stream. */
export type StreamViews = ReadonlyMap<string, 'NEW_IMAGE' | 'NEW_AND_OLD_IMAGES'>;

/**
 * Puts the commit log under dynalite: a write of an item becomes one batch of item, index rows and stream record.
 * dynalite itself writes index rows first and each by itself, and a kill in between would leave an index without its
 * item, or an item that an index has lost.
 *
 * dynalite holds its own lock on the item's key from its read to its write, hence the order within a key.
 */
export function captureChanges(store: LevelStore, log: CommitLog, views: StreamViews): void {
  const plainItemDb = store.getItemDb.bind(store);
  const wrapped = new Map<string, SubDb>();
  store.getItemDb = (table) => {
    const known = wrapped.get(table);
    if (known) return known;
    const made = capturingDb(store, plainItemDb(table), table, log, views);
    wrapped.set(table, made);
    return made;
  };
  store.getIndexDb = quietIndexWrites(store);
}

/** Index rows are written with their item; what dynalite writes of them beforehand is dropped. */
function quietIndexWrites(store: LevelStore): LevelStore['getIndexDb'] {
  const plainIndexDb = store.getIndexDb.bind(store);
  const quiet = new Map<string, SubDb>();
  return (type, table, index) => {
    const name = `${type}~${table}~${index}`;
    const known = quiet.get(name);
    if (known) return known;
    const made: SubDb = Object.assign(Object.create(plainIndexDb(type, table, index)), {
      put: (_key: string, _value: unknown, callback: Callback) => callback(null),
      del: (_key: string, callback: Callback) => callback(null),
    });
    quiet.set(name, made);
    return made;
  };
}

function capturingDb(store: LevelStore, plain: SubDb, table: string, log: CommitLog, views: StreamViews): SubDb {
  const prefix = `item-${table}~`;
  const read = (key: string) => store.db.getSync(prefix + key) as Item | undefined;

  function write(key: string, item: Item | undefined, callback: Callback): void {
    const old = read(key);
    if (sameValue(old, item)) {
      callback(null);
      return;
    }
    const description = store.db.getSync(`table~${table}`) as TableDescription;
    const own: Operation = item ? { type: 'put', key: prefix + key, value: item } : { type: 'del', key: prefix + key };
    log
      .commit([own, ...indexOperations(description, old, item)], changeOf(description, old, item, views))
      .then(() => callback(null), callback);
  }

  return Object.assign(Object.create(plain), {
    get: (key: string, callback: Callback) => answer(() => read(key), callback),
    put: (key: string, item: unknown, callback: Callback) => write(key, item as Item, callback),
    del: (key: string, callback: Callback) => write(key, undefined, callback),
  });
}

function answer(read: () => unknown, callback: Callback): void {
  let value: unknown;
  try {
    value = read();
  } catch (error) {
    queueMicrotask(() => callback(error));
    return;
  }
  queueMicrotask(() => callback(null, value));
}

function indexOperations(table: TableDescription, old: Item | undefined, item: Item | undefined): Operation[] {
  return (['Local', 'Global'] as const).flatMap((type): Operation[] => {
    const { puts, deletes } = dynaliteDb.getIndexActions(table[`${type}SecondaryIndexes`] ?? [], old, item, table);
    const prefix = (index: string) => `index-${type.toLowerCase()}~${table.TableName}~${index}~`;
    return [
      ...deletes.map(({ index, key }) => ({ type: 'del' as const, key: prefix(index) + key })),
      ...puts.map(({ index, key, item: row }) => ({ type: 'put' as const, key: prefix(index) + key, value: row })),
    ];
  });
}

function changeOf(
  table: TableDescription,
  old: Item | undefined,
  item: Item | undefined,
  views: StreamViews,
): ItemChange | undefined {
  const view = views.get(table.TableName);
  const some = item ?? old;
  if (!view || !some) return undefined;
  const keys = Object.fromEntries(table.KeySchema.map(({ AttributeName }) => [AttributeName, some[AttributeName]]));
  return {
    table: table.TableName,
    eventName: old ? (item ? 'MODIFY' : 'REMOVE') : 'INSERT',
    keys,
    ...(item && { newImage: item }),
    ...(old && view === 'NEW_AND_OLD_IMAGES' && { oldImage: old }),
  };
}
