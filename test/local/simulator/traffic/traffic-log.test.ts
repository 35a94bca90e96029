import type { Listening } from '../../../../lib/local/simulator/server.ts';
import {
  createNetBirdSimulator,
  type NetBirdSimulator,
  type SimulatorOptions,
} from '../../../../lib/local/simulator/simulator.ts';
import type { TrafficLog } from '../../../../lib/local/simulator/traffic/traffic-log.ts';
import type { TrafficEvent } from '../../../../lib/model/traffic.ts';
import { NOON, peer, reports, resource, rowAt, rows, WINDOW_MS } from './ends.ts';

const HOUR_MS = 3_600_000;
const open: Listening[] = [];
let now = NOON;

beforeEach(() => {
  now = NOON + 2 * HOUR_MS;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.close()));
});

interface Page {
  readonly data: TrafficEvent[];
  readonly page: number;
  readonly page_size: number;
  readonly total_records: number;
  readonly total_pages: number;
}

interface Served {
  readonly simulator: NetBirdSimulator;
  readonly log: TrafficLog;
  get(query?: Record<string, string>, token?: string): Promise<Response>;
  page(query?: Record<string, string>): Promise<Page>;
  /** Flow ids of the rows. */
  ids(query?: Record<string, string>): Promise<string[]>;
}

/** A server with these rows, which are there from the start. */
async function serve(there: readonly TrafficEvent[] = [], options: SimulatorOptions = {}): Promise<Served> {
  const simulator = createNetBirdSimulator({ clock: () => new Date(now), traffic: {}, ...options });
  const { traffic } = simulator;
  if (!traffic) throw new Error('the simulator has no traffic');
  traffic.append(there.map((row) => ({ at: 0, row })));
  const listening = await simulator.listen();
  open.push(listening);
  const get = (query: Record<string, string> = {}, token = simulator.token): Promise<Response> =>
    fetch(`${listening.url}/api/events/network-traffic?${new URLSearchParams(query)}`, {
      headers: { authorization: `Token ${token}` },
    });
  const page = async (query?: Record<string, string>): Promise<Page> => {
    const response = await get(query);
    expect(response.status).toBe(200);
    return (await response.json()) as Page;
  };
  return {
    simulator,
    log: traffic,
    get,
    page,
    ids: async (query) => (await page(query)).data.map(({ flow_id }) => flow_id),
  };
}

/** Rows in so many windows after noon. */
function windows(count: number): TrafficEvent[] {
  return Array.from({ length: count }, (_, n) => rowAt(n, { destination: peer(2, { reports: false }) }));
}

function idsOf(list: readonly TrafficEvent[]): string[] {
  return list.map(({ flow_id }) => flow_id);
}

describe('the endpoint', () => {
  it('is not there on an open-source server: text, and no request id', async () => {
    const listening = await createNetBirdSimulator().listen();
    open.push(listening);
    const response = await fetch(`${listening.url}/api/events/network-traffic`);
    expect([response.status, response.headers.get('x-request-id'), await response.text()]).toEqual([
      404,
      null,
      '404 page not found\n',
    ]);
    expect(response.headers.get('content-type')).toContain('text/plain');
  });

  it('is for those who may read events', async () => {
    const { simulator, get } = await serve();
    const { tokens } = simulator;
    expect((await get({}, 'nbp_no')).status).toBe(401);
    expect((await get({}, tokens.issue({ owner: 'person', role: 'user' }))).status).toBe(403);
    expect((await get({}, tokens.issue({ owner: 'person', role: 'auditor' }))).status).toBe(200);
  });

  it('answers an empty page where nothing is logged', async () => {
    const { page } = await serve();
    expect(await page()).toEqual({ data: [], page: 1, page_size: 1000, total_pages: 0, total_records: 0 });
  });

  it('writes JSON as the server does: keys in order, some characters as escapes, a newline at the end', async () => {
    const { get } = await serve([rowAt(0, { destination: resource('R&D <lab>', peer(9)) })]);
    const text = await (await get()).text();
    expect(text.endsWith('}\n')).toBe(true);
    expect(text).toContain('R\\u0026D \\u003clab\\u003e');
    const [row] = (JSON.parse(text) as Page).data;
    expect(Object.keys(row ?? {})).toEqual(Object.keys(row ?? {}).sort());
  });

  it('has faults of its own, and leaves those of the audit log alone', async () => {
    const { simulator, log, get } = await serve();
    simulator.faults.next({ kind: 'status', status: 500 });
    expect((await get()).status).toBe(200);
    log.faults.next({ kind: 'status', status: 503 });
    expect([(await get()).status, (await get()).status]).toEqual([503, 200]);
  });
});

