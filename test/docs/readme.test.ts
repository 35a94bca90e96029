import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createNetBirdSimulator } from '../../lib/local/simulator/simulator.ts';
import { blocksOf } from './shown-commands.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** Commands that end with Ctrl-C: they have begun once they print something. */
const ENDLESS = / --follow|^api /;

/** Runs a command of this package as a person would, in `cwd`. */
async function runShown(words: string, cwd: string): Promise<void> {
  const program = [join(ROOT, 'bin/netbird-alerts.mjs'), ...words.split(' ')];
  if (!ENDLESS.test(words)) {
    await run(process.execPath, program, { cwd });
    return;
  }
  const child = spawn(process.execPath, program, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), once(child, 'exit')]);
  child.kill('SIGINT');
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  expect({ words, code }).toEqual({ words, code: 0 });
}

describe('the README', () => {
  let readme: string;
  let scripts: Record<string, string>;
  beforeAll(async () => {
    readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    scripts = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')).scripts;
  });

  it('needs two commands for a first alert and for the tests', () => {
    const under = (heading: string) => blocksOf(readme).filter((block) => block.heading === heading);
    expect(under('## Five minutes to a first alert')[0]?.commands).toEqual([
      'npm install && npx netbird-alerts local --demo --once',
    ]);
    expect(under('## Tests').map(({ commands }) => commands)).toEqual([['npm test']]);
    expect(scripts).toHaveProperty('test');
  });

  it('shows commands that work, in the order in which they are shown', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'readme-'));
    const simulator = createNetBirdSimulator();
    const server = await simulator.listen();
    try {
      await writeFile(join(folder, 'token.txt'), `${simulator.token}\n`);
      const commands = blocksOf(readme).flatMap((block) => block.commands);
      for (const command of commands.filter((one) => one.includes('npx netbird-alerts '))) {
        const words = command
          .replace(/^.*npx netbird-alerts /, '')
          .replace('https://netbird.example.com', server.url)
          .replace('--port 8080', '--port 0');
        await runShown(words, folder);
      }
      const others = commands.filter((one) => !one.includes('npx netbird-alerts '));
      expect(others).toEqual(['npx cdk bootstrap', 'npx cdk deploy', 'npm test']);
      await access(join(ROOT, 'node_modules/.bin/cdk'));
    } finally {
      await server.close();
      await rm(folder, { recursive: true });
    }
  }, 300_000);

  it('links to files that are there', async () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map(([, path]) => path ?? '');
    expect(links.length).toBeGreaterThan(3);
    for (const path of links) await access(join(ROOT, path));
  });
});
