/**
 * The archive: what a page costs as history grows, in read units (as the store's own answers say) and milliseconds, and
 * what it costs to write answers, beside JSON.stringify. The store is dynalite in this process, so that milliseconds are
 * for comparing rows of the table, and not DynamoDB's. 10 million: computed from what a page reads.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAuditPage } from '../../lib/api/audit/read-page.ts';
import { answerTraffic } from '../../lib/api/traffic/answer.ts';
import { goJson } from '../../lib/api/wire/go-json.ts';
import type { AuditEvent, StoredEvent } from '../../lib/model/event.ts';
import { type TrafficEvent, trafficStart } from '../../lib/model/traffic.ts';
import { hourOf } from '../../lib/model/traffic-partition.ts';
import { auditPosition } from '../../lib/store/archive.ts';
import { DynamoDbArchive } from '../../lib/store/dynamodb/archive.ts';
import { createDynamoDbStores } from '../../lib/store/dynamodb/index.ts';
import { countReads, type Reads } from '../support/count-reads.ts';
import { startDynalite } from '../support/dynalite.ts';
import { auditEvent, makeWorld, trafficEvent } from '../support/generate-events.ts';
import { Random } from '../support/random.ts';

const SIZES = [10_000, 100_000, 300_000];
const PAGE = 100;
const ROUNDS = 7;
const WRITERS = 8;
const TRAFFIC_ROWS = 10_000;
const TENANT = 'default';

type Filters = Parameters<typeof readAuditPage>[2]['filters'];
type Db = Awaited<ReturnType<typeof startDynalite>>;

const world = makeWorld(1);
const random = new Random(2);

function storedEvents(from: number, to: number): StoredEvent<AuditEvent>[] {
  return Array.from({ length: to - from }, (_, n) => ({
    ...(auditEvent(world, random, from + n) as unknown as AuditEvent),
    tenant: TENANT,
    source: 'audit' as const,
    collectedAt: '2026-11-23T15:11:00.000Z',
  }));
}

interface Question {
  readonly name: string;
  readonly filters: Filters;
  /** Goes on from the middle of history. */
  readonly isInside?: true;
  readonly page?: number;
}

function questions(middle: StoredEvent<AuditEvent>): Question[] {
  const { initiator_id, target_id, activity_code } = middle;
  return [
    { name: 'newest', filters: {} },
    { name: 'by cursor, from the middle', filters: {}, isInside: true },
    { name: 'by activity', filters: { activity_code } },
    { name: 'by actor, from the middle', filters: { initiator_id }, isInside: true },
    { name: 'by target', filters: { target_id } },
    { name: 'by pattern `*.delete`', filters: { activity_code: '*.delete' } },
    { name: 'page 50 by number', filters: {}, page: 50 },
    { name: 'search for what is rare', filters: { search: 'nothing has this' } },
  ];
}

async function measurePages(db: Db, reads: Reads, size: number, middle: StoredEvent<AuditEvent>): Promise<void> {
  const archive = new DynamoDbArchive(db.client, db.names.Events);
  for (const { name, filters, isInside, page = 1 } of questions(middle)) {
    const query = {
      filters,
      pageSize: PAGE,
      skip: (page - 1) * PAGE,
      ...(isInside && { after: auditPosition(middle) }),
    };
    const times: number[] = [];
    let line = '';
    const rounds = 'search' in filters ? 1 : ROUNDS;
    for (let round = 0; round < rounds; round++) {
      reads.reset();
      const start = performance.now();
      const { events } = await readAuditPage(archive, TENANT, query);
      times.push(performance.now() - start);
      line = `${events.length} | ${reads.items} | ${reads.requests} | ${reads.units}`;
    }
    console.log(`| ${size.toLocaleString('en')} | ${name} | ${line} | ${median(times).toFixed(1)} |`);
  }
}

async function pages(): Promise<void> {
  console.log(`A page of ${PAGE} audit events:\n`);
  console.log('| stored | asked | events | items read | requests | read units | ms |');
  console.log('| ---: | --- | ---: | ---: | ---: | ---: | ---: |');
  const folder = await mkdtemp(join(tmpdir(), 'archive-bench-'));
  const db = await startDynalite(folder);
  const reads = countReads(db.client);
  const { events } = createDynamoDbStores(db.client, db.names);
  let stored = 0;
  let middle: StoredEvent<AuditEvent> | undefined;
  for (const size of SIZES) {
    for (; stored < size; stored += 5000) {
      const batch = storedEvents(stored, stored + 5000);
      middle ??= batch[batch.length / 2];
      await Promise.all(partsOf(batch, WRITERS).map((part) => events.putUnknown(part)));
    }
    if (middle) await measurePages(db, reads, size, middle);
  }
  await db.stop();
  await rm(folder, { recursive: true });
}

