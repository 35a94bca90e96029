import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { auditParameters } from '../../lib/api/audit/parameters.ts';
import { trafficParameters } from '../../lib/api/traffic/parameters.ts';
import { createNetBirdSimulator } from '../../lib/local/simulator/simulator.ts';
import { type Outcome, runCommand } from '../cli/run-command.ts';
import { blocksOf } from './shown-commands.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Runs a command to its end; one that serves is told to stop as soon as it says where. */
async function runUntilServed(words: readonly string[]): Promise<Outcome> {
  const stop = new AbortController();
  let out = '';
  const write = async (text: string) => {
    out += text;
    if (out.includes('/api/events/audit')) stop.abort();
  };
  return { ...(await runCommand(words, { stop: stop.signal, out: { write } })), out };
}

describe('docs/api.md', () => {
  let page: string;
  beforeAll(async () => {
    page = await readFile(join(ROOT, 'docs/api.md'), 'utf8');
  });
  const section = (heading: string) => page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';

  it('names every parameter', () => {
    for (const name of Object.keys(auditParameters)) expect(section('Audit events')).toContain(`\`${name}\``);
    for (const name of Object.keys(trafficParameters)) expect(section('Traffic')).toContain(`\`${name}\``);
  });

  it('shows commands that work, in the order in which they are shown', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'api-page-'));
    const simulator = createNetBirdSimulator();
    const server = await simulator.listen();
    try {
      await writeFile(join(folder, 'token.txt'), simulator.token);
      const there: Readonly<Record<string, string>> = {
        './netbird-data': join(folder, 'data'),
        './token.txt': join(folder, 'token.txt'),
        'https://netbird.example.com': server.url,
        8080: '0',
        8081: '0',
      };
      const wordsOf = (shown: string) => shown.split(' ').map((word) => there[word] ?? word);
      await runCommand(
        wordsOf('local --url https://netbird.example.com --token-file ./token.txt --data ./netbird-data --once'),
      );
      const commands = blocksOf(page).flatMap((block) => block.commands);
      expect(commands.length).toBeGreaterThan(3);
      for (const command of commands) {
        const { code, out } = await runUntilServed(wordsOf(command.replace('npx netbird-alerts ', '')));
        expect({ command, code }).toEqual({ command, code: 0 });
        if (/ (api|local) /.test(command)) expect(out).toMatch(/http:\/\/127\.0\.0\.1:\d+\/api\/events\/audit/);
      }
    } finally {
      await server.close();
      await rm(folder, { recursive: true });
    }
  }, 60_000);

  it('links to files that are there', async () => {
    const links = [...page.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map(([, path]) => path ?? '');
    for (const path of links) await readFile(join(ROOT, 'docs', path));
  });
});
