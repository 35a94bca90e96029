import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startDynalite } from '../support/dynalite.ts';
import { type Outcome, parseLines, runCommand } from './run-command.ts';
import { auditEvent, storedFolder } from './stored.ts';

const NOW = new Date('2026-11-24T12:00:00Z');

/** A command that goes on until it is told to stop; `url` is in its first line. */
async function started(
  words: readonly string[],
): Promise<{ url: string; ended: Promise<Outcome>; stop: () => Promise<Outcome> }> {
  const stop = new AbortController();
  let tell: (text: string) => void = () => undefined;
  const first = new Promise<string>((resolve) => {
    tell = resolve;
  });
  let out = '';
  const ended = runCommand(words, {
    stop: stop.signal,
    out: {
      async write(text) {
        out += text;
        if (out.includes('"ready"')) tell(out);
      },
    },
  });
  const failed = ended.then(({ err }) => Promise.reject(new Error(`It ended: ${err}`)));
  failed.catch(() => undefined);
  const [ready] = parseLines(await Promise.race([first, failed]));
  expect(ready).toEqual({ type: 'ready', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
  return {
    url: String(ready?.['url']),
    ended,
    async stop() {
      stop.abort();
      return { ...(await ended), out };
    },
  };
}

async function createKey(folder: string, ...words: string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await runCommand(
    ['keys', 'create', '--data', folder, '--name', 'siem', '--output', 'ndjson', ...words],
    { clock: () => NOW },
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return parseLines(out)[0] ?? {};
}

const ask = async (url: string, key: unknown) => {
  const answer = await fetch(`${url}/api/events/audit`, { headers: { authorization: `Token ${key}` } });
  return { status: answer.status, body: await answer.json() };
};

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ folder, remove } = await storedFolder({ events: [auditEvent()] }));
});
afterEach(() => remove());

describe('netbird-alerts api', () => {
  it('serves a folder; keys that are made and revoked meanwhile count at once', async () => {
    const { url, stop } = await started(['api', '--data', folder, '--output', 'ndjson']);
    const { key, id } = await createKey(folder);
    expect(await ask(url, key)).toEqual({ status: 200, body: [auditEvent()] });
    const revoked = await runCommand(['keys', 'revoke', String(id), '--data', folder]);
    expect(revoked).toMatchObject({ code: 0, err: '' });
    expect(await ask(url, key)).toEqual({ status: 401, body: { message: 'token invalid', code: 401 } });
    expect(await stop()).toMatchObject({ code: 0, err: '' });
    await expect(fetch(url)).rejects.toThrow();
  });

  it('serves beside a command that has the folder open, from another one', async () => {
    const first = await started(['api', '--data', folder, '--output', 'ndjson']);
    const second = await started(['api', '--data', folder, '--output', 'ndjson', '--rate-limit', '1']);
    const { key } = await createKey(folder);
    for (const { url } of [first, second]) expect((await ask(url, key)).status).toBe(200);
    for (const { stop } of [second, first]) expect((await stop()).code).toBe(0);
  });

  it('ends, and says why, when the process whose store it shares does', async () => {
    const first = await started(['api', '--data', folder, '--output', 'ndjson']);
    const second = await started(['api', '--data', folder, '--output', 'ndjson']);
    await first.stop();
    const { code, err } = await second.ended;
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('open has ended.\n  Start this again') });
  });

  it('tells people where it is', async () => {
    const stop = new AbortController();
    stop.abort();
    const { code, out } = await runCommand(['api', '--data', folder], { stop: stop.signal });
    expect(code).toBe(0);
    expect(out).toMatch(/^Serving .* at http:\/\/127\.0\.0\.1:\d+\n/);
    expect(out).toContain(`keys create --data ${folder}`);
  });

  it('warns of plain HTTP where others could listen', async () => {
    const stop = new AbortController();
    stop.abort();
    const { err } = await runCommand(['api', '--data', folder, '--host', '0.0.0.0'], { stop: stop.signal });
    expect(err).toContain('Plain HTTP shows keys');
  });

  it.each<[string, string[], string]>([
    ['no folder', [], 'Which store?'],
    ['a port that is none', ['--data', '.', '--port', '70000'], '--port cannot be 70000'],
    ['half a certificate', ['--data', '.', '--tls-cert', 'x.pem'], 'Give both --tls-cert FILE and --tls-key FILE'],
    ['a certificate that is not there', ['--data', '.', '--tls-cert', 'x', '--tls-key', 'y'], 'x cannot be read'],
    ['a folder without a store', ['--data', '/nowhere/at/all'], 'There is no store in /nowhere/at/all'],
  ])('says what to do about %s', async (_what, words, says) => {
    const { code, err } = await runCommand(['api', ...words.map((word) => (word === '.' ? folder : word))]);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });

  it('says what to do about a certificate that is none', async () => {
    const pem = await mkdtemp(join(tmpdir(), 'pem-'));
    const file = join(pem, 'a.pem');
    await writeFile(file, 'not a certificate');
    const { code, err } = await runCommand(['api', '--data', folder, '--tls-cert', file, '--tls-key', file]);
    await rm(pem, { recursive: true });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('PEM files that belong together') });
  });
});

