import type { AuditEvent, StoredEvent } from '../../lib/model/event.ts';
import { auditIdentity } from '../../lib/model/event.ts';
import { type Micros, parseTimestamp } from '../../lib/model/timestamp.ts';
import type { EventQuery, EventStore } from '../../lib/store/ports.ts';

/** A stored audit event; what is not given is filled in. */
export function storedEvent(id: number, timestamp: string, fields: Partial<StoredEvent<AuditEvent>> = {}) {
  const event: StoredEvent<AuditEvent> = {
    id: String(id),
    timestamp,
    activity: 'Route deleted',
    activity_code: 'route.delete',
    initiator_id: 'user-1',
    initiator_name: 'Ada Lovelace',
    initiator_email: 'ada@example.com',
    target_id: `route-${id}`,
    meta: { name: 'office', network_range: '10.0.0.0/16' },
    tenant: 'default',
    source: 'audit',
    collectedAt: '2026-11-23T16:00:00.000Z',
    ...fields,
  };
  return event;
}

export const at = (text: string): Micros => parseTimestamp(text)?.micros ?? Number.NaN;

/** What every EventStore does. `open` gives an empty one. */
export function eventStoreContract(open: () => Promise<EventStore>): void {
  let store: EventStore;
  beforeEach(async () => {
    store = await open();
  });

  const ids = async (query: Omit<EventQuery, 'tenant'>): Promise<string[]> => {
    const found: string[] = [];
    for await (const event of store.query({ tenant: 'default', ...query })) found.push((event as AuditEvent).id);
    return found;
  };

  it('says of each event whether it was new, in the order in which they were given', async () => {
    const [first, second] = [storedEvent(1, '2026-11-23T15:00:00Z'), storedEvent(2, '2026-11-23T15:00:00.1Z')];
    expect(await store.putNew([second])).toEqual([true]);
    expect(await store.putNew([second, first, second])).toEqual([false, true, false]);
    expect(await store.putNew([])).toEqual([]);
  });

  it('keeps the first copy of an event, with all its fields', async () => {
    const event = storedEvent(1, '2026-11-23T15:00:00.123456789Z', {
      meta: { name: 'Büro 東京 🚀 <b>', empty: '', flag: true, count: 2950159, gone: null },
      expiresAt: 1_800_000_000,
      firstRun: true,
      added_by_a_newer_server: { deep: [1, { x: null }, []], '': 'no name' },
    });
    await store.putNew([event]);
    await store.putNew([{ ...event, initiator_name: '' }]);
    const found: StoredEvent[] = [];
    for await (const stored of store.query({ tenant: 'default' })) found.push(stored);
    expect(found).toEqual([event]);
  });

  it('takes the same id at another time for another event, and the same time cut to microseconds for the same', async () => {
    await store.putNew([storedEvent(1, '2026-11-23T15:00:00.123456789Z')]);
    expect(await store.putNew([storedEvent(1, '2026-11-23T15:00:00.123456Z')])).toEqual([false]);
    expect(await store.putNew([storedEvent(1, '2026-11-23T15:00:00.123457Z')])).toEqual([true]);
  });

  it('knows the identities of stored events in a range over days, bounds included', async () => {
    const events = [
      storedEvent(1, '2026-11-21T23:59:59.999999Z'),
      storedEvent(2, '2026-11-22T00:00:00Z'),
      storedEvent(30, '2026-11-23T08:00:00.5Z'),
      storedEvent(4, '2026-11-23T08:00:00.500001Z'),
    ];
    await store.putUnknown(events);
    await store.putWatermark({
      tenant: 'default',
      source: 'audit',
      bucket: '2026-11-23',
      upTo: at('2026-11-23T09:00:00Z'),
    });
    const known = await store.knownIdentities('default', at('2026-11-22T00:00:00Z'), at('2026-11-23T08:00:00.5Z'));
    expect([...known].sort()).toEqual(
      [events[1], events[2]].map((event) => auditIdentity(event ?? (events[0] as never))),
    );
    expect(await store.knownIdentities('other', 0, at('2026-11-24T00:00:00Z'))).toEqual(new Set());
  });

  it('writes more than one batch, out of order and with doubles, and knows every event afterwards', async () => {
    const events = Array.from({ length: 60 }, (_, index) =>
      storedEvent(index, `2026-11-${10 + (index % 3)}T10:00:${String(index).padStart(2, '0')}Z`),
    );
    await store.putUnknown([...events.toReversed(), ...events.slice(0, 5)]);
    const known = await store.knownIdentities('default', at('2026-11-01T00:00:00Z'), at('2026-11-30T00:00:00Z'));
    expect(known).toEqual(new Set(events.map(auditIdentity)));
  });

  it('tells whether one event is stored, for its tenant only', async () => {
    const event = storedEvent(1, '2026-11-23T15:00:00Z');
    await store.putNew([event]);
    expect(await store.has('default', event)).toBe(true);
    expect(await store.has('other', event)).toBe(false);
    expect(await store.has('default', storedEvent(2, '2026-11-23T15:00:00Z'))).toBe(false);
  });

  it('keeps what could not be understood once', async () => {
    const row = {
      tenant: 'default',
      source: 'audit',
      receivedAt: '2026-11-23T15:00:00.000Z',
      raw: '{"id": "x"',
      reason: 'not JSON',
    } as const;
    expect(await store.putQuarantined(row)).toBe(true);
    expect(await store.putQuarantined(row)).toBe(false);
    expect(await store.putQuarantined({ ...row, raw: '{"id": "y"' })).toBe(true);
  });

  describe('asked for events', () => {
    beforeEach(async () => {
      await store.putNew([
        storedEvent(5, '2026-11-23T15:00:57.1Z', { activity_code: 'policy.delete', target_id: 'policy-1' }),
        storedEvent(4, '2026-11-23T15:00:57Z', { initiator_id: 'user-2', target_id: 'policy-1' }),
        storedEvent(1, '2025-01-02T10:00:00Z', { initiator_id: '', target_id: '' }),
        storedEvent(9, '2026-11-23T15:00:57Z', { tenant: 'other' }),
        storedEvent(6, '2026-11-24T00:00:00Z', { target_id: 'policy-1' }),
      ]);
      await store.putWatermark({
        tenant: 'default',
        source: 'audit',
        bucket: '2026-11-23',
        upTo: at('2026-11-24T01:00:00Z'),
      });
      await store.putQuarantined({
        tenant: 'default',
        source: 'audit',
        receivedAt: '2026-11-23T15:00:00.000Z',
        raw: '?',
        reason: 'not JSON',
      });
    });

    it('gives events only, oldest first by time and not by text, from the first to the last day', async () => {
      expect(await ids({})).toEqual(['1', '4', '5', '6']);
    });

    it('takes since and until with their bounds', async () => {
      expect(await ids({ since: at('2026-11-23T15:00:57Z'), until: at('2026-11-23T15:00:57.1Z') })).toEqual(['4', '5']);
      expect(await ids({ since: at('2026-11-23T15:00:57.100001Z') })).toEqual(['6']);
      expect(await ids({ until: at('2026-11-23T15:00:56Z') })).toEqual(['1']);
      expect(await ids({ since: at('2026-11-24T00:00:00Z'), until: at('2026-11-23T00:00:00Z') })).toEqual([]);
    });

    it('finds them by activity, by actor and by target, and by several of these', async () => {
      expect(await ids({ activity: 'route.delete' })).toEqual(['1', '4', '6']);
      expect(await ids({ actorId: 'user-1' })).toEqual(['5', '6']);
      expect(await ids({ targetId: 'policy-1' })).toEqual(['4', '5', '6']);
      expect(await ids({ targetId: 'policy-1', actorId: 'user-1', activity: 'route.delete' })).toEqual(['6']);
      expect(await ids({ targetId: 'policy-1', until: at('2026-11-23T23:00:00Z') })).toEqual(['4', '5']);
      expect(await ids({ activity: 'peer.add' })).toEqual([]);
    });
  });
}
