/**
 * What each bundled handler costs at a cold start: its size, and the time to import it in a fresh process, next to a
 * handler that only imports the DynamoDB client. Goal: at most 1.3 times that. Rounds are interleaved, so that a busy
 * machine slows all alike; the ratio is what to compare.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROUNDS = 15;
const root = join(import.meta.dirname, '../..');

/** What the handlers read at their start; nothing is connected to. */
const ENVIRONMENT = {
  EVENTS_TABLE: 'Events',
  ALERTS_TABLE: 'Alerts',
  STATE_TABLE: 'State',
  TENANT: 'default',
  NETBIRD_URL: 'https://api.netbird.io',
  ALLOW_HTTP: 'false',
  TOKEN_SECRET: 'token',
  ALERT_HISTORY_MS: '3600000',
  OVERLAP_MS: '3600000',
  GROUP_WAIT_MS: '20000',
  TOPIC_ARN: 'arn:aws:sns:eu-central-1:000000000000:alerts',
  TIME_ZONE: 'UTC',
  RATE_PER_MINUTE: '120',
  RATE_BURST: '1200',
  AWS_REGION: 'eu-central-1',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

export async function run(): Promise<void> {
  const out = mkdtempSync(join(tmpdir(), 'cold-start-'));
  try {
    execFileSync(process.execPath, ['--import', 'tsx', 'bin/build.ts', '--out', out], { cwd: root });
    const handlers = ['collect', 'detect', 'notify', 'api'].map((name) => join(out, 'functions', name, 'index.js'));
    const paths = [await bundleBare(out), ...handlers];
    const times = paths.map(() => [] as number[]);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, path] of paths.entries()) times[index]?.push(importMillis(path));
    }
    report(paths, times.map(median));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** The same build of a handler that has a client and nothing else. */
async function bundleBare(out: string): Promise<string> {
  const source = `import { DynamoDBClient } from '@aws-sdk/client-dynamodb'; const client = new DynamoDBClient({});
    export const handler = async () => client.config.region();`;
  const outfile = join(out, 'functions/bare/index.js');
  await build({
    stdin: { contents: source, resolveDir: root },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
  });
  writeFileSync(join(out, 'functions/bare/package.json'), '{"type":"commonjs"}\n');
  return outfile;
}

function importMillis(path: string): number {
  // Lambda's runtime has this for functions that stream.
  const runtime = 'globalThis.awslambda = { streamifyResponse: (own) => own };';
  const code = `${runtime} const began = performance.now(); require(${JSON.stringify(path)}); console.log(performance.now() - began);`;
  return Number(execFileSync(process.execPath, ['-e', code], { env: ENVIRONMENT, encoding: 'utf8' }));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function report(paths: readonly string[], millis: readonly number[]): void {
  const [base = Number.NaN] = millis;
  console.log(`node ${process.version}, median of ${ROUNDS} fresh processes\n`);
  console.log('handler    KB    ms   × bare');
  for (const [index, path] of paths.entries()) {
    const name = path.split('/').at(-2) ?? '';
    const kilobytes = Math.round(statSync(path).size / 1024);
    const time = millis[index] ?? Number.NaN;
    console.log(
      `${name.padEnd(8)} ${String(kilobytes).padStart(4)} ${time.toFixed(0).padStart(5)}   ${(time / base).toFixed(2)}`,
    );
  }
}
