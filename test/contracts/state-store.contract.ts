import { ItemTooLargeError, MAX_STATE_BYTES } from '../../lib/store/errors.ts';
import type { StateItem, StateStore } from '../../lib/store/ports.ts';

const item = (key: string, version: number, fields: Partial<StateItem> = {}): StateItem => ({
  key,
  version,
  body: { n: version },
  ...fields,
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const entry of items) list.push(entry);
  return list;
}

/** What every StateStore does. `open` gives an empty one. */
export function stateStoreContract(open: () => Promise<StateStore>): void {
  let store: StateStore;
  beforeEach(async () => {
    store = await open();
  });

  it('gives back what was written, and nothing for keys that are not there', async () => {
    const full = item('rule#default#a', 1, {
      body: { marks: { 's|p': { sequence: '1'.repeat(40), at: 1 } }, text: 'Zürich 🚀', list: [1, null, { x: '' }] },
      due: { for: 'default', at: 1_795_000_000_000_000 },
      expiresAt: 1_900_000_000,
    });
    expect(await store.put(full)).toBe('written');
    const found = await store.getMany(['rule#default#a', 'rule#default#b', 'rule#default#a']);
    expect([...found]).toEqual([['rule#default#a', full]]);
    expect(await store.getMany([])).toEqual(new Map());
  });

  it('writes many first versions at once, which then change on condition', async () => {
    const items = Array.from({ length: 60 }, (_, index) =>
      item(`name#default#${index}`, 1, { body: { name: `n${index}` } }),
    );
    await store.putUnknown(items);
    await store.putUnknown([]);
    const found = await store.getMany(items.map(({ key }) => key));
    expect(items.map(({ key }) => found.get(key))).toEqual(items);
    expect(await store.put(item('name#default#0', 1))).toBe('conflict');
    expect(await store.put(item('name#default#0', 2))).toBe('written');
  });

  it('refuses too large a body among many, too', async () => {
    const body = 'x'.repeat(MAX_STATE_BYTES + 1);
    await expect(store.putUnknown([item('a', 1), item('big', 1, { body })])).rejects.toThrow(ItemTooLargeError);
  });

  it('reads more keys than one request takes', async () => {
    const keys = Array.from({ length: 130 }, (_, index) => `name#default#${index}`);
    await Promise.all(keys.map((key) => store.put(item(key, 1))));
    expect([...(await store.getMany(keys)).keys()].sort()).toEqual(keys.sort());
  });

  it('writes only onto the version before', async () => {
    expect(await store.put(item('a', 2))).toBe('conflict');
    expect(await store.put(item('a', 1))).toBe('written');
    expect(await store.put(item('a', 1, { body: 'second writer' }))).toBe('conflict');
    expect(await store.put(item('a', 3))).toBe('conflict');
    expect(await store.put(item('a', 2))).toBe('written');
    expect((await store.getMany(['a'])).get('a')).toEqual(item('a', 2));
  });

  it('lets exactly one of many simultaneous writers win', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, (_, n) => store.put(item('a', 1, { body: { n } }))));
    expect(results.filter((result) => result === 'written')).toHaveLength(1);
  });

  it('deletes only the version that is meant', async () => {
    await store.put(item('a', 1));
    expect(await store.delete('a', 2)).toBe('conflict');
    expect(await store.delete('a', 1)).toBe('deleted');
    expect(await store.delete('a', 1)).toBe('conflict');
    expect(await store.put(item('a', 1))).toBe('written');
  });

  it('lists what is due, earliest first, and no longer what has moved on', async () => {
    await store.put(item('late', 1, { due: { for: 'default', at: 300 } }));
    await store.put(item('at once', 1, { due: { for: 'default', at: 0 } }));
    await store.put(item('soon', 1, { due: { for: 'default', at: 200 } }));
    await store.put(item('moved', 1, { due: { for: 'default', at: 100 } }));
    await store.put(item('moved', 2, { due: { for: 'default', at: 250 } }));
    await store.put(item('done', 1, { due: { for: 'default', at: 100 } }));
    await store.put(item('done', 2));
    await store.put(item('gone', 1, { due: { for: 'default', at: 100 } }));
    await store.delete('gone', 1);
    await store.put(item('other', 1, { due: { for: 'other', at: 100 } }));
    expect(await all(store.due('default', 200))).toEqual(['at once', 'soon']);
    expect(await all(store.due('default', 250))).toEqual(['at once', 'soon', 'moved']);
    expect(await all(store.due('nobody', 1000))).toEqual([]);
  });

  it('scans by the beginning of keys', async () => {
    for (const key of ['list#default#A', 'list#default#B', 'lease#default#A']) await store.put(item(key, 1));
    const found = await all(store.scan('list#default#'));
    expect(found.map(({ key }) => key).sort()).toEqual(['list#default#A', 'list#default#B']);
    expect(found[0]?.body).toEqual({ n: 1 });
  });

  it('refuses a body over the limit, says which, and takes one just below', async () => {
    const body = 'ü'.repeat(MAX_STATE_BYTES / 2 - 1);
    expect(await store.put(item('fits', 1, { body }))).toBe('written');
    const refused = store.put(item('rule#default#big', 1, { body: `${body}x` }));
    await expect(refused).rejects.toThrow(ItemTooLargeError);
    await expect(refused).rejects.toMatchObject({ key: 'rule#default#big', retryable: false });
  });

  it('gives each reader its own copy', async () => {
    const body = { list: [1] };
    await store.put(item('a', 1, { body }));
    body.list.push(2);
    const first = (await store.getMany(['a'])).get('a')?.body as typeof body;
    first.list.push(3);
    expect((await store.getMany(['a'])).get('a')?.body).toEqual({ list: [1] });
  });
}