describe('its parameters', () => {
  it.each([
    ['page', '0'],
    ['page', '-1'],
    ['page', 'two'],
    ['page_size', '0'],
    ['page_size', '50001'],
    ['page_size', '10.5'],
    ['protocol', 'tcp'],
    ['protocol', '-6'],
    ['type', 'START'],
    ['connection_type', 'p2p'],
    ['direction', 'OUT'],
    ['start_date', 'yesterday'],
    ['start_date', '2026-11-23'],
    ['end_date', '2026-02-30T00:00:00Z'],
  ])('refuse %s=%s with 400', async (name, value) => {
    const { get } = await serve();
    const response = await get({ [name]: value });
    expect([response.status, await response.json()]).toEqual([
      400,
      { code: 400, message: expect.stringMatching(`^${name} cannot be `) },
    ]);
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-v]{20}$/);
  });

  it('may be empty or unknown, which is as if they were not there', async () => {
    const there = windows(2);
    const { ids } = await serve(there);
    expect(await ids({ page: '', search: '', type: '', start_date: '', order: 'asc' })).toEqual(idsOf(there).reverse());
  });

  it('page through the rows, newest first; there is no page after the last', async () => {
    const there = windows(5);
    const { page } = await serve(there);
    const pages = await Promise.all([1, 2, 3, 4].map((n) => page({ page: String(n), page_size: '2' })));
    expect(pages.flatMap(({ data }) => idsOf(data))).toEqual(idsOf(there).reverse());
    expect(pages.map(({ data, ...numbers }) => ({ rows: data.length, ...numbers }))).toEqual(
      [2, 2, 1, 0].map((count, n) => ({ rows: count, page: n + 1, page_size: 2, total_pages: 3, total_records: 5 })),
    );
  });

  it('compare times with the start of the window, both ends included', async () => {
    const there = windows(4);
    const range = { start_date: '2026-11-23T12:05:00Z', end_date: '2026-11-23T13:10:00+01:00' };
    expect(await (await serve(there)).ids(range)).toEqual(idsOf(there.slice(1, 3)).reverse());
    expect(await (await serve(there, { traffic: { datedBy: 'window_end' } })).ids(range)).toEqual(
      idsOf(there.slice(0, 2)).reverse(),
    );
    expect(await (await serve(there, { traffic: { order: 'oldest' } })).ids(range)).toEqual(idsOf(there.slice(1, 3)));
  });

  const router = peer(9);
  const there = [
    rowAt(0),
    rowAt(1, { source: peer(3), destination: peer(2), protocol: 17 }),
    rowAt(2, { source: peer(3), destination: resource('printers', router), protocol: 1, connections: 5 }),
    ...rows({ startedAt: NOON + 3 * WINDOW_MS, endedAt: NOON + 3 * WINDOW_MS, dropped: true }).slice(1),
    ...rows({ startedAt: NOON + 4 * WINDOW_MS, endedAt: NOON + 9 * WINDOW_MS }).slice(0, 1),
  ];
  it.each<[Record<string, string>, number[]]>([
    [{ user_id: 'user-3' }, [2, 1]],
    [{ reporter_id: 'peer-2' }, [3]],
    [{ source_id: 'peer-1' }, [4, 3, 0]],
    [{ destination_id: 'id-of-printers' }, [2]],
    [{ protocol: '17' }, [1]],
    [{ type: 'TYPE_DROP' }, [3]],
    [{ type: 'TYPE_END' }, [2, 1, 0]],
    [{ type: 'TYPE_START' }, [4, 2, 1, 0]],
    [{ type: 'TYPE_UNKNOWN' }, []],
    [{ connection_type: 'ROUTED' }, [2]],
    [{ connection_type: 'P2P' }, [4, 3, 1, 0]],
    [{ direction: 'INGRESS' }, [3]],
    [{ search: 'PRINT' }, [2]],
    [{ search: 'u3@acme' }, [2, 1]],
    [{ search: '100.92.0.3:' }, [2, 1]],
    [{ search: 'machine-2', protocol: '6', direction: 'EGRESS' }, [4, 0]],
  ])('filter by %j', async (query, found) => {
    const { page } = await serve(there);
    const { data, total_records } = await page(query);
    expect(data.map((row) => there.findIndex(({ flow_id }) => flow_id === row.flow_id))).toEqual(found);
    expect(total_records).toBe(found.length);
  });
});

