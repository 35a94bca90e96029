import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import {
  type AuditAnswer,
  type NetbirdSettings,
  netbirdAuditSource,
} from '../../../lib/collect/netbird/audit-source.ts';
import { SourceError } from '../../../lib/collect/netbird/source-error.ts';
import { InputError } from '../../../lib/model/errors.ts';
import {
  answers,
  cutsAfter,
  drips,
  endsAfter,
  hangs,
  type MisbehavingNetbird,
  redirectsTo,
  refuses,
  serves,
  servesGzip,
  servesSlowly,
  stallsAfter,
  startMisbehavingNetbird,
} from '../../support/misbehaving-netbird.ts';

const TOKEN = 'nbp_F3Q0ZEwGZ0ug0ERzdKbAfnYXWTm3so2iTFJ0';
const EVENTS = [{ id: '2', name: 'Jürgen 日本' }, { id: '1' }];

let server: MisbehavingNetbird;
let other: MisbehavingNetbird;
beforeAll(async () => {
  server = await startMisbehavingNetbird();
  other = await startMisbehavingNetbird(serves([]));
});
afterAll(async () => {
  await server.close();
  await other.close();
});

const source = (more: Partial<NetbirdSettings> = {}) =>
  netbirdAuditSource({ url: server.url, token: async () => TOKEN, ...more });

async function readAll(answer: AuditAnswer): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const elements of answer.elements) found.push(...elements.map((each) => JSON.parse(each)));
  return found;
}

async function failure(more: Partial<NetbirdSettings> = {}): Promise<SourceError> {
  try {
    await readAll(await source(more).open(new AbortController().signal));
  } catch (error) {
    if (error instanceof SourceError) return error;
    throw error;
  }
  throw new Error('The poll succeeded');
}

const open = (more: Partial<NetbirdSettings> = {}) => source(more).open(new AbortController().signal);

