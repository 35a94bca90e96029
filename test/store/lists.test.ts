import { effectiveLists, forgetListEntries, listKey, storedLists, writeListEntries } from '../../lib/store/lists.ts';
import { MemoryStateStore } from '../../lib/store/memory/state-store.ts';

const NOW = new Date('2026-11-24T12:00:00Z');
const changedAt = NOW.toISOString();
const defaults = new Map([
  ['Automation', ['svc-1', 'svc-2']],
  ['Domains', []],
]);

describe('lists in State', () => {
  let state: MemoryStateStore;
  beforeEach(() => {
    state = new MemoryStateStore();
  });
  const now = async (others: string[] = [], at = NOW) =>
    Object.fromEntries(await effectiveLists(state, 'default', defaults, at, others));

  it('are what the rules say until somebody changes them', async () => {
    expect(await now()).toEqual({ Automation: ['svc-1', 'svc-2'], Domains: [] });
  });

  it('hold what was added, and not what was taken out, whatever its case', async () => {
    await writeListEntries(state, 'default', 'Automation', [
      { value: 'svc-3', changedAt },
      { value: 'SVC-1', changedAt, removed: true },
    ]);
    expect(await now()).toMatchObject({ Automation: ['svc-2', 'svc-3'] });
    await forgetListEntries(state, 'default', 'Automation', ['Svc-1', 'SVC-3']);
    expect(await now()).toMatchObject({ Automation: ['svc-1', 'svc-2'] });
  });

  it('leave entries out from the moment on at which they expire', async () => {
    await writeListEntries(state, 'default', 'Domains', [
      { value: 'a.example', changedAt, expires: '2026-11-24T12:00:01Z' },
      { value: 'b.example', changedAt, expires: '2026-11-24T12:00:00Z' },
    ]);
    expect(await now()).toMatchObject({ Domains: ['a.example'] });
    expect(await now([], new Date('2026-11-24T12:00:01Z'))).toMatchObject({ Domains: [] });
  });

  it('keep one entry for a value: the last', async () => {
    await writeListEntries(state, 'default', 'Domains', [{ value: 'a.example', changedAt, owner: 'ann' }]);
    await writeListEntries(state, 'default', 'Domains', [{ value: 'A.example', changedAt, owner: 'ben' }]);
    expect((await storedLists(state, 'default')).get('Domains')?.entries).toEqual([
      { value: 'A.example', changedAt, owner: 'ben' },
    ]);
  });

  it('are read for other rules’ lists, too, and belong to a tenant', async () => {
    await writeListEntries(state, 'default', 'Own', [{ value: 'x', changedAt }]);
    await writeListEntries(state, 'other', 'Domains', [{ value: 'y', changedAt }]);
    expect(await now(['Own', 'Unknown'])).toEqual({ Automation: ['svc-1', 'svc-2'], Domains: [], Own: ['x'] });
    expect([...(await storedLists(state, 'default')).keys()]).toEqual(['Own']);
  });

  it('lose nothing when two people write at once', async () => {
    const values = Array.from({ length: 8 }, (_, n) => `svc-${n}`);
    await Promise.all(values.map((value) => writeListEntries(state, 'default', 'Automation', [{ value, changedAt }])));
    const stored = (await storedLists(state, 'default')).get('Automation')?.entries.map(({ value }) => value);
    expect(stored?.sort()).toEqual(values);
    expect((await state.getMany([listKey('default', 'Automation')])).size).toBe(1);
  });
});