describe('what the log shows', () => {
  it('is at most 50,000 rows of a query, the newest; a narrower one shows more', async () => {
    const row = rowAt(0);
    const old = windows(3);
    const { page, ids } = await serve([
      ...old,
      ...Array.from({ length: 50_010 }, () => ({ ...row, window_start: '2026-11-23T13:00:00Z' })),
    ]);
    const all = await page({ page_size: '1' });
    expect([all.total_records, all.total_pages]).toEqual([50_000, 50_000]);
    expect(await ids({ end_date: '2026-11-23T12:59:59Z' })).toEqual(idsOf(old).reverse());
  });

  it('is kept for 48 hours, or as long as it is said', async () => {
    const there = windows(2);
    const { ids } = await serve(there);
    const longer = await serve(there, { traffic: { retentionMs: 7 * 24 * HOUR_MS } });
    now = NOON + 48 * HOUR_MS + 1;
    expect(await ids()).toEqual(idsOf(there.slice(1)));
    now = NOON + 6 * 24 * HOUR_MS;
    expect([await ids(), await longer.ids()]).toEqual([[], idsOf(there).reverse()]);
  });

  it('comes some minutes after a window, and hours later where it is late: with its old window', async () => {
    const [first, second, late] = windows(3);
    if (!first || !second || !late) throw new Error('three rows');
    const { log, ids } = await serve([first]);
    log.append([
      { at: now + 60_000, row: second },
      { at: now + 5 * HOUR_MS, row: late },
    ]);
    expect(await ids()).toEqual(idsOf([first]));
    now += 60_000;
    expect(await ids()).toEqual(idsOf([second, first]));
    now += 5 * HOUR_MS;
    expect(await ids()).toEqual(idsOf([late, second, first]));
  });

  it('grows in place: the same row, later with its end and its bytes', async () => {
    const [opened, whole] = reports({ source: peer(1, { legacy: true }), destination: peer(2, { reports: false }) });
    if (!opened || !whole) throw new Error('two reports');
    const { log, page } = await serve();
    log.append([
      { at: now, row: opened.row },
      { at: now + 1000, row: whole.row, grown: true },
    ]);
    const before = await page();
    now += 1000;
    const after = await page();
    expect(
      [before, after].map(({ data }) =>
        data.map(({ flow_id, tx_bytes, events }) => [flow_id, tx_bytes, events?.length]),
      ),
    ).toEqual([[[opened.row.flow_id, 0, 1]], [[opened.row.flow_id, 1000, 2]]]);
    log.growNow({ ...whole.row, tx_bytes: 7000 });
    expect((await page()).data.map(({ tx_bytes }) => tx_bytes)).toEqual([7000]);
  });

  it('lets an aggregated row grow as well, and shows twice what was delivered twice', async () => {
    const [row] = windows(1);
    if (!row) throw new Error('one row');
    const { log, page } = await serve([row]);
    log.growNow({ ...row, tx_bytes: 5 });
    expect((await page()).data.map(({ tx_bytes }) => tx_bytes)).toEqual([5]);
    log.appendNow(row);
    expect((await page()).total_records).toBe(2);
  });

  it('moves under who reads page by page, while rows arrive', async () => {
    const there = windows(4);
    const [newest] = [rowAt(9)];
    const { log, ids } = await serve(there);
    log.arriveAfterNextAnswer([{ at: now, row: newest }]);
    const first = await ids({ page: '1', page_size: '2' });
    const second = await ids({ page: '2', page_size: '2' });
    expect([...first, ...second]).toEqual(idsOf([there[3], there[2], there[2], there[1]].flatMap((row) => row ?? [])));
    expect(await ids({ page: '3', page_size: '2' })).toEqual(idsOf(there.slice(0, 1)));
  });

  it('has nothing new while the account’s setting is off', async () => {
    const [first, second] = windows(2);
    if (!first || !second) throw new Error('two rows');
    const { log, ids } = await serve([first]);
    log.setLogging(false);
    log.appendNow(second);
    expect(await ids()).toEqual(idsOf([first]));
  });

  it('is all there after the server was down, and it says nothing while it is', async () => {
    const there = windows(3);
    const { log, get, ids } = await serve(there.slice(0, 1));
    log.faults.always({ kind: 'status', status: 503 });
    log.append(there.slice(1).map((row) => ({ at: now + HOUR_MS, row })));
    expect((await get()).status).toBe(503);
    now += HOUR_MS;
    log.faults.clear();
    expect(await ids()).toEqual(idsOf(there).reverse());
  });

  it('can hold what no server writes', async () => {
    const { log, get } = await serve(windows(1));
    log.appendRaw('{"flow_id":7}');
    log.appendRaw('"row"', NOON);
    const { data } = (await (await get()).json()) as { data: unknown[] };
    expect(data[0]).toEqual({ flow_id: 7 });
    expect(data).toContain('row');
  });

  it('has neither windows nor counters on a server before 0.75, which does not know two of the filters', async () => {
    const { page } = await serve(rows(), { traffic: { aggregates: false }, version: '0.74.2' });
    const { data } = await page({ source_id: 'nobody', destination_id: 'nobody' });
    expect(data).toHaveLength(2);
    for (const key of ['window_start', 'window_end', 'num_of_starts', 'num_of_ends', 'num_of_drops']) {
      expect(data[0]).not.toHaveProperty(key);
    }
    expect((await page({ reporter_id: 'nobody' })).total_records).toBe(0);
  });
});
