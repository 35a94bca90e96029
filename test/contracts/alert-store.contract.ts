import type { Alert } from '../../lib/model/alert.ts';
import type { AlertStore } from '../../lib/store/ports.ts';

const HOUR = 3_600_000_000;
const START = 1_795_000_000_000_000;

/** An alert; what is not given is filled in. */
export function alertOf(id: string, revision: number, fields: Partial<Alert> = {}): Alert {
  return {
    id,
    tenant: 'default',
    rule: {
      key: 'route_deleted',
      title: 'Route deleted',
      status: 'stable',
      severity: 'high',
      suppressMs: 3_600_000,
      tags: ['attack.t1489'],
    },
    dedupKey: 'user-1',
    group: { initiator_id: 'user-1' },
    title: 'Ada deleted Büro',
    status: 'open',
    openedAt: START,
    firstEventAt: START,
    lastEventAt: START + 5,
    count: revision,
    samples: [{ ref: 'p|s', at: START, activity: 'route.delete', actor: 'Ada', target: '' }],
    revision,
    reason: 'opened',
    ...fields,
  };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const entry of items) list.push(entry);
  return list;
}

/** What every AlertStore does. `open` gives an empty one. */
export function alertStoreContract(open: () => Promise<AlertStore>): void {
  let store: AlertStore;
  beforeEach(async () => {
    store = await open();
  });

  it('gives back what was written', async () => {
    const alert = alertOf('a1', 1, { toSendAt: 5000 });
    await store.upsert(alert, 1_900_000_000);
    expect(await store.get('default', 'a1')).toEqual(alert);
    expect(await store.get('other', 'a1')).toBeUndefined();
    expect(await store.get('default', 'a2')).toBeUndefined();
  });

  it('takes a newer revision and leaves an older or equal one alone', async () => {
    await store.upsert(alertOf('a1', 2));
    await store.upsert(alertOf('a1', 1));
    await store.upsert(alertOf('a1', 2, { title: 'again' }));
    expect(await store.get('default', 'a1')).toEqual(alertOf('a1', 2));
    await store.upsert(alertOf('a1', 3));
    expect((await store.get('default', 'a1'))?.count).toBe(3);
  });

  it('keeps the outbox full until it is marked sent, whatever later revisions say', async () => {
    await store.upsert(alertOf('a1', 1, { toSendAt: 5000 }));
    await store.upsert(alertOf('a1', 2));
    expect(await store.get('default', 'a1')).toMatchObject({ revision: 2, toSendAt: 5000 });
    expect(await store.markSent('default', 'a1', { toSendAt: 5000, notifiedAt: 6000, count: 2 })).toBe(true);
    const sent = await store.get('default', 'a1');
    expect(sent).toEqual(alertOf('a1', 2, { notifiedAt: 6000, notifiedCount: 2 }));
    expect(sent).not.toHaveProperty('toSendAt');
  });

  it('does not empty an outbox that holds something else, or nothing', async () => {
    const sent = { toSendAt: 5000, notifiedAt: 6000, count: 1 };
    expect(await store.markSent('default', 'a1', sent)).toBe(false);
    await store.upsert(alertOf('a1', 1, { toSendAt: 7000 }));
    expect(await store.markSent('default', 'a1', sent)).toBe(false);
    expect(await store.markSent('default', 'a1', { ...sent, toSendAt: 7000 })).toBe(true);
    expect(await store.markSent('default', 'a1', { ...sent, toSendAt: 7000 })).toBe(false);
  });

  it('lets one sender claim an alert, until the time it names', async () => {
    await store.upsert(alertOf('a1', 1, { toSendAt: 5000 }));
    const claims = [
      { toSendAt: 5000, until: 65_000 },
      { toSendAt: 5000, until: 65_001 },
    ];
    const won = await Promise.all(claims.map((claim) => store.claim('default', 'a1', claim)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await all(store.toSend('default', 64_999))).toEqual([]);
    expect(await all(store.toSend('default', 65_001))).toEqual(['a1']);
    expect(await store.markSent('default', 'a1', { toSendAt: 5000, notifiedAt: 6000, count: 1 })).toBe(false);
    expect(await store.claim('default', 'gone', { toSendAt: 5000, until: 65_000 })).toBe(false);
    expect(await store.get('default', 'gone')).toBeUndefined();
  });

  it('leaves the notices of an alert alone when dispatch writes it again', async () => {
    await store.upsert(alertOf('a1', 1, { toSendAt: 5000 }));
    await store.markSent('default', 'a1', { toSendAt: 5000, notifiedAt: 6000, count: 1 });
    await store.upsert(alertOf('a1', 2, { notifiedAt: 1, notifiedCount: 99 }));
    expect(await store.get('default', 'a1')).toMatchObject({ revision: 2, notifiedAt: 6000, notifiedCount: 1 });
  });

  it('does not fill an emptied outbox with a revision that was already written', async () => {
    await store.upsert(alertOf('a1', 1, { toSendAt: 5000 }));
    await store.markSent('default', 'a1', { toSendAt: 5000, notifiedAt: 6000, count: 1 });
    await store.upsert(alertOf('a1', 1, { toSendAt: 5000 }));
    expect(await all(store.toSend('default', 9999))).toEqual([]);
  });

  it('lists what is to be sent by now, earliest first', async () => {
    await store.upsert(alertOf('late', 1, { toSendAt: 9000 }));
    await store.upsert(alertOf('second', 1, { toSendAt: 5000 }));
    await store.upsert(alertOf('first', 1, { toSendAt: 4000 }));
    await store.upsert(alertOf('quiet', 1, { reason: 'experimental' }));
    await store.upsert(alertOf('foreign', 1, { toSendAt: 4000, tenant: 'other' }));
    expect(await all(store.toSend('default', 5000))).toEqual(['first', 'second']);
  });

  it('lists alerts newest first: all, by status, by rule and since a time', async () => {
    const policy = { ...alertOf('x', 1).rule, key: 'policy_deleted' };
    await store.upsert(alertOf('a1', 1));
    await store.upsert(alertOf('a2', 1, { openedAt: START + HOUR, status: 'resolved' }));
    await store.upsert(alertOf('a3', 1, { openedAt: START + 2 * HOUR, rule: policy }));
    await store.upsert(alertOf('a4', 1, { openedAt: START + 3 * HOUR, tenant: 'other' }));
    const ids = async (query: { status?: Alert['status']; rule?: string; since?: number }) =>
      (await all(store.list({ tenant: 'default', ...query }))).map(({ id }) => id);
    expect(await ids({})).toEqual(['a3', 'a2', 'a1']);
    expect(await ids({ status: 'open' })).toEqual(['a3', 'a1']);
    expect(await ids({ rule: 'route_deleted' })).toEqual(['a2', 'a1']);
    expect(await ids({ rule: 'route_deleted', status: 'open' })).toEqual(['a1']);
    expect(await ids({ since: START + HOUR })).toEqual(['a3', 'a2']);
  });
}
