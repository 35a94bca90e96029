import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const LAUNCHER = resolve(import.meta.dirname, '../../bin/netbird-alerts.mjs');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(
  words: readonly string[],
  cwd: string,
  program = LAUNCHER,
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [program, ...words], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return { child, ended: once(child, 'close').then(([code]) => ({ code, out, err })) };
}

describe('the launcher', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'launcher-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('runs from any folder, also through the link that npm makes, and says nothing of its own', async () => {
    const link = join(folder, 'netbird-alerts');
    await symlink(LAUNCHER, link);
    const { code, out, err } = await start(['rules', 'list', '--output', 'ndjson'], folder, link).ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('"route_deleted"');
  });

  it('hands on the exit code', async () => {
    const { code, err } = await start(['evnts'], folder).ended;
    expect(code).toBe(2);
    expect(err).toContain('events');
  });

  it('ends cleanly at Ctrl-C', async () => {
    const { child, ended } = start(['local', '--demo', '--every', '1s', '--data', 'data'], folder);
    await once(child.stdout ?? child, 'data');
    child.kill('SIGINT');
    const { code, out, err } = await ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Look into it:');
    expect(await readdir(join(folder, 'data'))).not.toContain('endpoint.json');
  });

  it('is no crash when its reader has seen enough', async () => {
    const { child, ended } = start(['local', '--demo', '--every', '1s'], folder);
    await once(child.stdout ?? child, 'data');
    child.stdout?.destroy();
    const { code, err } = await ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});
