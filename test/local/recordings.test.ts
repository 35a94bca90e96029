import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseLines, runCommand } from '../cli/run-command.ts';

const RECORDINGS = resolve(import.meta.dirname, '../fixtures/recordings');

async function replay(name: string) {
  const words = ['local', '--once', '--output', 'ndjson', '--replay', resolve(RECORDINGS, name)];
  const { code, out, err } = await runCommand(words);
  const lines = parseLines(out) as { type: string; protocol?: string; code?: string; message?: string }[];
  const deliveries = lines.filter(({ type }) => type === 'delivery');
  return {
    code,
    err,
    summary: lines.at(-1),
    problems: lines.flatMap((line) => (line.type === 'problem' ? [line.code] : [])),
    mails: deliveries.filter(({ protocol }) => protocol === 'email'),
    texts: deliveries.filter(({ protocol }) => protocol === 'sms'),
  };
}

describe('the pipeline on what a real server answered', () => {
  it('tells of a month in a quiet company no more than people read', async () => {
    const run = await replay('ordinary-month.ndjson.gz');
    expect(run).toMatchObject({
      code: 0,
      err: '',
      problems: [],
      summary: { collected: { audit: 1603, quarantined: 0 } },
    });
    expect(run.mails.length).toBeLessThanOrEqual(30);
    expect(run.texts.length).toBeLessThanOrEqual(6);
  }, 120_000);

  it('stores all that was served of a flood, and tells once from when to when events passed unseen', async () => {
    const run = await replay('ten-thousand.ndjson.gz');
    expect(run).toMatchObject({ code: 1, err: '', problems: ['gap'], summary: { collected: { audit: 20_206 } } });
    const gaps = run.mails.filter(({ message }) => message?.includes('passed unseen'));
    expect(gaps).toHaveLength(1);
  }, 180_000);

  it.each(['ordinary-company.ndjson', 'ordinary-company-postgres.ndjson'])(
    'stores all 144 events of %s',
    async (name) => {
      expect(await replay(name)).toMatchObject({ code: 0, problems: [], summary: { collected: { audit: 144 } } });
    },
  );

  it('says that a server limits the rate, and goes on', async () => {
    const run = await replay('rate-limit.ndjson');
    expect(run).toMatchObject({ code: 1, problems: ['rate_limited', 'rate_limited', 'rate_limited'] });
  });

  it('takes a recording of other feeds only for one without events', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'netbird-alerts-'));
    const file = join(folder, 'traffic.ndjson');
    const request = { path: '/api/events/network-traffic', token: 'valid' };
    await writeFile(file, JSON.stringify({ at: '2026-11-23T15:49:14Z', request, status: 404, headers: {}, body: '' }));
    const run = await replay(file);
    await rm(folder, { recursive: true });
    expect(run).toMatchObject({ code: 0, err: '', problems: [], summary: { collected: { audit: 0 }, delivered: 0 } });
  });

  it('finds nothing wrong with a log that is switched off', async () => {
    expect(await replay('log-off.ndjson')).toMatchObject({ code: 0, summary: { collected: { audit: 5 } } });
  });
});
