import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { parseRecording, type RecordedAnswer } from '../../../lib/local/replay/recording.ts';
import { createToken } from '../../../lib/local/simulator/personal-access-token.ts';
import { createRandom } from '../../../lib/local/simulator/random.ts';
import type { Listening } from '../../../lib/local/simulator/server.ts';
import { createNetBirdSimulator, type NetBirdSimulator } from '../../../lib/local/simulator/simulator.ts';
import { InputError } from '../../../lib/model/errors.ts';

const recordings = join(import.meta.dirname, '../../fixtures/recordings');
const open: Listening[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.close()));
});

async function serve(simulator: NetBirdSimulator): Promise<string> {
  const listening = await simulator.listen();
  open.push(listening);
  return listening.url;
}

interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly whole: boolean;
}

/** Plain HTTP, so that headers and framing are seen as they are. */
function get(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', () => undefined);
      response.on('close', () => {
        const body = Buffer.concat(pieces).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, whole: response.complete });
      });
    });
    request.on('error', reject);
    request.end();
  });
}

function withToken(token: string): Record<string, string> {
  return { authorization: `Token ${token}` };
}

/** Lines of errors.ndjson by what was wrong. */
const errors = new Map<string, RecordedAnswer>(
  parseRecording(readFileSync(join(recordings, 'errors.ndjson'), 'utf8'), 'errors.ndjson').map((line) => [
    line.request.token ?? '',
    line,
  ]),
);

/** What a recorded answer and one of the simulator must have in common. */
function shape(answer: { status: number; headers: IncomingHttpHeaders | Record<string, string>; body: string }) {
  const { date: _date, 'x-request-id': id, connection, 'keep-alive': _alive, ...headers } = answer.headers;
  expect(connection === undefined || connection === 'close').toBe(true);
  return {
    status: answer.status,
    headers: { ...headers, 'x-request-id': typeof id === 'string' && /^[0-9a-v]{20}$/.test(id) },
    body: answer.body.replace(/pat: \S{44} /, 'pat: <hash> '),
  };
}

describe('the simulator answers refusals as the recorded server does', () => {
  const simulator = createNetBirdSimulator({ version: 'development', clock: () => new Date('2026-11-23T15:55:20Z') });
  const { token } = simulator;
  const expired = simulator.tokens.issue({ expiresAt: new Date('2026-11-23T15:55:19Z') });
  const person = (spec: object): string => simulator.tokens.issue({ owner: 'person', ...spec });
  const wrongChecksum = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
  const audit = '/api/events/audit';
  const cases: [recorded: string, path: string, headers: Record<string, string>][] = [
    ['no Authorization header', audit, {}],
    ['empty Authorization header', audit, { authorization: '' }],
    ['unknown scheme', audit, { authorization: `Basic ${token}` }],
    ['malformed token', audit, withToken('nbp_short')],
    ['right length, wrong checksum', audit, withToken(wrongChecksum)],
    ['two spaces', audit, { authorization: `Token  ${token}` }],
    ['not a JWT', audit, { authorization: 'Bearer abc' }],
    ["person's JWT, role user", audit, withToken(person({ role: 'user' }))],
    ["person's JWT, role billing_admin", audit, withToken(person({ role: 'billing_admin' }))],
    ['token of a blocked person', audit, withToken(person({ role: 'owner', blocked: true }))],
    ['revoked token', audit, withToken(createToken(createRandom(99)))],
    ['route that is not there', '/api/events/network-traffic', withToken(token)],
    ['route that is not there, no token', '/api/events/network-traffic', {}],
    ['proxy access log, empty', '/api/events/proxy', withToken(token)],
    ['proxy access log, bad date', '/api/events/proxy?start_date=yesterday&page_size=1000', withToken(token)],
    ['trailing slash', '/api/events/audit/', withToken(token)],
    ['version', '/api/instance/version', withToken(token)],
    ['expired token', audit, withToken(expired)],
  ];

  it.each(cases)('%s', async (recorded, path, headers) => {
    const expected = errors.get(recorded);
    if (!expected) throw new Error(`errors.ndjson has no line "${recorded}"`);
    expect(shape(await get((await serve(simulator)) + path, headers))).toEqual(shape(expected));
  });

  it('takes Token and Bearer in any case', async () => {
    const url = `${await serve(simulator)}${audit}`;
    for (const scheme of ['Token', 'token', 'TOKEN', 'Bearer', 'bearer']) {
      expect((await get(url, { authorization: `${scheme} ${token}` })).status).toBe(200);
    }
  });

  it('lets every role of a service user read, and those of a person that may', async () => {
    const url = `${await serve(simulator)}${audit}`;
    for (const role of ['user', 'billing_admin', 'network_admin', 'auditor', 'admin'] as const) {
      expect((await get(url, withToken(simulator.tokens.issue({ role })))).status).toBe(200);
    }
    expect((await get(url, withToken(person({ role: 'network_admin' })))).status).toBe(200);
  });

  it('forgets a token that is revoked, and never shows one', async () => {
    const gone = simulator.tokens.issue();
    const url = `${await serve(simulator)}${audit}`;
    expect((await get(url, withToken(gone))).status).toBe(200);
    simulator.tokens.revoke(gone);
    const answer = await get(url, withToken(gone));
    expect(answer.status).toBe(404);
    expect(JSON.stringify([answer, simulator.requests])).not.toContain(gone);
  });

  it('has no route for other methods, as plain text and without a request id', async () => {
    const url = `${await serve(simulator)}${audit}`;
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const answer = await get(url, withToken(token), method);
      expect(shape(answer)).toEqual(shape(errors.get('trailing slash') ?? answer));
    }
    expect((await get(url, withToken(token), 'HEAD')).status).toBe(404);
    expect((await get(url, withToken(token), 'OPTIONS')).body).toBe('[]\n');
  });

  it('survives paths that are no URL', async () => {
    const url = await serve(simulator);
    expect((await get(`${url}//`, withToken(token))).status).toBe(404);
    expect((await get(`${url}/api/events/audit?%`, withToken(token))).status).toBe(200);
  });
});

