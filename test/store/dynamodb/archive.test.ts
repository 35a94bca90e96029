import fc from 'fast-check';
import type { AuditEvent, StoredEvent, StoredTrafficEvent } from '../../../lib/model/event.ts';
import { type TrafficEvent, trafficIdentity } from '../../../lib/model/traffic.ts';
import { bucketOfRow, type ShardPlan } from '../../../lib/model/traffic-partition.ts';
import {
  type AuditHistoryQuery,
  auditPosition,
  fitsActivity,
  newestFirst,
  type StoredTrafficRow,
  type TrafficHistoryQuery,
  type TrafficRange,
} from '../../../lib/store/archive.ts';
import { DynamoDbArchive } from '../../../lib/store/dynamodb/archive.ts';
import { createDynamoDbStores } from '../../../lib/store/dynamodb/index.ts';
import { trafficRow } from '../../api/fake-archive.ts';
import { at, storedEvent } from '../../contracts/event-store.contract.ts';
import { countReads, type Reads } from '../../support/count-reads.ts';
import { startDynalite, type TestDynamoDb } from '../../support/dynalite.ts';

let db: TestDynamoDb;
let archive: DynamoDbArchive;
let reads: Reads;
beforeAll(async () => {
  db = await startDynalite();
  reads = countReads(db.client);
  archive = new DynamoDbArchive(db.client, db.names.Events);
});
afterAll(() => db.stop());

async function store(events: readonly StoredEvent<AuditEvent>[]): Promise<void> {
  await createDynamoDbStores(db.client, db.names).events.putUnknown(events);
}

async function take(query: AuditHistoryQuery, most = Number.POSITIVE_INFINITY): Promise<StoredEvent[]> {
  const taken: StoredEvent[] = [];
  if (most === 0) return taken;
  for await (const event of archive.audit(query)) {
    taken.push(event);
    if (taken.length >= most) break;
  }
  return taken;
}

const CODES = ['route.add', 'route.delete', 'peer.add', 'user.peer.delete', 'made.up.code'];
const times = fc.record({
  day: fc.integer({ min: 1, max: 4 }),
  second: fc.constantFrom('00:00:00', '12:30:57', '23:59:59'),
  fraction: fc.constantFrom('', '.1', '.000001', '.0000011', '.000001999', '.999999999'),
});
const written = fc.record({
  time: times.map(({ day, second, fraction }) => `2026-11-0${day}T${second}${fraction}Z`),
  code: fc.constantFrom(...CODES),
  actor: fc.constantFrom('', 'ada', 'bob'),
  target: fc.constantFrom('', 'route-1', 'peer-1'),
});
const asked = fc.record(
  {
    since: times.map(({ day, second }) => at(`2026-11-0${day}T${second}Z`)),
    until: times.map(({ day, second, fraction }) => at(`2026-11-0${day}T${second}${fraction}Z`)),
    activity: fc.constantFrom('route.delete', 'route.*', '*', '*.delete', 'nothing', 'no.*', 'made*'),
    initiatorId: fc.constantFrom('ada', 'bob', 'nobody'),
    targetId: fc.constantFrom('route-1', 'peer-1'),
    expected: fc.integer({ min: 1, max: 40 }),
  },
  { requiredKeys: [] },
);

let tenants = 0;
const nextTenant = () => `tenant-${++tenants}`;

