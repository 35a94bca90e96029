import { apiKeyId, findApiKey, isUsable, listApiKeys, revokeApiKey, writeApiKey } from '../../lib/store/api-keys.ts';
import { createMemoryStores } from '../../lib/store/memory/index.ts';

const SECRET = 'nba_secret-of-somebody';
const FIELDS = {
  tenant: 'default',
  name: 'siem',
  createdAt: '2026-11-24T12:00:00.000Z',
  expiresAt: '2027-02-22T12:00:00.000Z',
};
const NOW = new Date('2026-11-25T12:00:00Z');

describe('keys of the API', () => {
  it('are kept without the key, and go 30 days after their end', async () => {
    const { state } = createMemoryStores();
    const { id } = await writeApiKey(state, SECRET, FIELDS);
    const items = await state.getMany([`apikey#${id}`]);
    const item = items.get(`apikey#${id}`);
    expect(JSON.stringify(item)).not.toContain(SECRET);
    expect(item).toMatchObject({
      version: 1,
      body: { ...FIELDS, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      expiresAt: Date.parse('2027-03-24T12:00:00Z') / 1000,
    });
  });

  it('are found by the whole secret: an id that fits is not enough', async () => {
    const { state } = createMemoryStores();
    const { id } = await writeApiKey(state, SECRET, FIELDS);
    expect(await findApiKey(state, SECRET)).toEqual({ id, ...FIELDS });
    expect(await findApiKey(state, `${SECRET}x`)).toBeUndefined();
    const stored = (await state.getMany([`apikey#${id}`])).get(`apikey#${id}`)?.body as object;
    await state.put({ key: `apikey#${id}`, version: 2, body: { ...stored, hash: `${id}${'0'.repeat(48)}` } });
    expect(await findApiKey(state, SECRET)).toBeUndefined();
    await state.put({ key: `apikey#${id}`, version: 3, body: { ...stored, hash: id } });
    expect(await findApiKey(state, SECRET)).toBeUndefined();
  });

  it('are not written over', async () => {
    const { state } = createMemoryStores();
    await writeApiKey(state, SECRET, FIELDS);
    await expect(writeApiKey(state, SECRET, { ...FIELDS, tenant: 'acme' })).rejects.toMatchObject({ retryable: true });
    expect(await findApiKey(state, SECRET)).toMatchObject({ tenant: 'default' });
  });

  it('end when they expire, or when somebody of their tenant revokes them, the first time counting', async () => {
    const { state } = createMemoryStores();
    const key = await writeApiKey(state, SECRET, FIELDS);
    expect(isUsable(key, new Date('2027-02-22T11:59:59.999Z'))).toBe(true);
    expect(isUsable(key, new Date('2027-02-22T12:00:00Z'))).toBe(false);
    expect(await revokeApiKey(state, 'acme', key.id, NOW)).toBe(false);
    expect(await revokeApiKey(state, 'default', 'another', NOW)).toBe(false);
    expect(await revokeApiKey(state, 'default', key.id, NOW)).toBe(true);
    expect(await revokeApiKey(state, 'default', key.id, new Date('2026-12-01T00:00:00Z'))).toBe(true);
    const [revoked] = await listApiKeys(state, 'default');
    expect(revoked).toEqual({ ...key, revokedAt: NOW.toISOString() });
    expect(revoked && isUsable(revoked, NOW)).toBe(false);
  });

  it('are listed for their tenant, oldest first', async () => {
    const { state } = createMemoryStores();
    const at = (createdAt: string, tenant = 'default') => ({ ...FIELDS, tenant, createdAt });
    await writeApiKey(state, 'b', at('2026-11-24T13:00:00.000Z'));
    await writeApiKey(state, 'a', at('2026-11-24T12:00:00.000Z'));
    await writeApiKey(state, 'c', at('2026-11-24T12:00:00.000Z', 'acme'));
    expect((await listApiKeys(state, 'default')).map(({ id }) => id)).toEqual([apiKeyId('a'), apiKeyId('b')]);
  });
});
