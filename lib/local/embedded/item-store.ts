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

/** Stores whose index rows are written with their items. */
const capturing = new WeakSet<LevelStore>();
const updateIndexes = dynaliteDb.updateIndexes;
dynaliteDb.updateIndexes = (store, table, existing, item, callback) => {
  if (capturing.has(store)) callback();
  else updateIndexes(store, table, existing, item, callback);
};

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
  const descriptions = rememberTables(store);
  const plainItemDb = store.getItemDb.bind(store);
  const wrapped = new Map<string, SubDb>();
  store.getItemDb = (table) => {
    const known = wrapped.get(table);
    if (known) return known;
    const made = capturingDb(store, plainItemDb(table), { table, describe: () => descriptions(table), log, views });
    wrapped.set(table, made);
    return made;
  };
  capturing.add(store);
}

/** Every request asks for its table's description, and reads it anew from JSON. It changes only here. */
function rememberTables(store: LevelStore): (table: string) => TableDescription {
  const { tableDb } = store;
  const [put, del] = [tableDb.put.bind(tableDb), tableDb.del.bind(tableDb)];
  const known = new Map<string, unknown>();
  const read = (table: string): unknown => {
    const description = known.get(table) ?? store.db.getSync(`table~${table}`);
    if (description) known.set(table, description);
    return description;
  };
  /** Before and after: what is read while the change is under way is the old one. */
  const forgetting = (table: string, callback: Callback): Callback => {
    known.delete(table);
    return (error) => {
      known.delete(table);
      callback(error);
    };
  };
  tableDb.get = (table, callback) => answer(() => read(table), callback);
  tableDb.put = (table, value, callback) => put(table, value, forgetting(table, callback));
  tableDb.del = (table, callback) => del(table, forgetting(table, callback));
  return (table) => read(table) as TableDescription;
}

interface Capture {
  readonly table: string;
  readonly describe: () => TableDescription;
  readonly log: CommitLog;
  readonly views: StreamViews;
}

function capturingDb(store: LevelStore, plain: SubDb, { table, describe, log, views }: Capture): SubDb {
  const prefix = `item-${table}~`;
  const read = (key: string) => store.db.getSync(prefix + key) as Item | undefined;

  function write(key: string, item: Item | undefined, callback: Callback): void {
    const old = read(key);
    if (sameValue(old, item)) {
      callback(null);
      return;
    }
    const description = describe();
    const own: Operation = item ? { type: 'put', key: prefix + key, value: item } : { type: 'del', key: prefix + key };
    log.commit([own, ...indexOperations(description, old, item)], changeOf(description, old, item, views)).then(
      () => callback(null),
      (cause) => callback(serverError(cause)),
    );
  }

  return Object.assign(Object.create(plain), {
    get: (key: string, callback: Callback) => answer(() => read(key), callback),
    put: (key: string, item: unknown, callback: Callback) => write(key, item as Item, callback),
    del: (key: string, callback: Callback) => write(key, undefined, callback),
  });
}

/** Errors of this form are answered; any other one dynalite throws where nobody catches it. */
function serverError(cause: unknown): Error {
  const message = `the store could not write: ${cause instanceof Error ? cause.message : cause}`;
  const body = { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message };
  return Object.assign(new Error(message, { cause }), { statusCode: 500, body });
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
