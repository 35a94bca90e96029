import fc from 'fast-check';
import type { StoredEvent } from '../../../lib/model/event.ts';
import { auditPosition, newestFirst } from '../../../lib/store/archive.ts';
import { storedEvent } from '../../contracts/event-store.contract.ts';
import { FakeArchive } from '../fake-archive.ts';
import { openApiServer, type TestApi } from '../open-api-server.ts';

const AUDIT = '/api/events/audit';
let api: TestApi;
afterEach(() => api.close());

const events = (count: number, fields: (n: number) => Partial<StoredEvent> = () => ({})) =>
  Array.from({ length: count }, (_, n) =>
    storedEvent(n, new Date(Date.parse('2026-11-01T00:00:00Z') + n * 1000).toISOString(), fields(n)),
  ).toReversed();

async function idsOf(target: string): Promise<string[]> {
  const answer = await api.get(target);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { id: string }[]).map(({ id }) => id);
}

async function messageOf(target: string): Promise<string> {
  const answer = await api.get(target);
  const { message, code } = (await answer.json()) as { message: string; code: number };
  expect([answer.status, code]).toEqual([400, 400]);
  return message;
}

/** Newest first, one of those that are the same to a reader. */
function inOrder(list: readonly StoredEvent[]): StoredEvent[] {
  const byPosition = new Map(list.map((event) => [JSON.stringify(auditPosition(event)), event]));
  return [...byPosition.values()].toSorted((a, b) => newestFirst(auditPosition(a), auditPosition(b)));
}

/** `<timestamp> <id>` of all events from a page on, by the links to the next. */
async function followed(server: TestApi, first: string): Promise<string[]> {
  const seen: string[] = [];
  for (let next: string | undefined = first; next !== undefined; ) {
    const answer: Response = await server.get(next);
    for (const { timestamp, id } of (await answer.json()) as StoredEvent[]) seen.push(`${timestamp} ${id}`);
    next = /^<(.+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
    expect(answer.headers.get('x-next-cursor') ?? undefined).toBe(next && /cursor=([\w-]+)$/.exec(next)?.[1]);
  }
  return seen;
}

describe('the plain call', () => {
  it('answers the newest 10,000, and ignores parameters that nobody knows', async () => {
    const archive = new FakeArchive(events(10_050));
    api = await openApiServer(archive);
    for (const query of ['', '?account=abc', '?limit=5&since=1h', '?page=', '?%']) {
      const ids = await idsOf(AUDIT + query);
      expect([ids.length, ids[0], ids.at(-1)]).toEqual([10_000, '10049', '50']);
    }
    expect((await api.get(AUDIT)).headers.get('link')).toBeNull();
    expect(archive.asked[0]).toEqual({ tenant: 'default', expected: 10_000 });
  });
});

describe('pages', () => {
  it('follow each other by cursor to the end of history, each event once, however the pages are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ second: fc.nat(3), fraction: fc.constantFrom('', '.1', '.000000001'), id: fc.nat(40) }), {
          maxLength: 25,
        }),
        fc.integer({ min: 1, max: 9 }),
        async (written, size) => {
          const all = inOrder(
            written.map(({ second, fraction, id }) => storedEvent(id, `2026-11-23T15:00:0${second}${fraction}Z`)),
          );
          const server = await openApiServer(new FakeArchive(all));
          const seen = await followed(server, `${AUDIT}?page_size=${size}`);
          await server.close();
          expect(seen).toEqual(all.map(({ timestamp, id }) => `${timestamp} ${id}`));
        },
      ),
      { numRuns: 20 },
    );
    api = await openApiServer(new FakeArchive());
  });

  it('can be asked for by number, as far as NetBird counts', async () => {
    api = await openApiServer(new FakeArchive(events(25)));
    expect(await idsOf(`${AUDIT}?page=2&page_size=10`)).toEqual([
      '14',
      '13',
      '12',
      '11',
      '10',
      '9',
      '8',
      '7',
      '6',
      '5',
    ]);
    const last = await api.get(`${AUDIT}?page=3&page_size=10`);
    expect(await last.json()).toHaveLength(5);
    expect([last.headers.get('link'), last.headers.get('x-total-count')]).toEqual([null, '25']);
    expect(await idsOf(`${AUDIT}?page=4&page_size=10`)).toEqual([]);
    expect(await messageOf(`${AUDIT}?page=51&page_size=1000`)).toMatch(
      /beyond the first 50000 events: go on with cursor/,
    );
  });

  it('keep the other parameters in the link to the next', async () => {
    api = await openApiServer(new FakeArchive(events(5)));
    const { headers } = await api.get(`/api/events?activity_code=route.*&page=1&page_size=2&x=%26`);
    expect(headers.get('link')).toMatch(
      /^<\/api\/events\?activity_code=route\.\*&page_size=2&x=%26&cursor=[\w-]+>; rel="next"$/,
    );
  });

  it('read one event beyond themselves, and no more', async () => {
    const archive = new FakeArchive(events(1000));
    api = await openApiServer(archive);
    await idsOf(`${AUDIT}?page_size=10`);
    expect(archive.taken).toBe(11);
    expect(archive.asked[0]).toEqual({ tenant: 'default', expected: 11 });
  });
});