describe('netbirdAuditSource', () => {
  it('asks once, with the token as it is and its own name, and reads date, request id and bytes', async () => {
    server.behave(serves(EVENTS, { date: 'Mon, 23 Nov 2026 15:51:34 GMT' }));
    server.requests.length = 0;
    const answer = await open({ token: async () => `\ufeff${TOKEN}\r\n` });
    expect(await readAll(answer)).toEqual(EVENTS);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.path).toBe('/api/events/audit');
    expect(server.requests[0]?.headers.authorization).toBe(`Token ${TOKEN}`);
    expect(server.requests[0]?.headers['user-agent']).toBe('netbird-alerts');
    expect(answer.date).toEqual(new Date('2026-11-23T15:51:34Z'));
    expect(answer.requestId).toBe('dc2621lqmd2uu3dv2mfg');
    expect(answer.bytesRead()).toBe(Buffer.byteLength(JSON.stringify(EVENTS)) + 1);
  });

  it('lets an echo of the token, or of its hash, pass no further', async () => {
    const hash = createHash('sha256').update(TOKEN).digest('base64');
    server.behave(serves([{ authorization: `Token ${TOKEN}` }, { hash }, { id: '1' }]));
    const found = await readAll(await open());
    expect(found).toEqual([{ authorization: 'Token [token]' }, { hash: '[token]' }, { id: '1' }]);
    server.behave(serves([{ name: 'test' }]));
    expect(await readAll(await open({ token: async () => 'test' }))).toEqual([{ name: 'test' }]);
  });

  it('reads what a proxy has packed with gzip', async () => {
    server.behave(servesGzip(EVENTS));
    expect(await readAll(await open())).toEqual(EVENTS);
  });

  it('fetches no more than it was asked for when it is cancelled', async () => {
    const many = Array.from({ length: 100_000 }, (_, index) => ({ id: String(index), filler: 'x'.repeat(100) }));
    server.behave(serves(many));
    const answer = await open();
    for await (const elements of answer.elements) if (elements.some((each) => JSON.parse(each).id === '3')) break;
    await answer.cancel();
    expect(answer.bytesRead()).toBeLessThanOrEqual(64 * 1024);
  });

  it.each([
    ['token_missing', false, refuses(401, 'no valid authentication provided')],
    ['token_expired', false, refuses(401, 'token invalid')],
    ['token_revoked', false, refuses(404, 'invalid token: pat: stzh80f0xmvo3hdlrhrz6zceerm4 not found')],
    ['role_denied', false, refuses(403, 'permission denied')],
    ['role_denied', false, refuses(403, 'failed to validate user permissions: user role: billing_admin not found')],
    ['user_blocked', false, refuses(403, 'failed to validate user permissions: user is blocked')],
    ['endpoint_absent', false, answers(404, '404 page not found\n', { 'content-type': 'text/plain; charset=utf-8' })],
    ['rate_limited', true, refuses(429, 'too many requests')],
    ['server_error', true, refuses(500, 'internal server error')],
    ['server_error', true, answers(502, '<html>Bad gateway</html>', { 'content-type': 'text/html' })],
    ['bad_answer', false, refuses(422, 'invalid argument')],
    ['bad_answer', false, answers(302, '')],
    ['not_json', true, answers(200, '<html>Sign in</html>', { 'content-type': 'text/html' })],
    ['not_json', true, answers(200, '{"message":"hello"}', { 'content-type': 'application/json' })],
    ['body_cut', true, cutsAfter(30, EVENTS)],
    ['body_cut', true, endsAfter(30, EVENTS)],
    ['body_cut', true, stallsAfter(30, EVENTS)],
    ['body_cut', true, drips],
    ['unreachable', true, hangs],
  ])('tells %s (passes by itself: %s)', async (code, retryable, behaviour) => {
    server.behave(behaviour);
    const error = await failure({ answerMs: 200, idleMs: 200 });
    expect([error.code, error.retryable]).toEqual([code, retryable]);
    expect(inspect(error, { depth: 9 })).not.toMatch(/nbp_|stzh80/);
  });

  it('hands on the elements before the cut', async () => {
    server.behave(cutsAfter(JSON.stringify(EVENTS).length - 3, EVENTS));
    const answer = await open();
    const found: unknown[] = [];
    await expect(
      (async () => {
        for await (const elements of answer.elements) found.push(...elements.map((each) => JSON.parse(each)));
      })(),
    ).rejects.toMatchObject({ code: 'body_cut' });
    expect(found).toEqual(EVENTS.slice(0, 1));
  });

  it('waits for a body that flows as long as it takes, and no longer than is asked for one that does not', async () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ id: String(index), filler: 'x'.repeat(16 * 1024) }));
    server.behave(servesSlowly(many, 10));
    expect(await readAll(await source({ idleMs: 200 }).open(new AbortController().signal))).toEqual(many);
    server.behave(drips);
    const answer = await source().open(new AbortController().signal, (waited) => 100 - waited);
    await expect(readAll(answer)).rejects.toMatchObject({ code: 'body_cut' });
  });

  it('says nobody listens', async () => {
    const gone = await startMisbehavingNetbird();
    await gone.close();
    const error = await failure({ url: gone.url });
    expect(error.code).toBe('unreachable');
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('takes no more than the largest body allowed', async () => {
    server.behave(serves(EVENTS));
    expect((await failure({ maxBytes: 20 })).code).toBe('body_too_large');
  });

  it('never shows a token that cannot be sent', async () => {
    const error = await failure({ token: async () => `${TOKEN}\nsecond line` });
    expect(error.code).toBe('token_expired');
    expect(inspect(error, { depth: 9 })).not.toContain('nbp_');
  });

  it('asks nobody without a token', async () => {
    server.requests.length = 0;
    expect((await failure({ token: async () => '\n' })).code).toBe('token_missing');
    const broken = async (): Promise<string> => {
      throw new TypeError('secret nbp_x');
    };
    expect((await failure({ token: broken })).message).not.toContain('nbp_x');
    expect(server.requests).toHaveLength(0);
  });

  it('follows a redirect on its own host, three at most, and never takes the token elsewhere', async () => {
    server.behave(redirectsTo('/moved'), redirectsTo('moved-again'), serves(EVENTS));
    expect(await readAll(await open())).toEqual(EVENTS);
    server.behave(redirectsTo('/round'));
    expect((await failure()).code).toBe('redirect_refused');
    other.requests.length = 0;
    server.behave(redirectsTo(`${other.url}/api/events/audit`));
    expect((await failure()).code).toBe('redirect_refused');
    expect(other.requests).toHaveLength(0);
  });

  it('stops when it is told to, before and within the body', async () => {
    server.behave(hangs);
    const before = new AbortController();
    const opening = source().open(before.signal);
    before.abort();
    await expect(opening).rejects.toMatchObject({ code: 'unreachable' });
    server.behave(stallsAfter(30, EVENTS));
    const within = new AbortController();
    const answer = await source().open(within.signal);
    setTimeout(() => within.abort(), 50);
    await expect(readAll(answer)).rejects.toMatchObject({ code: 'body_cut' });
  });

  it('tells every recorded answer apart', async () => {
    const lines = readFileSync('test/fixtures/recordings/errors.ndjson', 'utf8').trim().split('\n');
    const codes: Record<string, string> = {};
    for (const line of lines) {
      const { note, status, headers, body } = JSON.parse(line);
      if (status === 200) continue;
      const fetch = async () => new Response(body, { status, headers });
      const error = await failure({ fetch });
      codes[note] = error.code;
      expect(inspect(error, { depth: 9 })).not.toMatch(/stzh80|nt3zwj/);
    }
    expect(codes).toEqual({
      'no Authorization header': 'token_missing',
      'empty Authorization header': 'token_missing',
      'unknown scheme': 'token_missing',
      'malformed token': 'token_expired',
      'right length, wrong checksum': 'token_expired',
      'two spaces': 'token_expired',
      'not a JWT': 'token_expired',
      "person's JWT, role user": 'role_denied',
      "person's JWT, role billing_admin": 'role_denied',
      'token of a blocked person': 'user_blocked',
      'revoked token': 'token_revoked',
      'token of a deleted service user': 'token_revoked',
      'route that is not there': 'endpoint_absent',
      'route that is not there, no token': 'endpoint_absent',
      'trailing slash': 'endpoint_absent',
      'expired token': 'token_expired',
    });
  });

  it.each([
    ['https://api.netbird.io', 'https://api.netbird.io/api/events/audit'],
    ['https://api.netbird.io/', 'https://api.netbird.io/api/events/audit'],
    ['https://nb.example/api', 'https://nb.example/api/events/audit'],
    ['https://nb.example/api/', 'https://nb.example/api/events/audit'],
    ['https://nb.example:33073/api/events/audit', 'https://nb.example:33073/api/events/audit'],
    ['https://nb.example/netbird/api?account=x#y', 'https://nb.example/netbird/api/events/audit?account=x'],
    [' http://127.0.0.1:8080 ', 'http://127.0.0.1:8080/api/events/audit'],
    ['http://[::1]:8080', 'http://[::1]:8080/api/events/audit'],
  ])('reads %s at %s', async (url, asked) => {
    const seen: string[] = [];
    const fetch = async (input: URL) => {
      seen.push(String(input));
      return new Response('[]');
    };
    await readAll(await open({ url, fetch }));
    expect(seen).toEqual([asked]);
  });

  it.each(['api.netbird.io', '', 'ftp://nb.example', 'https://', 'http://nb.example', 'https://me:pw@nb.example'])(
    'refuses the URL %j, and says what to write',
    (url) => {
      expect(() => source({ url })).toThrow(InputError);
    },
  );

  it('takes plain http elsewhere only where that is allowed', () => {
    expect(() => source({ url: 'http://nb.example', allowHttp: true })).not.toThrow();
  });
});
