import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createNetBirdSimulator } from '../../lib/local/simulator/simulator.ts';
import { type Outcome, parseLines, runCommand } from './run-command.ts';
import { storedFolder } from './stored.ts';

const RECORDINGS = resolve(import.meta.dirname, '../fixtures/recordings');

type Line = Record<string, unknown> & { alert: Record<string, unknown>; message: string };
const linesOf = (outcome: Outcome, type: string) =>
  parseLines(outcome.out).filter((line) => line['type'] === type) as Line[];
const summaryOf = (outcome: Outcome) => parseLines(outcome.out).at(-1);
const ndjson = (...words: string[]) => runCommand(['local', '--once', '--output', 'ndjson', ...words]);
const replay = (name: string, ...words: string[]) => ndjson('--replay', join(RECORDINGS, name), ...words);

describe('netbird-alerts local', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  describe('with a recording', () => {
    it('tells the deletions of an attack together, by the name that NetBird has forgotten, and only once', async () => {
      const first = await replay('attack.ndjson', '--data', folder);
      expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: '' });
      expect(summaryOf(first)).toMatchObject({ type: 'summary', collected: { audit: 89, traffic: 0, quarantined: 0 } });
      const told = linesOf(first, 'delivery').filter(({ alert }) => alert['rule'] === 'route_deleted');
      expect(told.map(({ protocol, alert }) => [protocol, alert['count']])).toEqual([
        ['email', 14],
        ['sms', 14],
      ]);
      for (const { message } of told) expect(message).toContain('backup-agent');

      const second = await replay('attack.ndjson', '--data', folder);
      expect(second.code).toBe(0);
      expect(linesOf(second, 'delivery')).toEqual([]);
      expect(summaryOf(second)).toMatchObject({ collected: { audit: 0 }, findings: 0, alerts: 0, delivered: 0 });
    });

    it('has every field of the contract in each delivery', async () => {
      const [delivery] = linesOf(await replay('attack.ndjson'), 'delivery');
      expect(Object.keys(delivery ?? {})).toEqual(['type', 'protocol', 'endpoint', 'subject', 'message', 'alert']);
      expect(delivery?.alert).toEqual({
        id: expect.stringMatching(/^[0-9a-f]+$/),
        rule: expect.any(String),
        severity: expect.any(String),
        status: 'open',
        count: expect.any(Number),
        title: expect.any(String),
        dedupKey: expect.any(String),
      });
    });

    it('ends with exit code 1 and a problem when the server lost its log', async () => {
      const outcome = await replay('id-restart.ndjson');
      expect(outcome.code).toBe(1);
      expect(summaryOf(outcome)).toMatchObject({ collected: { audit: 42 } });
      expect(linesOf(outcome, 'problem').map(({ code }) => code)).toEqual(['log_restarted']);
    });

    it('ends with exit code 3 when the last poll was refused, and shows no hash of a token', async () => {
      const outcome = await replay('errors.ndjson');
      expect(outcome.code).toBe(3);
      expect(new Set(linesOf(outcome, 'problem').map(({ code }) => code))).toEqual(
        new Set(['token_missing', 'token_expired', 'token_revoked', 'role_denied', 'user_blocked', 'endpoint_absent']),
      );
      const hash = /pat: (\S+) not found/.exec(await readFile(join(RECORDINGS, 'errors.ndjson'), 'utf8'))?.[1];
      expect(hash).toMatch(/\S{20}/);
      expect(outcome.out).not.toContain(hash);
    });

    it('shows people each message and why the rest told nobody', async () => {
      const { code, out } = await runCommand(['local', '--once', '--replay', join(RECORDINGS, 'attack.ndjson')]);
      expect(code).toBe(0);
      expect(out).toMatch(/┌─ E-mail to security@example\.com ─+\n│ Subject: \[HIGH\] backup-agent deleted .*\n/);
      expect(out).toMatch(/┌─ SMS to \+15555550100, \d+ characters ─+\n│ HIGH: backup-agent deleted .*14 events.*\n└/);
      expect(out).toContain('89 new events stored');
      expect(out).toMatch(/\d+ events alerted nobody:\n( {2}\d+ .*\n)+/);
      expect(out).toContain('netbird-alerts alerts list --data DIR');
    });
  });

  describe('with a server', () => {
    let simulator: ReturnType<typeof createNetBirdSimulator>;
    let server: { url: string; close: () => Promise<void> };
    let token: string;
    /** Runs on from noon of a Wednesday: some rules look at the hour and the day of the week. */
    const clock = () => new Date(Date.parse('2026-11-18T12:00:00Z') + performance.now());
    const live = { clock };
    beforeEach(async () => {
      const history = { initiator_id: 'u1', initiator_name: 'Anna', initiator_email: 'anna@example.com' };
      simulator = createNetBirdSimulator({
        clock,
        events: [
          {
            ...history,
            activity_code: 'route.delete',
            target_id: 'r0',
            timestamp: new Date(clock().getTime() - 86_400_000).toISOString(),
          },
          { ...history, activity_code: 'route.delete', target_id: 'r1', meta: { name: 'Office\u001b[31m\u202e' } },
        ],
      });
      server = await simulator.listen();
      token = join(folder, 'token');
      await writeFile(token, `${simulator.token}\n`);
    });
    afterEach(() => server.close());

    const once = (...words: string[]) =>
      runCommand(['local', '--once', '--url', server.url, '--token-file', token, ...words], live);

    it('alerts on what is new, says what was history, and keeps the token to itself', async () => {
      const data = join(folder, 'data');
      const { code, out, err } = await once('--data', data);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain('2 new events stored · 1 alert · 2 messages');
      expect(out).toContain('1 older than 1h when first seen: history');
      expect(out).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
      for (const name of await readdir(data, { recursive: true })) {
        const file = join(data, name);
        if ((await stat(file)).isFile()) expect(await readFile(file, 'latin1')).not.toContain(simulator.token);
      }
      expect(out).not.toContain(simulator.token);
    });

    it('reads only as far back as it must when nothing is new, and tells nothing twice', async () => {
      const old = (hoursAgo: number) => new Date(clock().getTime() - hoursAgo * 3_600_000).toISOString();
      simulator.log.append(
        Array.from({ length: 1000 }, (_, index) => ({
          activity_code: 'peer.rename',
          target_id: `p${index}`,
          meta: { name: `laptop-${index}`, note: 'x'.repeat(300) },
          timestamp: old(1010 - index),
        })),
      );
      const data = join(folder, 'data');
      const [first, second] = [
        await once('--data', data, '--output', 'ndjson'),
        await once('--data', data, '--output', 'ndjson'),
      ];
      expect(summaryOf(first)).toMatchObject({ collected: { audit: 1002 } });
      expect(Number(summaryOf(first)?.['bytesRead'])).toBeGreaterThan(400_000);
      expect({ code: second.code, deliveries: linesOf(second, 'delivery') }).toEqual({ code: 0, deliveries: [] });
      expect(summaryOf(second)).toMatchObject({ collected: { audit: 0 }, findings: 0, delivered: 0 });
      expect(Number(summaryOf(second)?.['bytesRead'])).toBeLessThan(64 * 1024);
    });

    it('says once that the server has no traffic, which is no problem', async () => {
      const data = join(folder, 'data');
      const [first, second] = [await once('--data', data), await once('--data', data)];
      expect([first.code, second.code]).toEqual([0, 0]);
      expect(first.out).toContain('Traffic is not collected: this server has no traffic events');
      expect(first.out).not.toContain('problem');
      expect(second.out).not.toContain('Traffic');
    });

    it('takes the token from the environment as well', async () => {
      const { code } = await runCommand(['local', '--once', '--url', server.url], {
        ...live,
        env: { NETBIRD_TOKEN: simulator.token },
      });
      expect(code).toBe(0);
    });

    it('ends with exit code 3 and the kind of refusal when the token is not taken', async () => {
      await writeFile(token, 'nbp_wrong');
      const outcome = await once('--output', 'ndjson');
      expect(outcome.code).toBe(3);
      expect(linesOf(outcome, 'problem').map(({ code }) => code)).toEqual(['token_expired']);
      expect(summaryOf(outcome)).toMatchObject({ type: 'summary', collected: { audit: 0 } });
      expect(outcome.out).not.toContain('nbp_wrong');
    });

    it('tells the subscribers of the configuration that is named, and takes its other settings', async () => {
      const config = join(folder, 'my.yaml');
      await writeFile(
        config,
        `url: ${server.url}\nalertHistory: 7d\nsubscribers:\n  - { protocol: https, endpoint: 'https://hook.example.com/x' }\n`,
      );
      const outcome = await runCommand(
        ['local', '--once', '--output', 'ndjson', '--config', config, '--token-file', token],
        live,
      );
      const deliveries = linesOf(outcome, 'delivery');
      expect(deliveries.map(({ protocol, endpoint }) => [protocol, endpoint])).toEqual([
        ['https', 'https://hook.example.com/x'],
        ['https', 'https://hook.example.com/x'],
      ]);
      expect(JSON.parse(deliveries[0]?.message ?? '')).toMatchObject({ schema: 'netbird-alerts/alert/1' });
    });
  });

  it('plays the demo, whose route deletion shows as e-mail and SMS', async () => {
    const outcome = await ndjson('--demo');
    expect(outcome.code).toBe(0);
    const routes = linesOf(outcome, 'delivery').filter(({ alert }) => alert['rule'] === 'route_deleted');
    expect(new Set(routes.map(({ protocol }) => protocol))).toEqual(new Set(['email', 'sms']));
  });

  it('follows the lists as people have edited them', async () => {
    const invited = (outcome: Outcome) =>
      linesOf(outcome, 'delivery').filter(({ alert }) => alert['rule'] === 'outside_user_invited').length;
    const stored = await storedFolder({});
    const added = await runCommand(['lists', 'add', 'CompanyDomains', 'harbor.example', '--data', stored.folder]);
    expect({ code: added.code, err: added.err }).toEqual({ code: 0, err: '' });
    expect(invited(await replay('attack.ndjson', '--data', folder))).toBeGreaterThan(0);
    expect(invited(await replay('attack.ndjson', '--data', stored.folder))).toBe(0);
    await stored.remove();
  });

  it('lets its folder be read while it runs, refuses a second one, and ends cleanly when it is told to', async () => {
    const stop = new AbortController();
    const running = runCommand(['local', '--demo', '--every', '1s', '--data', folder], { stop: stop.signal });
    const read = () => runCommand(['events', '--data', folder, '--output', 'ndjson']);
    let seen = await read();
    for (let tries = 0; tries < 100 && seen.out === ''; tries++) {
      await sleep(100);
      seen = await read();
    }
    expect(parseLines(seen.out).length).toBeGreaterThan(0);
    const second = await runCommand(['local', '--demo', '--once', '--data', folder]);
    expect(second.code).toBe(2);
    expect(second.err).toContain('has the data folder');
    stop.abort();
    expect((await running).code).toBe(0);
    expect(await readdir(folder)).not.toContain('endpoint.json');
  });

  it.each([
    [['--demo', '--replay', 'x'], '--demo and --replay do not go together.', 'Choose one'],
    [['--token-file', 'x'], '--token-file needs the server', '--url'],
    [['--url', 'https://netbird.example.com'], 'The token is missing.', 'NETBIRD_TOKEN'],
    [
      ['--url', 'https://nb.example.com', '--token-file', '/nowhere'],
      'token file /nowhere cannot be read',
      'nothing but',
    ],
    [['--replay', '/nowhere'], '/nowhere', ''],
    [['--config', '/nowhere'], 'configuration /nowhere cannot be read', '--config'],
    [['--rules', '/nowhere'], 'rules folder /nowhere cannot be read', '--rules DIR'],
    [['--rules', 'docs/adr'], 'docs/adr holds no rules.', '.yml'],
    [['--data', 'package.json'], 'package.json cannot be used (EEXIST)', 'may write to'],
    [['--every', 'often'], '--every cannot be often.', '30s'],
    [['--onec'], 'Unknown option --onec.', 'Did you mean --once?'],
    [['more'], '"more" is one word too many.', '--help'],
  ])('ends %j with exit code 2, in both outputs, with a summary for scripts', async (words, message, hint) => {
    const text = await runCommand(['local', '--once', ...words]);
    expect(text.code).toBe(2);
    expect(text.err).toContain(message);
    expect(text.err).toContain(hint);
    const scripted = await ndjson(...words);
    expect(scripted.code).toBe(2);
    expect(linesOf(scripted, 'problem')[0]?.message).toContain(message);
    expect(summaryOf(scripted)).toEqual({
      type: 'summary',
      collected: { audit: 0, traffic: 0, quarantined: 0 },
      bytesRead: 0,
      findings: 0,
      alerts: 0,
      delivered: 0,
    });
  });

  it('takes plain http for this machine only', async () => {
    const { code, err } = await runCommand(['local', '--once', '--url', 'http://netbird.example.com'], {
      env: { NETBIRD_TOKEN: 'x' },
    });
    expect(code).toBe(2);
    expect(err).toContain('allowHttp');
  });

  it('does not watch with no rules at all', async () => {
    const rules = join(folder, 'empty.yml');
    await writeFile(rules, '');
    const { code, err } = await runCommand(['local', '--once', '--rules', rules]);
    expect(code).toBe(2);
    expect(err).toContain('There is no rule in');
  });

  it('says where a configuration is wrong', async () => {
    const config = join(folder, 'my.yaml');
    await writeFile(config, 'tenant: default\nevry: 1m\n');
    const { code, err } = await runCommand(['local', '--once', '--config', config]);
    expect(code).toBe(2);
    expect(err).toContain(`${config}:2:1: error: evry is no setting\n  Did you mean "every"?`);
  });
});