describe('the rate limit', () => {
  it('answers as in the recording: a burst, then 429 without Retry-After, then one after eleven seconds', async () => {
    let now = Date.parse('2026-11-23T15:55:27.965Z');
    const simulator = createNetBirdSimulator({ clock: () => new Date(now), rateLimit: { perMinute: 6, burst: 3 } });
    const url = `${await serve(simulator)}/api/events/audit`;
    const recorded = parseRecording(readFileSync(join(recordings, 'rate-limit.ndjson'), 'utf8'), 'rate-limit.ndjson');
    for (const line of recorded) {
      now = Date.parse(line.at);
      const answer = await get(url, withToken(simulator.token));
      expect(answer.status).toBe(line.status);
      if (line.status === 429) expect(shape(answer)).toEqual(shape(line));
    }
    const other = simulator.tokens.issue();
    expect((await get(url, withToken(other))).status).toBe(200);
  });
});

describe('framing', () => {
  it('counts bodies up to 2 KB and chunks larger ones', async () => {
    const simulator = createNetBirdSimulator();
    const url = `${await serve(simulator)}/api/events/audit`;
    const ofLength = async (bytes: number): Promise<IncomingHttpHeaders> => {
      simulator.log.restart();
      simulator.log.appendRaw(JSON.stringify('x'.repeat(bytes - 5)));
      const answer = await get(url, withToken(simulator.token));
      expect(answer.body.length).toBe(bytes);
      return answer.headers;
    };
    expect((await ofLength(2048))['content-length']).toBe('2048');
    const larger = await ofLength(2049);
    expect([larger['content-length'], larger['transfer-encoding']]).toEqual([undefined, 'chunked']);
  });

  it('dates answers by its clock', async () => {
    const simulator = createNetBirdSimulator({ clock: () => new Date('2026-11-23T15:51:34.035Z') });
    const answer = await get(`${await serve(simulator)}/api/events`, withToken(simulator.token));
    expect(answer.headers.date).toBe('Mon, 23 Nov 2026 15:51:34 GMT');
  });

  it('sends little to who stops reading', async () => {
    const simulator = createNetBirdSimulator();
    simulator.log.appendRaw(JSON.stringify('x'.repeat(32 * 1024 * 1024)));
    const url = `${await serve(simulator)}/api/events/audit`;
    const aborter = new AbortController();
    const response = await fetch(url, { headers: withToken(simulator.token), signal: aborter.signal });
    await response.body?.getReader().read();
    aborter.abort();
    expect(simulator.bytesSent).toBeLessThan(16 * 1024 * 1024);
  });
});

describe('faults', () => {
  const simulator = createNetBirdSimulator({
    events: Array.from({ length: 50 }, (_, n) => ({ activity_code: 'group.add', meta: { name: `group ${n}` } })),
  });
  const ask = async (): Promise<RawAnswer> =>
    get(`${await serve(simulator)}/api/events/audit`, withToken(simulator.token));

  afterEach(() => simulator.faults.clear());

  it('are over when they were met as often as planned', async () => {
    simulator.faults.next({ kind: 'status', status: 500 }, 2);
    expect([(await ask()).status, (await ask()).status, (await ask()).status]).toEqual([500, 500, 200]);
  });

  it('word an error of the server as JSON and one of a proxy as its page', async () => {
    simulator.faults.next({ kind: 'status', status: 500 });
    expect((await ask()).body).toBe('{"message":"internal server error","code":500}\n');
    simulator.faults.next({ kind: 'status', status: 502 });
    expect((await ask()).headers['content-type']).toBe('text/html; charset=utf-8');
    simulator.faults.next({ kind: 'html' });
    const page = await ask();
    expect([page.status, page.body.slice(0, 15)]).toEqual([200, '<!DOCTYPE html>']);
  });

  it('cut a body so that only the framing shows it', async () => {
    simulator.faults.always({ kind: 'cut', afterBytes: 3000 });
    const answer = await ask();
    expect([answer.status, answer.body.length, answer.whole]).toEqual([200, 3000, false]);
  });

  it('drip, redirect, break and replace', async () => {
    const whole = await ask();
    simulator.faults.next({ kind: 'drip', bytes: 4096, everyMs: 1 });
    expect((await ask()).body).toBe(whole.body);
    simulator.faults.next({ kind: 'latency', ms: 1 });
    expect((await ask()).body).toBe(whole.body);
    simulator.faults.next({ kind: 'redirect', location: 'https://elsewhere.example/' });
    const redirect = await ask();
    expect([redirect.status, redirect.headers.location]).toEqual([302, 'https://elsewhere.example/']);
    simulator.faults.next({ kind: 'reset' });
    await expect(ask()).rejects.toThrow();
    simulator.faults.next({ kind: 'body', body: '{}' });
    expect((await ask()).body).toBe('{}');
  });

  it('leave other routes alone', async () => {
    simulator.faults.always({ kind: 'status', status: 500 });
    const url = `${await serve(simulator)}/api/instance/version`;
    expect((await get(url, withToken(simulator.token))).status).toBe(200);
  });
});

it('says so where a port is taken', async () => {
  const url = new URL(await serve(createNetBirdSimulator()));
  const second = createNetBirdSimulator().listen(Number(url.port));
  await expect(second).rejects.toThrow(InputError);
});
