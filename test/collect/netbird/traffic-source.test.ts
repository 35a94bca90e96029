import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { netbirdTrafficSource, type TrafficQuery } from '../../../lib/collect/netbird/traffic-source.ts';
import { trafficRow } from '../../contracts/traffic-rows.ts';

async function asked(answer: RequestListener, query: TrafficQuery = {}, path = '') {
  const requests: { url: string; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    requests.push({ url: request.url ?? '', authorization: request.headers.authorization });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const source = netbirdTrafficSource({ url, token: async () => `nbp_${'a'.repeat(36)}`, idleMs: 200, answerMs: 1000 });
  try {
    const page = await source.open(query, new AbortController().signal);
    const rows: unknown[] = [];
    for await (const raws of page.elements) rows.push(...raws.map((raw) => JSON.parse(raw)));
    return { requests, rows, fields: page.fields(), bytes: page.bytesRead(), requestId: page.requestId };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const json =
  (body: unknown, status = 200, headers = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', 'x-request-id': 'r1', ...headers });
    response.end(JSON.stringify(body));
  };
const ONE = { data: [trafficRow()], page: 1, page_size: 1000, total_pages: 1, total_records: 1 };

describe('NetBird’s traffic endpoint', () => {
  it('is asked by every filter that it has, with the token', async () => {
    const query: TrafficQuery = {
      page: 2,
      page_size: 10_000,
      user_id: 'u',
      reporter_id: 'r',
      source_id: 's',
      destination_id: 'd',
      protocol: 6,
      type: 'TYPE_END',
      connection_type: 'P2P',
      direction: 'INGRESS',
      search: 'Büro & co',
      start_date: '2026-11-23T15:00:00Z',
      end_date: '2026-11-23T16:00:00Z',
      account: 'acme',
    };
    const { requests, rows, fields } = await asked(json(ONE), query, '/api/?account=other');
    const url = new URL(requests[0]?.url ?? '', 'http://x');
    expect(url.pathname).toBe('/api/events/network-traffic');
    const sent = Object.fromEntries(url.searchParams);
    expect(sent).toEqual(Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])));
    expect(requests[0]?.authorization).toBe(`Token nbp_${'a'.repeat(36)}`);
    expect(rows).toEqual(ONE.data);
    expect(fields).toEqual({ page: 1, pageSize: 1000, totalPages: 1, totalRecords: 1 });
  });

  it.each([
    ['', '/api/events/network-traffic'],
    ['/netbird/', '/netbird/api/events/network-traffic'],
    ['/api/events/audit', '/api/events/network-traffic'],
    ['/api/events/network-traffic', '/api/events/network-traffic'],
  ])('is found under %p', async (path, wanted) => {
    expect((await asked(json(ONE), {}, path)).requests[0]?.url).toBe(wanted);
  });

  it.each([
    ['a missing route', 404, 'text/plain', '404 page not found', 'endpoint_absent'],
    ['a plan without it', 402, 'application/json', '{"message":"upgrade"}', 'plan_required'],
    ['a role without it', 403, 'application/json', '{"message":"permission denied"}', 'role_denied'],
    ['too many requests', 429, 'application/json', '{"message":"too many requests"}', 'rate_limited'],
    ['a page of another kind', 200, 'text/html', '<html>', 'not_json'],
  ])('tells %s from others', async (_, status, contentType, body, code) => {
    const answer: RequestListener = (_request, response) =>
      response.writeHead(status, { 'content-type': contentType }).end(body);
    await expect(asked(answer)).rejects.toMatchObject({ code });
  });

  it('says that a page was cut off, or drips', async () => {
    const text = JSON.stringify(ONE);
    const cut: RequestListener = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(text.slice(0, -20), () => response.destroy());
    };
    await expect(asked(cut)).rejects.toMatchObject({ code: 'body_cut', retryable: true });
    const drip: RequestListener = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(text.slice(0, 100));
    };
    await expect(asked(drip)).rejects.toMatchObject({ code: 'body_cut' });
  });
});