describe('the history of audit events', () => {
  it('answers every question in full order, on whichever index, and goes on after any event of it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(written, { maxLength: 30 }),
        fc.array(fc.tuple(asked, fc.nat(30)), { minLength: 4, maxLength: 8 }),
        async (rows, questions) => {
          const tenant = nextTenant();
          const events = rows.map(({ time, code, actor, target }, n) =>
            storedEvent(n * 7, time, { tenant, activity_code: code, initiator_id: actor, target_id: target }),
          );
          await store(events);
          for (const [question, start] of questions) {
            const query = { tenant, ...question };
            const all = reference(events, query);
            expect(await take(query)).toEqual(all);
            const from = all[start];
            if (!from) continue;
            expect(await take({ ...query, after: auditPosition(from) })).toEqual(all.slice(start + 1));
          }
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  it('shows nothing of another tenant', async () => {
    const tenant = nextTenant();
    await store([storedEvent(1, '2026-11-23T15:00:00Z', { tenant })]);
    expect(await take({ tenant: nextTenant(), activity: 'route.*' })).toEqual([]);
    expect(await take({ tenant: 'tenant' })).toEqual([]);
  });

  it('finds events whose activity no catalogue knows by a pattern', async () => {
    const tenant = nextTenant();
    await store([storedEvent(1, '2026-11-23T15:00:00Z', { tenant, activity_code: 'zone.of.tomorrow' })]);
    await store([storedEvent(2, '2026-11-23T15:00:01Z', { tenant, activity_code: 'zone.of.today' })]);
    expect((await take({ tenant, activity: 'zone.*' })).map(({ id }) => id)).toEqual(['2', '1']);
  });
});

describe('what a page costs', () => {
  const PER_DAY = 400;
  const tenant = 'busy';
  const history = (days: number) =>
    Array.from({ length: days * PER_DAY }, (_, n) => {
      const day = String(1 + Math.floor(n / PER_DAY)).padStart(2, '0');
      const fields = { tenant, initiator_id: `user-${n % 5}`, activity_code: CODES[n % 4] ?? '' };
      return storedEvent(n, `2026-10-${day}T10:00:00.${String(n % PER_DAY).padStart(6, '0')}Z`, fields);
    });
  const questions: [what: string, question: Omit<AuditHistoryQuery, 'tenant'>][] = [
    ['the newest', {}],
    ['after an event', { after: { nanosText: '2026-10-02T10:00:00.000200000Z', id: '9' } }],
    ['by actor', { initiatorId: 'user-3' }],
    ['by activity', { activity: 'peer.add' }],
    ['by pattern', { activity: '*.delete' }],
    ['by target', { targetId: 'route-700' }],
  ];

  it('does not grow with the history', async () => {
    await store(history(2));
    const cost = async (question: Omit<AuditHistoryQuery, 'tenant'>) => {
      reads.reset();
      await take({ tenant, ...question, expected: 50 }, 50);
      return { units: reads.units, items: reads.items };
    };
    const before = [];
    for (const [, question] of questions) before.push(await cost(question));
    await store(history(8));
    for (const [index, [what, question]] of questions.entries()) {
      const after = await cost(question);
      expect({ what, items: after.items }).toEqual({ what, items: before[index]?.items });
      expect(after.items).toBeLessThan(100);
      // Ids and the list of days have become a little longer.
      expect(after.units).toBeLessThanOrEqual((before[index]?.units ?? 0) + 1);
    }
  }, 60_000);
});

function reference(events: readonly StoredEvent<AuditEvent>[], query: AuditHistoryQuery): StoredEvent<AuditEvent>[] {
  const { since = 0, until = Number.MAX_SAFE_INTEGER, activity = '*', initiatorId, targetId } = query;
  return events
    .filter(({ timestamp }) => at(timestamp) >= since && at(timestamp) <= until)
    .filter(({ activity_code }) => fitsActivity(activity, activity_code))
    .filter(({ initiator_id }) => initiatorId === undefined || initiator_id === initiatorId)
    .filter(({ target_id }) => targetId === undefined || target_id === targetId)
    .toSorted((a, b) => newestFirst(auditPosition(a), auditPosition(b)));
}

describe('the history of traffic', () => {
  const starts = fc
    .record({
      hour: fc.constantFrom('T00', 'T15', 'T23'),
      day: fc.constantFrom('01', '02'),
      rest: fc.constantFrom(':00:00Z', ':30:00.1Z', ':59:59.999999Z'),
    })
    .map(({ day, hour, rest }) => `2026-11-${day}${hour}${rest}`);

  it('is newest first over hours and their parts, within any range, and goes on after any row', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(starts, fc.constantFrom('peer-a', 'peer-b')), { maxLength: 25 }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(
          fc.record({
            since: starts,
            until: starts,
            start: fc.nat(20),
            reporter: fc.constantFrom('', 'peer-a', 'peer-b'),
          }),
          { minLength: 3, maxLength: 6 },
        ),
        async (given, shards, questions) => {
          const tenant = nextTenant();
          const plan = [{ from: '2026-11-01T15', shards }];
          const rows = given.map(([window_start, reporter_id], n) =>
            trafficRow(n, { window_start, reporter_id, ...({ tenant } as object) }),
          );
          await storeTraffic(rows, plan);
          for (const { since, until, start, reporter } of questions) {
            const query = { tenant, since: at(since), until: at(until), ...(reporter && { reporterId: reporter }) };
            const all = rows
              .filter((row) => at(row.window_start ?? '') >= query.since && at(row.window_start ?? '') <= query.until)
              .filter((row) => reporter === '' || row.reporter_id === reporter)
              .toSorted((a, b) => (trafficIdentity(a) > trafficIdentity(b) ? -1 : 1));
            expect((await takeTraffic(query)).map(({ row }) => row)).toEqual(all);
            expect((await takeTraffic({ ...query, expected: 2 })).map(({ row }) => row)).toEqual(all);
            const from = all[start];
            if (reporter === '') await expectCounts(query, all, start);
            if (!from) continue;
            const rest = await takeTraffic({ ...query, after: trafficIdentity(from) });
            expect(rest.map(({ row }) => row)).toEqual(all.slice(start + 1));
          }
        },
      ),
      { numRuns: 15 },
    );
  }, 60_000);

  it('is counted over hours at a time, and hardly farther than it is wanted', async () => {
    const tenant = nextTenant();
    const rows = Array.from({ length: 960 }, (_, n) => {
      const hour = String(n % 24).padStart(2, '0');
      return trafficRow(n, { window_start: `2026-11-0${1 + (n % 2)}T${hour}:00:00Z`, ...({ tenant } as object) });
    });
    await storeTraffic(rows, []);
    const range = { tenant, since: at('2026-11-01T00:00:00Z'), until: at('2026-11-03T00:00:00Z') };
    reads.reset();
    expect(await archive.countTraffic(range, 50_000)).toBe(960);
    expect(reads.requests).toBeLessThan(30);
    reads.reset();
    expect(await archive.countTraffic(range, 100)).toBe(100);
    expect(reads.items).toBeLessThan(200);
  });

  it('costs what is read: a reporter’s rows cost nothing of the others’', async () => {
    const tenant = nextTenant();
    const rows = Array.from({ length: 600 }, (_, n) =>
      trafficRow(n, { reporter_id: n % 100 === 0 ? `rare-${tenant}` : 'peer-b', ...({ tenant } as object) }),
    );
    await storeTraffic(rows, []);
    const range = { tenant, since: at('2026-11-23T00:00:00Z'), until: at('2026-11-24T00:00:00Z') };
    reads.reset();
    await takeTraffic({ ...range, expected: 10 }, 10);
    expect(reads.items).toBeLessThan(20);
    reads.reset();
    expect(await takeTraffic({ ...range, reporterId: `rare-${tenant}` })).toHaveLength(6);
    expect(reads.items).toBe(12);
  });
});

/** Of all rows, and of those after one of them. */
async function expectCounts(range: TrafficRange, rows: readonly TrafficEvent[], start: number): Promise<void> {
  expect(await archive.countTraffic(range, 12)).toBe(Math.min(12, rows.length));
  const from = rows[start];
  if (!from) return;
  const [after, left] = [trafficIdentity(from), rows.length - start - 1];
  expect(await archive.countTraffic({ ...range, after }, 100)).toBe(left);
  expect(await archive.countTraffic({ ...range, after }, 3)).toBe(Math.min(3, left));
}

async function storeTraffic(rows: readonly StoredTrafficEvent[], plan: ShardPlan): Promise<void> {
  const puts = rows.map((row) => ({ row, bucket: bucketOfRow(trafficIdentity(row), plan) }));
  await createDynamoDbStores(db.client, db.names).events.putTraffic(puts);
}

async function takeTraffic(query: TrafficHistoryQuery, most = Number.POSITIVE_INFINITY): Promise<StoredTrafficRow[]> {
  const taken: StoredTrafficRow[] = [];
  for await (const row of archive.traffic(query)) {
    taken.push(row);
    if (taken.length >= most) break;
  }
  return taken;
}
