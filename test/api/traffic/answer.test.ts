import { at } from '../../contracts/event-store.contract.ts';
import { FakeArchive, trafficRow } from '../fake-archive.ts';
import { openApiServer, type TestApi } from '../open-api-server.ts';

const TRAFFIC = '/api/events/network-traffic';
let api: TestApi;
afterEach(() => api.close());

interface Page {
  readonly data: { readonly flow_id: string }[];
  readonly page: number;
  readonly page_size: number;
  readonly total_pages: number;
  readonly total_records: number;
}

async function pageOf(query: string): Promise<Page> {
  const answer = await api.get(TRAFFIC + query);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Page;
}

const DAY = 86_400_000_000;
const NOW = at('2026-11-24T12:00:00Z');

describe('a page of traffic', () => {
  it('has keys in alphabetical order, the row as it was served, and the counts of all', async () => {
    api = await openApiServer(new FakeArchive([], () => [trafficRow(1), trafficRow(2)]));
    const text = await (await api.get(`${TRAFFIC}?page_size=1`)).text();
    expect(text).toMatch(
      /^\{"data":\[\{"destination":\{.*\}\],"page":1,"page_size":1,"total_pages":2,"total_records":2\}\n$/,
    );
    const { tenant: _t, collectedAt: _c, ...served } = trafficRow(1);
    expect(JSON.parse(text).data).toEqual([served]);
  });

  it('is one of several, and empty after the last', async () => {
    api = await openApiServer(new FakeArchive([], () => Array.from({ length: 25 }, (_, n) => trafficRow(n))));
    const pages = await Promise.all([1, 2, 3, 4].map((page) => pageOf(`?page_size=10&page=${page}`)));
    expect(pages.map(({ data }) => data.length)).toEqual([10, 10, 5, 0]);
    expect(pages.flatMap(({ data }) => data.map(({ flow_id }) => flow_id))).toEqual(
      Array.from({ length: 25 }, (_, n) => `flow-${n}`),
    );
    for (const page of pages) expect(page).toMatchObject({ total_pages: 3, total_records: 25 });
  });

  it('is empty where there is nothing', async () => {
    api = await openApiServer(new FakeArchive());
    expect(await (await api.get(TRAFFIC)).text()).toBe(
      '{"data":[],"page":1,"page_size":1000,"total_pages":0,"total_records":0}\n',
    );
  });

  it('counts to 50,000, as NetBird does, and reads no further', async () => {
    const archive = new FakeArchive([], function* () {
      for (let n = 0; n < 60_000; n++) yield trafficRow(n);
    });
    api = await openApiServer(archive);
    const { total_pages, total_records } = await pageOf('?page_size=1000&page=2');
    expect([total_pages, total_records, archive.taken]).toEqual([50, 50_000, 2000]);
    expect((await pageOf('?page_size=1000&protocol=6')).total_records).toBe(50_000);
    expect(archive.taken).toBe(52_000);
    expect((await pageOf('?page_size=50000&page=2')).data).toEqual([]);
  });
});

describe('the filters of traffic', () => {
  const rows = [
    trafficRow(0),
    trafficRow(1, { user: { id: 'bob', email: '', name: '' }, reporter_id: 'peer-b', direction: 'INGRESS' }),
    trafficRow(2, { protocol: 17, reporter_id: 'peer-router' }),
    trafficRow(3, { num_of_starts: 0, num_of_drops: 2, events: [] }),
    trafficRow(4, {
      num_of_starts: 0,
      source: { id: 'peer-c', name: 'Camera', address: '[2001:db8::1]:443' },
      events: [{ type: 'TYPE_UNKNOWN', timestamp: '2026-11-23T15:00:00Z' }],
    }),
  ];
  const range = 'start_date=2026-11-23T00:00:00Z&end_date=2026-11-24T00:00:00.000Z';

  it.each([
    ['user_id=bob', [1]],
    ['reporter_id=peer-a', [0, 3, 4]],
    ['source_id=peer-c', [4]],
    ['destination_id=peer-b', [0, 1, 2, 3, 4]],
    ['protocol=17', [2]],
    ['protocol=0', []],
    ['protocol=300', []],
    ['type=TYPE_START', [0, 1, 2]],
    ['type=TYPE_DROP', [3]],
    ['type=TYPE_END', []],
    ['type=TYPE_UNKNOWN', [4]],
    ['connection_type=ROUTED', [2, 4]],
    ['connection_type=P2P', [0, 1, 3]],
    ['direction=INGRESS', [1]],
    ['search=ADA@', [0, 2, 3, 4]],
    ['search=camera', [4]],
    ['search=2001:db8', [4]],
    ['search=100.64.0.3', [3]],
    ['user_id=bob&protocol=17', []],
    ['account=other&sort=oldest', [0, 1, 2, 3, 4]],
    ['user_id=', [0, 1, 2, 3, 4]],
  ])('%s', async (query, wanted) => {
    api = await openApiServer(new FakeArchive([], () => rows));
    const { data, total_records } = await pageOf(`?${range}&${query}`);
    expect(data.map(({ flow_id }) => flow_id)).toEqual(wanted.map((n) => `flow-${n}`));
    expect(total_records).toBe(wanted.length);
  });

  it.each<[string, object]>([
    ['', { since: 0, until: Number.MAX_SAFE_INTEGER }],
    ['?start_date=2025-01-01T00:00:00Z', { since: at('2025-01-01T00:00:00Z'), until: Number.MAX_SAFE_INTEGER }],
    ['?protocol=6', { since: NOW - 7 * DAY, until: Number.MAX_SAFE_INTEGER }],
    [
      '?search=x&end_date=2026-11-01T00:00:00Z',
      { since: at('2026-10-25T00:00:00Z'), until: at('2026-11-01T00:00:00Z') },
    ],
    ['?search=x&start_date=2026-10-24T12:00:00Z', { since: at('2026-10-24T12:00:00Z') }],
    ['?reporter_id=peer-a', { reporterId: 'peer-a' }],
  ])('look through a range: %s', async (query, asked) => {
    const archive = new FakeArchive();
    api = await openApiServer(archive);
    await pageOf(query);
    expect(archive.asked).toEqual([expect.objectContaining(asked)]);
  });

  it.each([
    ['page=0', 'page cannot be "0"'],
    ['page_size=50001', 'page_size cannot be "50001": give a whole number from 1 to 50000'],
    ['page_size=abc', 'page_size cannot be "abc"'],
    ['protocol=tcp', 'protocol cannot be "tcp": give an IANA protocol number such as 6, and no name'],
    ['protocol=-1', 'protocol cannot be "-1"'],
    ['type=START', 'type cannot be "START": give one of TYPE_UNKNOWN, TYPE_START, TYPE_END, TYPE_DROP'],
    ['connection_type=p2p', 'connection_type cannot be "p2p": give one of P2P, ROUTED'],
    ['direction=in', 'direction cannot be "in": give one of INGRESS, EGRESS, DIRECTION_UNKNOWN'],
    ['start_date=1', 'start_date cannot be "1"'],
    ['search=x&start_date=2026-10-01T00:00:00Z', 'start_date is more than 31 days before end_date'],
  ])('are refused by name: %s', async (query, message) => {
    api = await openApiServer(new FakeArchive());
    const answer = await api.get(`${TRAFFIC}?${query}`);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { message: string }).message.slice(0, message.length)).toBe(message);
  });
});
