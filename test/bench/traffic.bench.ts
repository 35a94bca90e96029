/**
 * A million rows of the API through `backtest --input`, end to end in a process of its own: file, lines, JSON, copies and
 * growth, rules, state, alerts. Beside it what `JSON.parse` of the same lines takes, since machines differ.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generateTraffic } from '../support/generate-traffic.ts';
import { makeTrafficWorld } from '../support/traffic-world.ts';

const ROOT = join(import.meta.dirname, '../..');
const PEERS = 100;
const DAYS = 7;
const WINDOWS = (DAYS * 24 * 60) / 5;
/** Rows that a flow makes, about, given how busy peers of each kind are. */
const ROWS_A_FLOW = 1.28;
const ROWS = 1_000_000;
/** Says at its end what the process took. */
const TELL = `data:text/javascript,${encodeURIComponent(
  "process.on('exit',()=>{const{userCPUTime,systemCPUTime,maxRSS}=process.resourceUsage();console.error('USED '+JSON.stringify({cpu:(userCPUTime+systemCPUTime)/1e6,megabytes:maxRSS/1024}))})",
)}`;

async function writeRows(path: string): Promise<number> {
  const until = Date.parse('2026-11-24T00:00:00Z');
  const from = until - DAYS * 86_400_000;
  const flowsPerWindow = ROWS / (WINDOWS * PEERS * 0.75 * ROWS_A_FLOW);
  const file = createWriteStream(path);
  const world = makeTrafficWorld(1, PEERS);
  // A laptop that counts its bytes and reports them: a theft that can be seen.
  const peer = world.peers.find(({ name, counts, reports }) => name.startsWith('laptop') && counts && reports);
  const night = { from: until - 22 * 3_600_000, until: until - 20 * 3_600_000, bytesPerHour: 40e9 };
  const surges = peer ? [{ peer: peer.id, ...night }] : [];
  let count = 0;
  for (const { row } of generateTraffic({
    from,
    until,
    world,
    surges,
    flowsPerWindow,
    lateShare: 0,
  })) {
    if (count === ROWS) break;
    count++;
    if (!file.write(`${JSON.stringify(row)}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  return count;
}

interface Used {
  readonly seconds: number;
  readonly cpu: number;
  readonly megabytes: number;
  readonly alerts: number;
}

async function backtest(rules: string, input: string): Promise<Used> {
  const start = performance.now();
  const words = ['--import', TELL, join(ROOT, 'bin/netbird-alerts.mjs'), 'backtest'];
  const options = ['--rules', rules, '--input', input, '--output', 'ndjson'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...words, ...options], { maxBuffer: 1e9 });
  const seconds = (performance.now() - start) / 1000;
  const used = JSON.parse(/^USED (.*)$/m.exec(stderr)?.[1] ?? '{}') as { cpu: number; megabytes: number };
  return { seconds, ...used, alerts: stdout.split('\n').filter(Boolean).length };
}

function headOf(path: string, bytes: number): string {
  const file = openSync(path, 'r');
  const head = Buffer.alloc(bytes);
  const read = readSync(file, head);
  closeSync(file);
  return head.toString('utf8', 0, read);
}

/** Microseconds a line. */
function parseTime(path: string): number {
  const lines = headOf(path, 60_000_000).split('\n').slice(0, -1);
  const start = process.cpuUsage();
  for (const line of lines) JSON.parse(line);
  return process.cpuUsage(start).user / lines.length;
}

/** Prints a table. */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'traffic-bench-'));
  const [rows, few] = [join(folder, 'rows.ndjson'), join(folder, 'few.ndjson')];
  const baselines = join(folder, 'baselines');
  mkdirSync(baselines);
  const shipped = join(ROOT, 'rules/traffic');
  for (const file of readdirSync(shipped)) {
    if (file.startsWith('unusual-')) copyFileSync(join(shipped, file), join(baselines, file));
  }
  try {
    const count = await writeRows(rows);
    const head = headOf(rows, 50_000);
    writeFileSync(few, head.slice(0, head.lastIndexOf('\n') + 1));
    const start = await backtest(baselines, few);
    const parse = parseTime(rows);
    console.log(
      `${count} rows; JSON.parse ${parse.toFixed(1)} µs of CPU a row; start-up ${start.seconds.toFixed(1)} s\n`,
    );
    console.log('| rules | alerts | rows/s | rows/s of CPU | µs of CPU a row | most memory (MB) |');
    console.log('| --- | --- | --- | --- | --- | --- |');
    const sets = [
      ['one baseline (goal: >= 50,000 rows/s)', join(shipped, 'unusual-egress-of-peer.yml')],
      ['the six baselines of the pack', baselines],
      ['the whole pack', join(ROOT, 'rules')],
    ] as const;
    for (const [name, rules] of sets) {
      const { seconds, cpu, megabytes, alerts } = await backtest(rules, rows);
      const [wall, own] = [seconds - start.seconds, cpu - start.cpu];
      const rate = (time: number): string => Math.round(count / time).toLocaleString('en');
      const micros = ((own * 1e6) / count).toFixed(1);
      console.log(`| ${name} | ${alerts} | ${rate(wall)} | ${rate(own)} | ${micros} | ${Math.round(megabytes)} |`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
