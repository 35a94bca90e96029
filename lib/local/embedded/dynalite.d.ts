/** What is used of dynalite 4, which ships no types. The version is pinned: `dynalite/db` is not a public entry. */

declare module 'dynalite' {
  import type { Server } from 'node:http';

  export default function dynalite(options: {
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }): Server;
}

declare module 'dynalite/db/index.js' {
  /** An item in DynamoDB's wire form. */
  export type Item = Record<string, Record<string, unknown>>;
  export type Callback<T = unknown> = (error: unknown, value?: T) => void;

  export interface TableDescription {
    TableName: string;
    TableStatus: string;
    KeySchema: { AttributeName: string }[];
    LocalSecondaryIndexes?: { IndexName: string }[];
    GlobalSecondaryIndexes?: { IndexName: string; IndexStatus: string }[];
  }

  /** The part of abstract-level's database that both of dynalite's backends have. */
  export interface LevelDb {
    open(): Promise<void>;
    getSync(key: string): unknown;
    batch(operations: Operation[]): Promise<void>;
    iterator(range: { gt?: string; gte?: string; lt?: string; limit?: number; reverse?: boolean }): {
      all(): Promise<[string, unknown][]>;
    };
    values(range: object): { nextv(size: number): Promise<unknown[]>; close(): Promise<void> };
  }
  export type Operation = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };

  export interface SubDb {
    get(key: string, callback: Callback): void;
    put(key: string, value: unknown, callback: Callback): void;
    del(key: string, callback: Callback): void;
  }

  export interface LevelStore {
    db: LevelDb;
    tableDb: SubDb;
    getItemDb(table: string): SubDb;
    getIndexDb(type: string, table: string, index: string): SubDb;
    lifecycleManager: { gracefulClose(): Promise<void> };
  }

  const db: {
    create(options: object): LevelStore;
    updateIndexes(
      store: LevelStore,
      table: TableDescription,
      existing: Item | undefined,
      item: Item | undefined,
      callback: (error?: unknown) => void,
    ): void;
    getIndexActions(
      indexes: readonly { IndexName: string }[],
      existing: Item | undefined,
      item: Item | undefined,
      table: TableDescription,
    ): { puts: { index: string; key: string; item: Item }[]; deletes: { index: string; key: string }[] };
  };
  export default db;
}