describe('netbird-alerts local --api', () => {
  const RECORDING = resolve(import.meta.dirname, '../fixtures/recordings/attack.ndjson');

  it('serves what it collects, as long as it runs', async () => {
    const words = [
      'local',
      '--replay',
      RECORDING,
      '--every',
      '1s',
      '--data',
      folder,
      '--api',
      '0',
      '--output',
      'ndjson',
    ];
    const { url, stop } = await started(words);
    const { key } = await createKey(folder);
    const { status, body } = await ask(url, key);
    expect(status).toBe(200);
    expect(body).toContainEqual(auditEvent());
    expect((await stop()).code).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('wants a folder, where keys can be kept', async () => {
    const { code, err } = await runCommand(['local', '--once', '--api', '0']);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('--api needs --data DIR') });
  });
});

describe('netbird-alerts keys', () => {
  it('shows a key once, and its hash never', async () => {
    const created = await runCommand(['keys', 'create', '--data', folder, '--name', 'siem'], { clock: () => NOW });
    expect(created.out).toMatch(
      /^nba_[0-9A-Za-z]{36}\n\nThe key [0-9a-f]{16} \(siem\) reads .* until 2027-02-22T12:00/,
    );
    const listed = await runCommand(['keys', 'list', '--data', folder, '--output', 'ndjson'], { clock: () => NOW });
    expect(parseLines(listed.out)).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        name: 'siem',
        tenant: 'default',
        createdAt: '2026-11-24T12:00:00.000Z',
        expiresAt: '2027-02-22T12:00:00.000Z',
        state: 'valid',
      },
    ]);
  });

  it('makes keys for a tenant and a time, and says which have ended', async () => {
    const short = await createKey(folder, '--expires', '12h', '--tenant', 'acme');
    const long = await createKey(folder, '--expires', '365d', '--tenant', 'acme');
    expect(long).toMatchObject({ type: 'key', tenant: 'acme', expiresAt: '2027-11-24T12:00:00.000Z' });
    await runCommand(['keys', 'revoke', String(long['id']), '--data', folder, '--tenant', 'acme']);
    const later = new Date('2026-11-25T00:00:00Z');
    const list = ['keys', 'list', '--data', folder, '--output', 'ndjson'];
    const { out } = await runCommand([...list, '--tenant', 'acme'], { clock: () => later });
    expect(
      parseLines(out)
        .map(({ id, state }) => [id, state])
        .toSorted(),
    ).toEqual(
      [
        [short['id'], 'expired'],
        [long['id'], 'revoked'],
      ].toSorted(),
    );
    expect((await runCommand(list)).out).toBe('');
  });

  it('writes every format', async () => {
    const create = ['keys', 'create', '--data', folder, '--name', 'siem', '--output'];
    expect((await runCommand([...create, 'csv'])).out).toMatch(/^key,id,name,tenant,createdAt,expiresAt\r\nnba_/);
    expect(JSON.parse((await runCommand([...create, 'json'])).out)).toEqual([expect.objectContaining({ type: 'key' })]);
    expect((await runCommand(['keys', 'list', '--data', folder])).out).toMatch(/^ID +STATE +CREATED +EXPIRES +NAME\n/);
  });

  it('keeps keys in the table of a deployed stack', async () => {
    const db = await startDynalite();
    const { endpoint } = db.client.config;
    const { protocol = 'http:', hostname = '', port } = (await endpoint?.()) ?? {};
    const environment = { ...process.env };
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `${protocol}//${hostname}:${port}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
    try {
      const inAws = ['--state-table', db.names.State];
      const created = await runCommand(['keys', 'create', '--name', 'siem', '--output', 'ndjson', ...inAws]);
      expect(created).toMatchObject({ code: 0, err: '' });
      const id = String(parseLines(created.out)[0]?.['id']);
      expect((await runCommand(['keys', 'revoke', id, ...inAws])).code).toBe(0);
      const { out } = await runCommand(['keys', 'list', '--output', 'ndjson', ...inAws]);
      expect(parseLines(out)).toEqual([expect.objectContaining({ id, state: 'revoked' })]);
    } finally {
      process.env = environment;
      await db.stop();
    }
  });

  it.each<[string, string[], string]>([
    ['two stores', ['keys', 'list', '--state-table', 'State'], '--data and --state-table do not go together'],
    ['no name', ['keys', 'create'], '--name NAME is missing'],
    ['a name without end', ['keys', 'create', '--name', 'x'.repeat(101)], 'longer than 100'],
    ['a life that is too long', ['keys', 'create', '--name', 'x', '--expires', '366d'], 'up to 365d'],
    ['a life that is none', ['keys', 'create', '--name', 'x', '--expires', 'soon'], '--expires cannot be soon'],
    ['no id', ['keys', 'revoke'], 'Which key?'],
    ['an id that is not there', ['keys', 'revoke', '0123456789abcdef'], 'has no key 0123456789abcdef'],
    ['an id of another tenant', ['keys', 'revoke', 'OTHER'], 'The tenant default has no key'],
  ])('says what to do about %s', async (_what, words, says) => {
    const { id } = await createKey(folder, '--tenant', 'acme');
    const given = words.map((word) => (word === 'OTHER' ? String(id) : word));
    const { code, err } = await runCommand([...given, '--data', folder]);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });
});
