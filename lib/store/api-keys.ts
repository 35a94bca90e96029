import { createHash, timingSafeEqual } from 'node:crypto';
import { StoreError } from './errors.ts';
import type { StateItem, StateStore } from './ports.ts';

/** State `apikey#<id>`: who may read the archive of one tenant. The key itself is nowhere. */
export interface ApiKey {
  /** The first 16 hex digits of the key's SHA-256. */
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  /** RFC 3339, milliseconds. */
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt?: string;
}

interface StoredApiKey extends Omit<ApiKey, 'id'> {
  /** SHA-256 of the key, hex. */
  readonly hash: string;
}

const PREFIX = 'apikey#';
const ID_LENGTH = 16;
/** How long an ended key is still listed. */
const LISTED_AFTER_END_MS = 30 * 86_400_000;
const MAX_TRIES = 10;

/** Keeps a new key by its hash. Throws StoreError where a key with that id is there: take another. */
export async function writeApiKey(state: StateStore, secret: string, key: Omit<ApiKey, 'id'>): Promise<ApiKey> {
  const hash = hashOf(secret);
  const id = hash.slice(0, ID_LENGTH);
  const written = await state.put(itemOf(id, 1, { ...key, hash }));
  if (written === 'written') return { id, ...key };
  throw new StoreError(`There is a key with the id ${id} already; create another`, { retryable: true });
}

/** The key with this secret, expired and revoked ones too. Its hash is compared in constant time. Consistent. */
export async function findApiKey(state: Pick<StateStore, 'getMany'>, secret: string): Promise<ApiKey | undefined> {
  const hash = hashOf(secret);
  const id = hash.slice(0, ID_LENGTH);
  const stored = (await state.getMany([PREFIX + id])).get(PREFIX + id)?.body as StoredApiKey | undefined;
  if (!stored) return undefined;
  const [shown, expected] = [Buffer.from(hash, 'hex'), Buffer.from(stored.hash, 'hex')];
  return shown.length === expected.length && timingSafeEqual(shown, expected) ? withoutHash(id, stored) : undefined;
}

/** The id of the key with this secret, whether or not there is one. */
export function apiKeyId(secret: string): string {
  return hashOf(secret).slice(0, ID_LENGTH);
}

/** The keys of a tenant, oldest first; ended ones for 30 days. A scan: for people's commands. */
export async function listApiKeys(state: StateStore, tenant: string): Promise<ApiKey[]> {
  const keys: ApiKey[] = [];
  for await (const { key, body } of state.scan(PREFIX)) {
    const stored = body as StoredApiKey;
    if (stored.tenant === tenant) keys.push(withoutHash(key.slice(PREFIX.length), stored));
  }
  return keys.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
}

/**
 * Ends a key of a tenant at `now`, from the next request on. False where the tenant has none with this id. Throws
 * StoreError when others keep changing it.
 */
export async function revokeApiKey(state: StateStore, tenant: string, id: string, now: Date): Promise<boolean> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const item = (await state.getMany([PREFIX + id])).get(PREFIX + id);
    const stored = item?.body as StoredApiKey | undefined;
    if (!item || stored?.tenant !== tenant) return false;
    const revoked = { ...stored, revokedAt: stored.revokedAt ?? now.toISOString() };
    if ((await state.put(itemOf(id, item.version + 1, revoked))) === 'written') return true;
  }
  throw new StoreError(`The key ${id} could not be revoked: others keep changing it`, { retryable: true });
}

/** Whether a key opens anything at `now`. */
export function isUsable({ expiresAt, revokedAt }: ApiKey, now: Date): boolean {
  return revokedAt === undefined && now.toISOString() < expiresAt;
}

function itemOf(id: string, version: number, body: StoredApiKey): StateItem {
  const gone = Date.parse(body.expiresAt) + LISTED_AFTER_END_MS;
  return { key: PREFIX + id, version, body, expiresAt: Math.floor(gone / 1000) };
}

function withoutHash(id: string, { hash: _hash, ...key }: StoredApiKey): ApiKey {
  return { id, ...key };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
