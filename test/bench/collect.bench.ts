/** How much a poll reads and holds, how fast the splitter is, and what collect adds to bare writes. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { collectAudit } from '../../lib/collect/collect-audit.ts';
import { type AuditSource, netbirdAuditSource } from '../../lib/collect/netbird/audit-source.ts';
import { splitArray } from '../../lib/collect/netbird/split-array.ts';
import { clientOf, openEmbeddedDynamoDb } from '../../lib/local/embedded/embedded-dynamodb.ts';
import type { AuditEvent } from '../../lib/model/event.ts';
import { createDynamoDbStores, createTables } from '../../lib/store/dynamodb/index.ts';
import { eventToItem } from '../../lib/store/dynamodb/to-item.ts';
import { createMemoryStores } from '../../lib/store/memory/index.ts';

const COUNT = 10_000;
const NOW = new Date('2026-11-23T12:00:00Z');
const TABLE_NAMES = { Events: 'Events', Alerts: 'Alerts', State: 'State' };
const KB = 1024;
const MB = 1024 * KB;

interface Row {
  readonly what: string;
  readonly measured: string;
  readonly goal: string;
  readonly met: boolean;
}

/** Measures all of it and prints a table. */
export async function run(): Promise<void> {
  const events = sampleEvents();
  const rows = [...(await idlePoll(events)), await splitting(events), await writing(events)];
  console.table(
    Object.fromEntries(
      rows.map(({ what, measured, goal, met }) => [what, { measured, goal, met: met ? 'yes' : 'NO' }]),
    ),
  );
}

/** 4 MB, newest first: an event every ten minutes for ten weeks. */
function sampleEvents(): AuditEvent[] {
  return Array.from({ length: COUNT }, (_, index) => ({
    activity: 'Peer added',
    activity_code: 'peer.setupkey.add',
    id: String(COUNT - index),
    initiator_email: '',
    initiator_id: `dc26215qmd2uu3dv2k${index % 40}`,
    initiator_name: '',
    meta: {
      created_at: '2026-11-23T15:51:32.468316215Z',
      fqdn: `runner-${index % 300}.netbird.selfhosted`,
      ip: '100.115.150.110',
      location_connection_ip: '198.51.100.7',
      location_country_code: 'DE',
      name: `runner-${index % 300}`,
      setup_key_name: `key ${index % 40}`,
    },
    target_id: `dc26215qmd2uu3dv3p${index % 300}`,
    timestamp: new Date(NOW.getTime() - index * 600_000).toISOString(),
  }));
}

async function idlePoll(events: AuditEvent[]): Promise<Row[]> {
  const body = Buffer.from(`${JSON.stringify(events)}\n`);
  const server = await serve(body);
  const stores = createMemoryStores();
  let now = NOW;
  const plain = netbirdAuditSource({ url: server.url, token: async () => 'bench' });
  const deps = { ...stores, source: plain, clock: () => now, tell: async () => {} };
  const settings = { tenant: 'default', deadline: undefined, retries: 0, leaseMs: 1000, owner: 'bench' };
  await collectAudit(deps, settings);
  let [read, held] = [0, 0];
  for (let poll = 0; poll < 5; poll += 1) {
    now = new Date(now.getTime() + 60_000);
    const memory = watchMemory(plain);
    const report = await collectAudit({ ...deps, source: memory.source }, settings);
    read = Math.max(read, report.bytesRead);
    // The first one compiles what it runs.
    if (poll > 0) held = Math.max(held, memory.most());
  }
  await server.close();
  return [
    {
      what: `poll with nothing new, of ${(body.length / MB).toFixed(1)} MB: body read`,
      measured: `${(read / KB).toFixed(1)} KB`,
      goal: '≤ 64 KB',
      met: read <= 64 * KB,
    },
    {
      what: 'the same: memory added',
      measured: `${(held / MB).toFixed(1)} MB`,
      goal: '≤ 5 MB',
      met: held <= 5 * MB,
    },
  ];
}

/** A source that looks at the memory after each part of the answer. */
function watchMemory(source: AuditSource): { source: AuditSource; most: () => number } {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const before = memoryNow();
  let most = 0;
  const open: AuditSource['open'] = async (signal) => {
    const answer = await source.open(signal);
    const elements = (async function* () {
      for await (const part of answer.elements) {
        most = Math.max(most, memoryNow() - before);
        yield part;
      }
    })();
    return { ...answer, elements };
  };
  return { source: { open }, most: () => most };
}

