import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientOf, type EmbeddedDynamoDb, openEmbeddedDynamoDb } from './embedded/embedded-dynamodb.ts';
import { liveEndpoint, removeEndpoint, writeEndpoint } from './embedded/endpoint-file.ts';
import { DataFolderError, NoStoreError, StoreLockedError } from './embedded/errors.ts';
import type { Endpoint } from './embedded/front-server.ts';

/** Reading commands are done within seconds: whoever meets one waits for it. */
const PATIENCE_MS = 10_000;
const RETRY_MS = 100;
/** How often a process asks whether the one whose store it shares is still there. */
const WATCH_MS = 1000;

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

export interface StandingStore extends SharedStore {
  /** True once the process that has the store open is gone; false when `stop` is aborted before that. */
  isLost(stop: AbortSignal): Promise<boolean>;
}

/**
 * The store of `folder` for a long time: opened here for everybody, or that of the process which has it open already.
 * Throws `NoStoreError` for a folder without one.
 */
export async function standingStore(folder: string): Promise<StandingStore> {
  if (!(await exists(storeIn(folder)))) throw new NoStoreError(folder);
  try {
    return { ...(await ownStore(folder)), isLost: (stop) => untilAborted(stop).then(() => false) };
  } catch (error) {
    if (!(error instanceof StoreLockedError) || error.retryable) throw error;
    const endpoint = await liveEndpoint(folder);
    return { ...(await sharedStore(folder)), isLost: (stop) => isGone(folder, endpoint, stop) };
  }
}

/** Asks now and then. Once is not enough: a process that is very busy may be late with its answer. */
async function isGone(folder: string, endpoint: Endpoint | undefined, stop: AbortSignal): Promise<boolean> {
  for (let missed = 0; missed < 2; ) {
    await sleep(WATCH_MS, undefined, { signal: stop }).catch(() => undefined);
    if (stop.aborted) return false;
    missed = (await liveEndpoint(folder))?.address === endpoint?.address ? 0 : missed + 1;
  }
  return true;
}

function untilAborted(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
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
