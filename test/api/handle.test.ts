import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { createApiToken } from '../../lib/api/api-token.ts';
import { apiKeyId, revokeApiKey } from '../../lib/store/api-keys.ts';
import { storedEvent } from '../contracts/event-store.contract.ts';
import { FakeArchive } from './fake-archive.ts';
import { openApiServer, type TestApi } from './open-api-server.ts';

const AUDIT = '/api/events/audit';
const open: TestApi[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((api) => api.close()));
});

async function serve(...given: Parameters<typeof openApiServer>): Promise<TestApi> {
  const api = await openApiServer(...given);
  open.push(api);
  return api;
}

interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Plain HTTP, so that headers and framing are seen as they are. */
function raw(url: string, headers: Record<string, string>, method = 'GET'): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    request.on('error', reject).end();
  });
}

const json = (message: string, code: number) => `${JSON.stringify({ message, code })}\n`;

describe('an answer', () => {
  it('has the headers and the framing of NetBird’s own', async () => {
    const api = await serve(new FakeArchive());
    const { status, headers, body } = await raw(api.url + AUDIT, { authorization: `Token ${api.token}` });
    expect({ status, body }).toEqual({ status: 200, body: '[]\n' });
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=UTF-8',
      'content-length': '3',
      'x-request-id': expect.stringMatching(/^[0-9a-v]{20}$/),
    });
  });

  it('is chunked where it is long', async () => {
    const api = await serve(
      new FakeArchive(Array.from({ length: 20 }, (_, n) => storedEvent(n, '2026-11-23T15:00:00Z'))),
    );
    const { headers, body } = await raw(api.url + AUDIT, { authorization: `Token ${api.token}` });
    expect(headers).toMatchObject({ 'transfer-encoding': 'chunked' });
    expect(headers['content-length']).toBeUndefined();
    expect(JSON.parse(body)).toHaveLength(20);
  });

  it('holds events as they were first seen, keys in order, markup escaped, and nothing of the store', async () => {
    const event = storedEvent(7, '2026-11-23T15:00:00.00483949Z', {
      meta: { name: '<b>Büro & 東京</b>' },
      expiresAt: 1_800_000_000,
      firstRun: true,
      added_by_a_newer_server: { deep: [1, { x: null }] },
    });
    const api = await serve(new FakeArchive([event]));
    expect(await (await api.get(AUDIT)).text()).toBe(
      '[{"activity":"Route deleted","activity_code":"route.delete","added_by_a_newer_server":{"deep":[1,{"x":null}]},' +
        '"id":"7","initiator_email":"ada@example.com","initiator_id":"user-1","initiator_name":"Ada Lovelace",' +
        '"meta":{"name":"\\u003cb\\u003eBüro \\u0026 東京\\u003c/b\\u003e"},"target_id":"route-7",' +
        '"timestamp":"2026-11-23T15:00:00.00483949Z"}]\n',
    );
  });

  it('is the same at both paths, and to OPTIONS', async () => {
    const api = await serve(new FakeArchive([storedEvent(7, '2026-11-23T15:00:00Z')]));
    const headers = { authorization: `Token ${api.token}` };
    const answers = [
      await raw(api.url + AUDIT, headers),
      await raw(`${api.url}/api/events`, headers),
      await raw(api.url + AUDIT, headers, 'OPTIONS'),
    ];
    expect(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
  });

  it.each([
    ['a trailing slash', `${AUDIT}/`, 'GET'],
    ['another path', '/api/peers', 'GET'],
    ['a path that is an object’s own', '/constructor', 'GET'],
    ['a path that is no URL', '//', 'GET'],
    ['POST', AUDIT, 'POST'],
    ['DELETE', AUDIT, 'DELETE'],
    ['HEAD', AUDIT, 'HEAD'],
  ])('is 404 as plain text for %s, without a request id', async (_what, path, method) => {
    const api = await serve(new FakeArchive());
    const answer = await raw(api.url + path, { authorization: `Token ${api.token}` }, method);
    expect({ ...answer, headers: undefined }).toEqual({
      status: 404,
      headers: undefined,
      body: method === 'HEAD' ? '' : '404 page not found\n',
    });
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.headers['x-request-id']).toBeUndefined();
  });

  it('may be read by pages of any origin, after they have asked', async () => {
    const api = await serve(new FakeArchive());
    const page = { origin: 'https://dashboard.example.com' };
    const asked = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' };
    const preflight = await raw(api.url + AUDIT, { ...page, ...asked }, 'OPTIONS');
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-headers': expect.stringContaining('Authorization'),
    });
    const answer = await raw(api.url + AUDIT, { ...page, authorization: `Token ${api.token}` });
    expect(answer.headers['access-control-allow-origin']).toBe('*');
  });

  it('is 500 where the store fails at once, and says nothing of why', async () => {
    const archive = new FakeArchive();
    archive.audit = () => {
      throw new Error('the table is called secret-table');
    };
    const api = await serve(archive);
    const answer = await api.get(AUDIT);
    expect([answer.status, await answer.text()]).toEqual([500, json('internal server error', 500)]);
    expect(api.logged).toEqual([expect.objectContaining({ error: expect.stringContaining('secret-table') })]);
    expect(JSON.stringify(api.logged)).not.toContain(api.token);
  });

  it('breaks off where the store fails later, so that nobody takes a part for the whole', async () => {
    const archive = new FakeArchive();
    archive.audit = async function* () {
      for (let n = 0; n < 1000; n++) yield storedEvent(n, '2026-11-23T15:00:00Z');
      throw new Error('throttled');
    };
    const api = await serve(archive);
    const answer = await api.get(AUDIT);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });
});

