import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseLines, runCommand } from '../cli/run-command.ts';
import { bundleCommand } from './bundle-command.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const BUNDLE = join(ROOT, 'dist/crash-test');
const RECORDING = join(ROOT, 'test/fixtures/recordings/attack.ndjson');
/** Few rules, so that a run is short: plain ones, counts, sequences, and what the watermark decides. */
const RULES = [
  'route-deleted',
  'many-routes-deleted',
  'policy-deleted',
  'user-made-admin',
  'new-user-made-admin-within-a-day',
  'access-token-created',
  'configuration-changed',
  'first-change-by-an-administrator',
];
const RUNS = Number(process.env['CRASH_RUNS'] ?? 20);

interface Delivery {
  readonly type: string;
  readonly protocol: string;
  readonly alert: { readonly id: string };
}

let rules = '';
const words = (folder: string) => [
  ...['local', '--replay', RECORDING, '--once', '--rules', rules],
  ...['--data', folder, '--output', 'ndjson'],
];

/** What was told to whom, from the output of a run; a killed one may end in the middle of a line. */
function deliveriesIn(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{"type":"delivery"') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Delivery)
    .map(({ protocol, alert }) => `${protocol} ${alert.id}`);
}

/** Runs the command in a process of its own and kills it after `millis`, unless it is done by then. */
async function runAndKill(folder: string, millis: number): Promise<{ output: string; millis: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(BUNDLE, 'netbird-alerts.mjs'), ...words(folder)], {
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const closed = new Promise<void>((resolveClosed) => child.once('close', () => resolveClosed()));
  const cancel = new AbortController();
  const killed = sleep(millis, undefined, { signal: cancel.signal }).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  await closed;
  cancel.abort();
  await killed;
  return { output, millis: performance.now() - started };
}

async function stored(folder: string): Promise<{ events: string[]; alerts: unknown[] }> {
  const events = await runCommand(['events', '--data', folder, '--output', 'ndjson']);
  const alerts = await runCommand(['alerts', 'list', '--data', folder, '--output', 'ndjson']);
  return {
    events: parseLines(events.out).map((event) => `${event['timestamp']} ${event['id']}`),
    alerts: parseLines(alerts.out)
      .map(({ id, count, title, firstEventAt, lastEventAt }) => ({ id, count, title, firstEventAt, lastEventAt }))
      .sort((a, b) => String(a.id).localeCompare(String(b.id))),
  };
}

/** A small generator with a seed, so that a failing run can be had again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('the local runtime under SIGKILL', () => {
  const folders: string[] = [];
  const newFolder = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'crash-'));
    folders.push(folder);
    return folder;
  };

  beforeAll(async () => {
    await bundleCommand(ROOT, BUNDLE);
    rules = await newFolder();
    for (const name of RULES) await copyFile(join(ROOT, `rules/audit/${name}.yml`), join(rules, `${name}.yml`));
  });
  afterAll(async () => {
    await Promise.all([...folders, BUNDLE].map((folder) => rm(folder, { recursive: true, force: true })));
  });

  it(
    `stores every event once and delivers every alert, wherever it dies (${RUNS} times)`,
    async () => {
      const untouched = await newFolder();
      const reference = await runAndKill(untouched, 60_000);
      const expected = { deliveries: new Set(deliveriesIn(reference.output)), ...(await stored(untouched)) };
      expect(expected.events).toHaveLength(89);
      expect(expected.deliveries.size).toBeGreaterThan(0);

      const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 2 ** 31);
      const random = randomFrom(seed);
      let interrupted = 0;
      /** The shortest whole run so far: what comes after it would interrupt nothing. */
      let whole = reference.millis;
      async function once(part: number): Promise<void> {
        const folder = await newFolder();
        const millis = Math.round(part * whole);
        const first = await runAndKill(folder, millis);
        if (first.output.includes('"type":"summary"')) whole = Math.min(whole, first.millis);
        else interrupted++;
        const second = await runCommand(words(folder));
        const told = new Set([...deliveriesIn(first.output), ...deliveriesIn(second.out)]);
        const after = await stored(folder);
        const where = `CRASH_SEED=${seed}, killed after ${millis} ms`;
        expect({ where, code: second.code, err: second.err }).toEqual({ where, code: 0, err: '' });
        expect({ where, ...after }).toEqual({ where, events: expected.events, alerts: expected.alerts });
        expect({ where, missing: [...expected.deliveries].filter((one) => !told.has(one)) }).toEqual({
          where,
          missing: [],
        });
        await rm(folder, { recursive: true });
      }
      const moments = Array.from({ length: RUNS }, random);
      const worker = async () => {
        for (let next = moments.pop(); next !== undefined; next = moments.pop()) await once(next);
      };
      await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
      expect(interrupted).toBeGreaterThan(RUNS / 4);
    },
    120_000 + RUNS * 5000,
  );
});
