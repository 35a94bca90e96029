import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Certificate, makeCertificate, missingForCertificates } from './certificate.ts';
import { CLIENT_PROGRAMS, type Launch } from './client-programs.ts';
import { recorderBefore } from './recorder.ts';
import { type ServedHistory, serveHistory } from './served.ts';
import { AUDIT, TRAFFIC } from './stored-history.ts';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a client against an API, to its end. */
function start({ words: [command, ...words], env }: Launch, url: string, token: string): Promise<Ended> {
  return new Promise((resolve) => {
    const own = { NETBIRD_URL: url, NETBIRD_TOKEN: token, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' };
    const options = { env: { ...process.env, ...own, ...env }, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(command, words, options, (_, out, err) => resolve({ code: child.exitCode ?? -1, out, err }));
  });
}

/** What a client printed: the audit answer, then the traffic answer. */
function answersIn({ code, out, err }: Ended): { audit: unknown[]; traffic: Record<string, unknown> } {
  if (code !== 0) throw new Error(`ended with ${code}: ${err}`);
  const [audit, traffic] = out.split('\n').filter((line) => line !== '');
  return { audit: JSON.parse(audit ?? ''), traffic: JSON.parse(traffic ?? '') };
}

const TRAFFIC_PAGE = { page: 1, page_size: 1000, total_records: TRAFFIC.length, total_pages: 1, data: TRAFFIC };

const lacking = missingForCertificates();
let certificate: Certificate | undefined;
let history: ServedHistory;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clients-'));
  certificate = lacking === undefined ? await makeCertificate(folder) : undefined;
  history = await serveHistory(certificate);
});
afterAll(async () => {
  await history?.close();
  await rm(folder, { recursive: true });
});

describe.each(CLIENT_PROGRAMS)('the client in $name', ({ missing, followsRedirects, prepare, trusting }) => {
  if (missing !== undefined) {
    test.skip(`is not run: this machine lacks ${missing}`, () => undefined);
    return;
  }

  let own: string;
  let launch: Launch;
  beforeAll(async () => {
    own = await mkdtemp(join(folder, 'client-'));
    await mkdir(join(own, 'program'));
    launch = await prepare(join(own, 'program'));
  });

  it('reads both endpoints over HTTP, compressed on the way', async () => {
    const recorder = await recorderBefore(history.http);
    try {
      const { audit, traffic } = answersIn(await start(launch, recorder.url, history.token));
      expect(audit).toEqual(AUDIT);
      expect(traffic).toEqual(TRAFFIC_PAGE);
      expect(recorder.exchanges).toMatchObject([
        { path: '/api/events/audit', asked: { accept: 'application/json' }, answered: { 'content-encoding': 'gzip' } },
        { path: '/api/events/network-traffic', answered: { 'content-encoding': 'gzip' } },
      ]);
    } finally {
      await recorder.close();
    }
  });

  const withCertificates = lacking === undefined ? it : it.skip;
  const title = lacking === undefined ? '' : ` (not run: this machine lacks ${lacking})`;
  withCertificates(`reads both over HTTPS, and trusts no certificate that it was not told to${title}`, async () => {
    const { https = '', token } = history;
    const trusted = await trusting(launch, certificate?.certFile ?? '', own);
    const { audit, traffic } = answersIn(await start(trusted, https, token));
    expect(audit).toEqual(AUDIT);
    expect(traffic).toEqual(TRAFFIC_PAGE);
    const wary = await start(launch, https, token);
    expect(wary.code).not.toBe(0);
    expect(wary.out.trim()).toBe('');
  });

  if (followsRedirects) {
    it('goes where a redirect points, with its key', async () => {
      const recorder = await recorderBefore(history.http);
      try {
        const { audit, traffic } = answersIn(await start(launch, recorder.movedUrl, history.token));
        expect([audit.length, traffic['total_records']]).toEqual([AUDIT.length, TRAFFIC.length]);
      } finally {
        await recorder.close();
      }
    });
  }

  it('is told 401 where the token is wrong', async () => {
    const refused = await start(launch, history.http, `${history.token.slice(0, -4)}zzzz`);
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain('401');
    expect(refused.out + refused.err).not.toContain(AUDIT[0]?.target_id);
  });
});