describe('a request is let in', () => {
  it.each(['Token', 'token', 'TOKEN', 'Bearer', 'bearer'])('with the scheme %s', async (scheme) => {
    const api = await serve(new FakeArchive());
    expect((await api.get(AUDIT, { authorization: `${scheme} ${api.token}` })).status).toBe(200);
  });

  const NONE = json('no valid authentication provided', 401);
  const INVALID = json('token invalid', 401);
  const wrongChecksum = (token: string) => `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
  it.each<[string, (token: string) => string, string]>([
    ['an empty header', () => '', NONE],
    ['an unknown scheme', (token) => `Basic ${token}`, NONE],
    ['no token', () => 'Token', INVALID],
    ['two spaces', (token) => `Token  ${token}`, INVALID],
    ['something after it', (token) => `Token ${token} x`, INVALID],
    ['a short token', () => 'Token nba_short', INVALID],
    ['a wrong checksum', (token) => `Token ${wrongChecksum(token)}`, INVALID],
    ['a token of NetBird', (token) => `Token nbp_${token.slice(4)}`, INVALID],
    ['an identity provider’s token', () => 'Bearer abc', INVALID],
    ['an unknown key', () => `Token ${createApiToken(() => 5)}`, INVALID],
  ])('not with %s', async (_what, authorization, body) => {
    const api = await serve(new FakeArchive());
    const answer = await raw(api.url + AUDIT, { authorization: authorization(api.token) });
    expect([answer.status, answer.body]).toEqual([401, body]);
  });

  it('not without a header', async () => {
    const api = await serve(new FakeArchive());
    const answer = await raw(api.url + AUDIT, {});
    expect([answer.status, answer.body]).toEqual([401, NONE]);
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-v]{20}$/);
  });

  it('until the key expires, and until it is revoked, at once', async () => {
    const api = await serve(new FakeArchive());
    const short = await api.issue({ expiresAt: '2026-11-24T12:00:05.000Z' });
    const gone = await api.issue();
    const status = async (token: string) => (await api.get(AUDIT, { authorization: `Token ${token}` })).status;
    expect([await status(short), await status(gone)]).toEqual([200, 200]);
    await revokeApiKey(api.state, 'default', apiKeyId(gone), api.now);
    api.now = new Date('2026-11-24T12:00:05Z');
    expect([await status(short), await status(gone), await status(api.token)]).toEqual([401, 401, 200]);
  });

  it('to its own tenant only', async () => {
    const archive = new FakeArchive();
    const api = await serve(archive, { tenant: 'default' });
    const other = await api.get(AUDIT, { authorization: `Token ${await api.issue({ tenant: 'acme' })}` });
    expect([other.status, await other.text()]).toEqual([403, json('permission denied', 403)]);
    const everybody = await serve(archive);
    await everybody.get(AUDIT, { authorization: `Token ${await everybody.issue({ tenant: 'acme' })}` });
    expect(archive.asked.map(({ tenant }) => tenant)).toEqual(['acme']);
  });

  it('so often as the limit says, each key for itself, without a hint when to come back', async () => {
    const api = await serve(new FakeArchive(), { limit: { perMinute: 6, burst: 3 } });
    const other = await api.issue();
    const statuses = [];
    for (let n = 0; n < 5; n++) statuses.push((await api.get(AUDIT)).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const refused = await api.get(AUDIT);
    expect(await refused.text()).toBe(json('too many requests', 429));
    expect(refused.headers.get('retry-after')).toBeNull();
    expect((await api.get(AUDIT, { authorization: `Token ${other}` })).status).toBe(200);
    api.now = new Date(api.now.getTime() + 11_000);
    expect((await api.get(AUDIT)).status).toBe(200);
  });

  it('where others behind the same address guess keys, and those who guess are slowed down', async () => {
    const api = await serve(new FakeArchive(), { failureLimit: { perMinute: 1, burst: 2 } });
    expect((await api.get(AUDIT)).status).toBe(200);
    const statuses = [];
    for (let n = 0; n < 4; n++) {
      const guess = createApiToken(() => n);
      statuses.push((await api.get(AUDIT, { authorization: `Token ${guess}` })).status);
    }
    expect(statuses).toEqual([401, 401, 429, 429]);
    expect((await api.get(AUDIT)).status).toBe(200);
  });
});