function partsOf<T>(list: readonly T[], parts: number): T[][] {
  return Array.from({ length: parts }, (_, part) => list.filter((_each, n) => n % parts === part));
}

/** A page of traffic as it is served, from the store to the bytes. */
async function trafficPage(): Promise<void> {
  const db = await startDynalite();
  const reads = countReads(db.client);
  const rows = Array.from({ length: TRAFFIC_ROWS }, (_, n) => ({
    ...(trafficEvent(world, random, n) as unknown as TrafficEvent),
    tenant: TENANT,
    collectedAt: '2026-11-23T15:11:00.000Z',
  }));
  const puts = rows.map((row) => ({ row, bucket: hourOf(trafficStart(row)?.micros ?? 0) }));
  await createDynamoDbStores(db.client, db.names).events.putTraffic(puts);
  const archive = new DynamoDbArchive(db.client, db.names.Events);
  console.log(`\nPages of ${TRAFFIC_ROWS.toLocaleString('en')} stored traffic rows, counts included:\n`);
  console.log('| asked | rows | MB | requests | read units | CPU ms |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
  for (const query of [
    'page_size=1000',
    `page_size=${TRAFFIC_ROWS}`,
    `page_size=1000&reporter_id=${rows[0]?.reporter_id}`,
  ]) {
    reads.reset();
    const start = process.cpuUsage();
    const { bytes, found } = await served(archive, `${query}&start_date=2026-11-01T00:00:00Z`);
    const { user, system } = process.cpuUsage(start);
    const cpu = Math.round((user + system) / 1000);
    const shown = query.replace(/=(\D.*)$/, '=…');
    console.log(`| ${shown} | ${found} | ${(bytes / 1e6).toFixed(1)} | ${reads.requests} | ${reads.units} | ${cpu} |`);
  }
  await db.stop();
}

async function served(archive: DynamoDbArchive, query: string): Promise<{ bytes: number; found: number }> {
  const answer = answerTraffic(archive, TENANT, new URLSearchParams(query), new Date('2026-11-24T00:00:00Z'));
  if ('refusal' in answer) throw new Error(answer.refusal.message);
  let text = '';
  for await (const piece of answer.body) text += piece;
  return { bytes: Buffer.byteLength(text), found: JSON.parse(text).data.length };
}

/** CPU of turning events into bytes, as the median of interleaved rounds. */
function serialisation(): void {
  const audit = Array.from({ length: 10_000 }, (_, n) => jsonCopy(auditEvent(world, random, n)));
  const traffic = Array.from({ length: 10_000 }, (_, n) => jsonCopy(trafficEvent(world, random, n)));
  console.log('\nWriting answers (sorted keys, Go’s escapes), CPU beside JSON.stringify in the same run:\n');
  console.log('| events | goJson, events/s | JSON.stringify, events/s | ratio | MB/s |');
  console.log('| --- | ---: | ---: | ---: | ---: |');
  for (const [name, rows] of [
    ['audit', audit],
    ['traffic', traffic],
  ] as const) {
    const writers = { go: goJson, plain: (row: unknown) => JSON.stringify(row) };
    const cpu: Record<keyof typeof writers, number[]> = { go: [], plain: [] };
    let bytes = 0;
    for (let round = 0; round < 2 * ROUNDS; round++) {
      for (const key of ['go', 'plain'] as const) {
        const start = process.cpuUsage();
        bytes = writeAll(rows, writers[key]);
        const { user, system } = process.cpuUsage(start);
        cpu[key].push((user + system) / 1e6);
      }
    }
    const [go, plain] = [median(cpu.go), median(cpu.plain)];
    const perSecond = (seconds: number) => Math.round(rows.length / seconds).toLocaleString('en');
    const speed = (bytes / go / 1e6).toFixed(0);
    console.log(`| ${name} | ${perSecond(go)} | ${perSecond(plain)} | ${(go / plain).toFixed(2)} | ${speed} |`);
  }
}

function writeAll(rows: readonly unknown[], write: (row: unknown) => string): number {
  let bytes = 0;
  for (let from = 0; from < rows.length; from += 100) {
    let text = '';
    for (const row of rows.slice(from, from + 100)) text += `${write(row)},`;
    bytes += Buffer.from(text).length;
  }
  return bytes;
}

function jsonCopy(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Prints three tables. */
export async function run(): Promise<void> {
  await pages();
  await trafficPage();
  serialisation();
}
