/** What reading a page of traffic costs, and what a row costs in the store. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseTrafficRows } from '../../lib/collect/netbird/parse-row.ts';
import type { RawElement } from '../../lib/collect/netbird/split-array.ts';
import { netbirdTrafficSource } from '../../lib/collect/netbird/traffic-source.ts';
import { TrafficIntake } from '../../lib/collect/traffic-intake.ts';
import { createKnownRows, type KnownRows } from '../../lib/collect/traffic-known.ts';
import type { StoredTrafficEvent } from '../../lib/model/event.ts';
import type { TrafficEvent } from '../../lib/model/traffic.ts';
import { trafficFromItem, trafficToItem } from '../../lib/store/dynamodb/traffic-item.ts';
import { createMemoryStores } from '../../lib/store/memory/index.ts';
import { generateTraffic } from '../support/generate-traffic.ts';
import { itemBytes, unitsOfFirstPut } from '../support/item-size.ts';

const COUNT = 50_000;
const ROUNDS = 7;
const KB = 1024;
const MB = 1024 * KB;
const FROM = Date.parse('2026-11-20T00:00:00Z');

/** Measures all of it and prints a table. */
export async function run(): Promise<void> {
  const rows = sampleRows();
  const body = Buffer.from(
    JSON.stringify({ data: rows, page: 1, page_size: COUNT, total_pages: 1, total_records: COUNT }),
  );
  const known = createKnownRows(1_000_000);
  await intakeOf(body, known);
  const tasks = {
    whole: () => wholeBody(body),
    stream: () => streamed(body, plainRows),
    checked: () => streamed(body, checkedRows),
    again: () => intakeOf(body, known),
  };
  const [whole = 1, stream = 0, checked = 0, again = 0] = await interleaved(Object.values(tasks));
  const held = await memoryOf((look) => streamed(body, checkedRows, look));
  console.table({
    [`body + JSON.parse of ${COUNT} rows, ${(body.length / MB).toFixed(1)} MB`]: { measured: millis(whole), goal: '' },
    'page read as a stream, JSON.parse a row': {
      measured: `${millis(stream)}, ${(stream / whole).toFixed(2)} ×`,
      goal: '≤ 0.75 ×',
    },
    'the same, and rows checked': { measured: `${millis(checked)}, ${(checked / whole).toFixed(2)} ×`, goal: '' },
    'the same page again in a warm process': {
      measured: `${millis(again)}, ${(again / whole).toFixed(2)} ×`,
      goal: '',
    },
    'memory that reading adds': { measured: `${(held / MB).toFixed(1)} MB`, goal: '≤ 30 MB' },
    ...storing(rows),
  });
}

function sampleRows(): TrafficEvent[] {
  const rows: TrafficEvent[] = [];
  for (const { row, grown } of generateTraffic({ from: FROM, until: FROM + 7 * 86_400_000, flowsPerWindow: 4 })) {
    if (!grown) rows.push(row);
    if (rows.length === COUNT) break;
  }
  if (rows.length < COUNT) throw new Error(`only ${rows.length} rows`);
  return rows;
}

async function wholeBody(body: Buffer): Promise<number> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunksOf(body)) parts.push(chunk);
  return (JSON.parse(Buffer.concat(parts).toString('utf8')) as { data: unknown[] }).data.length;
}

type Reader = (raws: readonly RawElement[]) => number;

const plainRows: Reader = (raws) => raws.filter((raw) => JSON.parse(raw) as unknown).length;

const checkedRows: Reader = (raws) => parseTrafficRows(raws).filter(({ row }) => row).length;

async function streamed(body: Buffer, read: Reader, look: () => void = () => undefined): Promise<number> {
  let rows = 0;
  for await (const raws of (await open(body)).elements) {
    rows += read(raws);
    look();
  }
  if (rows !== COUNT) throw new Error(`${rows} rows`);
  return rows;
}

async function intakeOf(body: Buffer, known: KnownRows): Promise<void> {
  const settings = {
    tenant: 'default',
    now: new Date(),
    keepMs: undefined,
    firstRun: false,
    alertHistoryMs: 0,
    shards: [],
  };
  const intake = new TrafficIntake(createMemoryStores().events, known, settings);
  for await (const raws of (await open(body)).elements) await intake.take(raws);
  await intake.flush();
}

function open(body: Buffer) {
  const fetch = async () => new Response(ReadableStream.from(chunksOf(body)), { status: 200 });
  const source = netbirdTrafficSource({
    url: 'https://netbird.example',
    token: async () => `nbp_${'x'.repeat(36)}`,
    fetch,
  });
  return source.open({}, new AbortController().signal);
}

async function* chunksOf(body: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += 64 * KB) yield new Uint8Array(body.subarray(at, at + 64 * KB));
}

/** CPU milliseconds of this process; medians. */
async function interleaved(tasks: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const times: number[][] = tasks.map(() => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [index, task] of tasks.entries()) {
      const before = process.cpuUsage();
      await task();
      const { user, system } = process.cpuUsage(before);
      // The first round compiles.
      if (round > 0) times[index]?.push((user + system) / 1000);
    }
  }
  return times.map((each) => each.toSorted((a, b) => a - b)[each.length >> 1] ?? 0);
}

async function memoryOf(read: (look: () => void) => Promise<unknown>): Promise<number> {
  collectGarbage();
  const now = () => process.memoryUsage().heapUsed + process.memoryUsage().external;
  const before = now();
  let most = 0;
  await read(() => {
    most = Math.max(most, now() - before);
  });
  return most;
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/** Bytes and write units of the sample, and what the codec takes. */
function storing(rows: readonly TrafficEvent[]): Record<string, { measured: string; goal: string }> {
  const stored = rows.map(
    (row): StoredTrafficEvent => ({
      ...row,
      tenant: 'default',
      collectedAt: '2026-11-20T00:16:00.000Z',
      expiresAt: 1_827_000_123,
    }),
  );
  const started = process.cpuUsage();
  const items = stored.map((row) => trafficToItem(row, '2026-11-20T00'));
  const written = process.cpuUsage(started);
  for (const item of items) trafficFromItem(item);
  const both = process.cpuUsage(started);
  const micros = ({ user, system }: NodeJS.CpuUsage) => user + system;
  const bytes = items.map(itemBytes).sort((a, b) => a - b);
  const units = items.reduce((sum, item) => sum + unitsOfFirstPut(item), 0) / items.length;
  const json = rows.reduce((sum, row) => sum + Buffer.byteLength(JSON.stringify(row)), 0) / rows.length;
  return {
    'bytes of an item: median, largest': {
      measured: `${bytes[bytes.length >> 1]}, ${bytes.at(-1)} (JSON: ${json.toFixed(0)})`,
      goal: '≤ 1024',
    },
    'write units at first sight, index included': { measured: units.toFixed(3), goal: '≤ 2' },
    'row → item, item → row': {
      measured: `${(micros(written) / COUNT).toFixed(1)} µs, ${((micros(both) - micros(written)) / COUNT).toFixed(1)} µs`,
      goal: '',
    },
  };
}

function millis(value: number): string {
  return `${value.toFixed(0)} ms`;
}
