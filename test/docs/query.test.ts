import { execFile, execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { DIMENSIONS } from '../../lib/cli/events/stats/groups.ts';
import { events } from '../../lib/cli/events.ts';
import { eventsStats } from '../../lib/cli/events-stats.ts';
import { sharedStore } from '../../lib/local/data-folder.ts';
import { runCommand } from '../cli/run-command.ts';
import { auditEvent, storedFolder, trafficRow } from '../cli/stored.ts';
import { blocksOf } from './shown-commands.ts';

const EVENTS = [
  auditEvent({ id: '1', timestamp: '2026-11-23T10:00:00Z' }),
  auditEvent({ id: '2', timestamp: '2026-11-23T11:00:00Z', initiator_id: 'u-robot', initiator_name: '' }),
];
const REVEALING = [
  auditEvent({ activity_code: 'service.user.create', target_id: 'u-robot', meta: { name: 'backup-agent' } }),
];

describe('docs/query.md', () => {
  let page: string;
  let folder: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    page = await readFile(resolve(import.meta.dirname, '../../docs/query.md'), 'utf8');
    ({ folder, remove } = await storedFolder({ events: EVENTS, revealing: REVEALING, traffic: [trafficRow()] }));
  });
  afterAll(() => remove());

  const commands = () => blocksOf(page).flatMap((block) => block.commands);
  /** The words of a shown command, about the folder of this test. */
  const wordsOf = (command: string) =>
    command
      .replace('npx netbird-alerts ', '')
      .split(' ')
      .map((word) => (word === './netbird-data' ? folder : word));

  it('shows commands that find something', async () => {
    const asking = commands().filter((one) => /netbird-alerts events /.test(one) && !one.includes('--follow'));
    expect(asking.length).toBeGreaterThan(5);
    for (const command of asking) {
      const { code, out, err } = await runCommand(wordsOf(command));
      expect({ command, code, err }).toEqual({ command, code: 0, err: '' });
      expect(out).not.toMatch(/fits\.|^\[\]$/m);
    }
  });

  it('shows how to follow', async () => {
    const command = commands().find((one) => one.includes('--follow')) ?? '';
    const { code, out } = await runCommand([...wordsOf(command), '--since', '7d', '--limit', '2']);
    expect(code).toBe(0);
    expect(out).toMatch(/route\.delete +backup-agent/);
  });

  const curl = execFails('curl', '--version') ? it.skip : it;
  curl('shows how to ask the archive, with a key made while it is served (not run where curl is missing)', async () => {
    const [create, serve, ask, ...others] =
      blocksOf(page).find(({ heading }) => /client/.test(heading))?.commands ?? [];
    expect(others).toEqual([]);
    const stop = new AbortController();
    let ended: Promise<unknown> = Promise.resolve();
    const url = await new Promise<string>((found, failed) => {
      const out = { write: async (line: string) => found(JSON.parse(line).url) };
      const words = [...wordsOf((serve ?? '').replace('--port 8080', '--port 0')), '--output', 'ndjson'];
      ended = runCommand(words, { out, stop: stop.signal }).then(({ err }) => failed(new Error(err)), failed);
    });
    try {
      const [key = ''] = (await runCommand(wordsOf(create ?? ''))).out.split('\n');
      const shown = (ask ?? '').replace('http://127.0.0.1:8080', url);
      const { stdout } = await promisify(execFile)('sh', ['-c', shown], { env: { ...process.env, NBA_KEY: key } });
      expect(JSON.parse(stdout)).toMatchObject([{ id: '2' }, { id: '1' }]);
    } finally {
      stop.abort();
      await ended;
    }
  });

  it('shows questions that the table answers', async () => {
    const shown = [...page.matchAll(/```aws\n(.*?)```/gs)].map(([, text = '']) => text.replaceAll('\\\n', ' '));
    expect(shown).toHaveLength(4);
    const store = await sharedStore(folder);
    try {
      for (const command of shown) {
        const option = (name: string) => new RegExp(`--${name} (?:'([^']*)'|(\\S+))`).exec(command)?.slice(1).join('');
        const { Count } = await store.client.send(
          new QueryCommand({
            TableName: 'Events',
            IndexName: option('index-name'),
            KeyConditionExpression: option('key-condition-expression'),
            ExpressionAttributeValues: JSON.parse(option('expression-attribute-values') ?? ''),
          }),
        );
        expect({ command, found: (Count ?? 0) > 0 }).toEqual({ command, found: true });
      }
    } finally {
      await store.close();
    }
  });

  it('explains every option that chooses events, and everything to count by', () => {
    const first = [...page.matchAll(/^\| (`.*?) \|/gm)].map(([, cell]) => cell ?? '').join(' ');
    const common = ['data', 'tenant', 'follow', 'by'];
    for (const option of Object.keys({ ...events.options, ...eventsStats.options })) {
      if (!common.includes(option)) expect(first).toContain(`\`--${option}\``);
    }
    for (const by of DIMENSIONS) expect(first).toContain(`\`${by}\``);
  });
});

function execFails(command: string, ...words: string[]): boolean {
  try {
    execFileSync(command, words, { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
}