/** This thread's; the server runs in another. */
function memoryNow(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function splitting(events: AuditEvent[]): Promise<Row> {
  const body = Buffer.from(JSON.stringify(events));
  const chunks = async function* () {
    for (let at = 0; at < body.length; at += 64 * KB) yield body.subarray(at, at + 64 * KB);
  };
  const whole = async () => {
    const parts: Buffer[] = [];
    for await (const chunk of chunks()) parts.push(chunk);
    return (JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown[]).length;
  };
  const split = async () => {
    let count = 0;
    for await (const elements of splitArray(chunks())) for (const each of elements) if (JSON.parse(each)) count += 1;
    return count;
  };
  const [wholeMs, splitMs] = await interleaved([whole, split], 9);
  const ratio = (splitMs ?? 0) / (wholeMs ?? 1);
  return {
    what: 'splitter + JSON.parse per event, × body + JSON.parse',
    measured: `${ratio.toFixed(2)} × (${splitMs?.toFixed(0)} ms, ${wholeMs?.toFixed(0)} ms)`,
    goal: '≤ 1.5 ×',
    met: ratio <= 1.5,
  };
}

async function writing(events: AuditEvent[]): Promise<Row> {
  const [bareMs, collectMs] = await interleaved([() => bareWrites(events), () => collecting(events)], 3);
  const share = (bareMs ?? 0) / (collectMs ?? 1);
  const rate = (millis: number | undefined) => `${Math.round((COUNT / (millis ?? 1)) * 1000)}/s`;
  return {
    what: `collecting ${COUNT} events, of the throughput of bare BatchWriteItem`,
    measured: `${(share * 100).toFixed(0)} % (${rate(collectMs)}, ${rate(bareMs)})`,
    goal: '≥ 80 %',
    met: share >= 0.8,
  };
}

/** Each task returns how long it took, or is timed. Medians, in milliseconds. */
async function interleaved(tasks: readonly (() => Promise<unknown>)[], rounds: number): Promise<number[]> {
  const times: number[][] = tasks.map(() => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, task] of tasks.entries()) {
      const started = performance.now();
      const own = await task();
      // The first round compiles.
      if (round > 0) times[index]?.push(own instanceof Timing ? own.millis : performance.now() - started);
    }
  }
  return times.map((each) => each.toSorted((a, b) => a - b)[Math.floor(each.length / 2)] ?? 0);
}

class Timing {
  readonly millis: number;

  constructor(millis: number) {
    this.millis = millis;
  }
}

async function bareWrites(events: AuditEvent[]): Promise<Timing> {
  return withTables(async (client) => {
    const collectedAt = NOW.toISOString();
    const rows = events.map((event) => ({ ...event, tenant: 'default', source: 'audit' as const, collectedAt }));
    const items = rows.map(eventToItem).reverse();
    const started = performance.now();
    for (let at = 0; at < items.length; at += 25) {
      const requests = items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { Events: requests } }));
    }
    return new Timing(performance.now() - started);
  });
}

async function collecting(events: AuditEvent[]): Promise<Timing> {
  const body = JSON.stringify(events);
  return withTables(async (client) => {
    const source = netbirdAuditSource({
      url: 'https://netbird.example',
      token: async () => 'bench',
      fetch: async () => new Response(body),
    });
    const deps = { ...createDynamoDbStores(client, TABLE_NAMES), source, clock: () => NOW, tell: async () => {} };
    const settings = { tenant: 'default', deadline: undefined, retries: 0, leaseMs: 600_000, owner: 'bench' };
    const started = performance.now();
    const { stored } = await collectAudit(deps, settings);
    if (stored !== COUNT) throw new Error(`stored ${stored} of ${COUNT}`);
    return new Timing(performance.now() - started);
  });
}

async function withTables<T>(measure: (client: DynamoDBClient) => Promise<T>): Promise<T> {
  const store = await openEmbeddedDynamoDb();
  const client = clientOf(store.endpoint);
  try {
    await createTables(client, TABLE_NAMES);
    return await measure(client);
  } finally {
    client.destroy();
    await store.close();
  }
}

/** Serves one body for ever, in a thread of its own, so that its memory is not counted. */
async function serve(body: Buffer): Promise<{ url: string; close: () => Promise<unknown> }> {
  const code = `
    const { createServer } = require('node:http');
    const { parentPort, workerData } = require('node:worker_threads');
    const body = Buffer.from(workerData);
    const server = createServer((_request, response) => response.end(body));
    server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`;
  const worker = new Worker(code, { eval: true, workerData: body });
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  return { url: `http://127.0.0.1:${port}`, close: () => worker.terminate() };
}
