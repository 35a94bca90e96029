import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientOf, type EmbeddedDynamoDb, openEmbeddedDynamoDb } from './embedded/embedded-dynamodb.ts';
import { liveEndpoint, removeEndpoint, writeEndpoint } from './embedded/endpoint-file.ts';
import { DataFolderError, NoStoreError, StoreLockedError } from './embedded/errors.ts';

/** Reading commands are done within seconds: whoever meets one waits for it. */
const PATIENCE_MS = 10_000;
const RETRY_MS = 100;

export interface OwnedStore {
  readonly db: EmbeddedDynamoDb;
  readonly client: DynamoDBClient;
  close(): Promise<void>;
}

/**
 * Opens the store of `folder` for this process alone and tells others how to reach it; without a folder, one in memory.
 * Throws `StoreLockedError` when another `local` has it, `DataFolderError` where it cannot be made.
 */
export async function ownStore(folder?: string): Promise<OwnedStore> {
  if (folder === undefined) return owned(await openEmbeddedDynamoDb());
  // Who did what in a network is nobody else's business.
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause) => {
    throw new DataFolderError(folder, cause);
  });
  const db = await patiently(async () => {
    if (await liveEndpoint(folder)) throw new StoreLockedError(folder, { retryable: false });
    return openEmbeddedDynamoDb({ path: storeIn(folder) });
  });
  await writeEndpoint(folder, db.endpoint);
  return owned(db, () => removeEndpoint(folder));
}

export interface SharedStore {
  readonly client: DynamoDBClient;
  close(): Promise<void>;
}

/**
 * The store of `folder` for a reading command: that of the process which has it open, else opened here.
 * Throws `NoStoreError` for a folder without one.
 */
export async function sharedStore(folder: string): Promise<SharedStore> {
  return patiently(async () => {
    const endpoint = await liveEndpoint(folder);
    if (endpoint) {
      const client = clientOf(endpoint);
      return { client, close: async () => client.destroy() };
    }
    // LevelDB would make the folder, and a typing mistake would look like an empty history.
    if (!(await exists(storeIn(folder)))) throw new NoStoreError(folder);
    return owned(await openEmbeddedDynamoDb({ path: storeIn(folder) }));
  });
}

/**
 * The store of `folder` for a long time: opened here for everybody, or that of the process which has it open already.
 * Throws `NoStoreError` for a folder without one.
 */
export async function standingStore(folder: string): Promise<SharedStore> {
  if (!(await exists(storeIn(folder)))) throw new NoStoreError(folder);
  try {
    return await ownStore(folder);
  } catch (error) {
    if (error instanceof StoreLockedError && !error.retryable) return sharedStore(folder);
    throw error;
  }
}

function owned(db: EmbeddedDynamoDb, before?: () => Promise<void>): OwnedStore {
  const client = clientOf(db.endpoint);
  return {
    db,
    client,
    async close() {
      client.destroy();
      await before?.();
      await db.close();
    },
  };
}

/** Locked, but nobody answers: a short command, or a `local` that is just starting or ending. */
async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const passing = error instanceof StoreLockedError && error.retryable;
      if (!passing || Date.now() > deadline) throw error;
      await sleep(RETRY_MS);
    }
  }
}

function storeIn(folder: string): string {
  return join(folder, 'store');
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