describe('filters', () => {
  it('ask the archive for what is rarest, and sieve the rest', async () => {
    const mixed = events(24, (n) => ({
      initiator_id: n % 2 ? 'ada' : 'bob',
      target_id: n % 3 ? 'route-1' : 'peer-1',
      activity_code: n % 4 ? 'route.delete' : 'peer.add',
    }));
    const archive = new FakeArchive(mixed);
    api = await openApiServer(archive);
    const range = 'start_date=2026-11-01T00:00:00Z&end_date=2026-11-01T01:00:00.5%2B01:00';
    const ids = await idsOf(`${AUDIT}?${range}&initiator_id=ada&target_id=route-1&activity_code=route.*`);
    expect(ids).toEqual(['23', '19', '17', '13', '11', '7', '5', '1']);
    expect(archive.asked).toEqual([
      {
        tenant: 'default',
        since: Date.parse('2026-11-01T00:00:00Z') * 1000,
        until: Date.parse('2026-11-01T00:00:00.5Z') * 1000,
        targetId: 'route-1',
        expected: 1001,
      },
    ]);
  });

  it.each([
    ['initiator_id=ada', { initiatorId: 'ada' }],
    ['activity_code=*.delete', { activity: '*.delete' }],
    ['initiator_id=ada&activity_code=*.delete', { initiatorId: 'ada' }],
    ['search=x', {}],
  ])('%s is asked of the index that it names', async (query, asked) => {
    const archive = new FakeArchive();
    api = await openApiServer(archive);
    await idsOf(`${AUDIT}?${query}`);
    expect(archive.asked).toEqual([{ tenant: 'default', ...asked, expected: 1001 }]);
  });

  it('search for a part of any text, in any case', async () => {
    api = await openApiServer(
      new FakeArchive([
        storedEvent(1, '2026-11-23T15:00:00Z', { meta: { name: 'Zürich OFFICE', n: 42 } }),
        storedEvent(2, '2026-11-23T15:00:00Z', { meta: {}, initiator_email: 'office@example.com' }),
        storedEvent(3, '2026-11-23T15:00:00Z', { meta: {} }),
      ]),
    );
    expect(await idsOf(`${AUDIT}?search=oFFice`)).toEqual(['1', '2']);
    expect(await idsOf(`${AUDIT}?search=ZÜRICH`)).toEqual(['1']);
    expect(await idsOf(`${AUDIT}?search=42`)).toEqual(['1']);
    expect(await idsOf(`${AUDIT}?search=ada lovelace`)).toEqual(['1', '2', '3']);
  });

  it('look at 50,000 events at most: a cursor goes on where they ended, a page by number is refused', async () => {
    const rare = (n: number) => (n % 30_000 === 0 ? { meta: { name: 'needle' } } : {});
    const archive = new FakeArchive(events(100_000, rare));
    api = await openApiServer(archive);
    const first = await api.get(`${AUDIT}?search=needle`);
    expect(((await first.json()) as StoredEvent[]).map(({ id }) => id)).toEqual(['90000', '60000']);
    expect(archive.taken).toBe(50_001);
    const second = await api.get(first.headers.get('link')?.split(/[<>]/)[1] ?? '');
    expect(((await second.json()) as StoredEvent[]).map(({ id }) => id)).toEqual(['30000', '0']);
    expect(await messageOf(`${AUDIT}?search=needle&page=2&page_size=2`)).toMatch(
      /takes more than 50000 events to find/,
    );
  });
});

describe('what cannot be meant', () => {
  it.each([
    ['start_date=yesterday', 'start_date cannot be "yesterday": give an RFC 3339 time such as 2026-11-23T15:51:34Z'],
    ['end_date=2026-02-30T00:00:00Z', 'end_date cannot be "2026-02-30T00:00:00Z": give an RFC 3339 time'],
    ['page=0', 'page cannot be "0": give a whole number from 1 to 50000'],
    ['page=1.5', 'page cannot be "1.5": give a whole number'],
    ['page_size=10001', 'page_size cannot be "10001": give a whole number from 1 to 10000'],
    ['page_size=1e3', 'page_size cannot be "1e3"'],
    ['cursor=abc', 'cursor cannot be "abc": give the X-Next-Cursor of an earlier answer, as it is'],
    [`cursor=${Buffer.from('2026-11-23T15:00:00.000000000Z#x').toString('base64url')}`, 'cursor cannot be'],
    [`search=${'x'.repeat(8193)}`, 'search cannot be "xxxx'],
  ])('is told by its name: %s', async (query, message) => {
    api = await openApiServer(new FakeArchive());
    expect((await messageOf(`${AUDIT}?${query}`)).slice(0, message.length)).toBe(message);
  });

  it('is told where two parameters do not go together', async () => {
    api = await openApiServer(new FakeArchive(events(3)));
    const cursor = (await api.get(`${AUDIT}?page_size=1`)).headers.get('x-next-cursor');
    expect(await messageOf(`${AUDIT}?page=1&cursor=${cursor}`)).toMatch(/page and cursor do not go together/);
  });

  it('is nothing at all: a range that ends before it begins holds no event', async () => {
    api = await openApiServer(new FakeArchive());
    expect(await idsOf(`${AUDIT}?start_date=2026-11-02T00:00:00Z&end_date=2026-11-01T00:00:00Z`)).toEqual([]);
  });
});
