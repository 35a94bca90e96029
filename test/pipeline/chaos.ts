import fc from 'fast-check';
import type { Alert } from '../../lib/model/alert.ts';
import type { Change, EventChange } from '../../lib/model/change.ts';
import { daysBetween } from '../../lib/model/timestamp.ts';
import { replayEvents } from '../../lib/pipeline/replay.ts';
import { createPipeline } from '../../lib/pipeline.ts';
import { createMemoryStores } from '../../lib/store/memory/index.ts';
import type { AlertStore, StateStore } from '../../lib/store/ports.ts';
import { auditEvent, changeOf, rulesOf, SECOND, STREAM, TENANT } from './changes.ts';
import { RULES_OF_ALL_TYPES } from './rules-of-all-types.ts';

/** Five minutes before midnight UTC, so that events lie in two partitions. */
const MIDNIGHT_LESS_300 = Date.parse('2026-11-23T23:55:00Z') * 1000;
const LATENESS = 20;
const POLL = 60;
const LAST = 600;
const RULES = rulesOf(RULES_OF_ALL_TYPES);

export interface Happening {
  readonly at: number;
  readonly delay: number;
  readonly kind: string;
  readonly who: string;
  readonly value: number;
}

export const happenings = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: LAST * 4 }).map((quarter) => quarter / 4),
    delay: fc.integer({ min: 0, max: LATENESS - 1 }),
    kind: fc.constantFrom('a', 'a', 'b', 'c'),
    who: fc.constantFrom('u1', 'u1', 'u2'),
    value: fc.integer({ min: 0, max: 4 }),
  }),
  { minLength: 1, maxLength: 80, size: 'max' },
);

/** What each partition's stream holds, in its order, when `happenings` arrive with their delays and polls find them. */
function streamsOf(all: readonly Happening[]): Change[][] {
  const events = all.map((each, index) => ({ each, change: eventOf(each, index) }));
  const streams = new Map<string, Change[]>();
  const add = (change: Change): void => {
    const records = streams.get(change.position.partition) ?? [];
    streams.set(change.position.partition, [...records, numbered(change, records.length)]);
  };
  for (let poll = POLL; poll <= LAST + 600; poll += POLL) {
    const found = events.filter(({ each }) => each.at + each.delay > poll - POLL && each.at + each.delay <= poll);
    if (poll === POLL) found.push(...events.filter(({ each }) => each.at + each.delay === 0));
    for (const { change } of found.sort((x, y) => x.change.at - y.change.at)) add(change);
    const [from, upTo] = [timeOf(poll - POLL), timeOf(poll)];
    for (const bucket of daysBetween(from - LATENESS * SECOND, upTo)) {
      const position = { stream: STREAM, partition: `${TENANT}#audit#${bucket}`, sequence: '' };
      add({ kind: 'watermark', tenant: TENANT, source: 'audit', bucket, upTo, position });
    }
  }
  return [...streams.values()];
}

function eventOf(each: Happening, index: number): EventChange {
  const at = timeOf(each.at);
  const event = auditEvent(0, {
    id: String(index),
    timestamp: new Date(at / 1000).toISOString(),
    activity_code: `kind.${each.kind}`,
    initiator_id: each.who,
    meta: { value: String(each.value) },
  });
  return changeOf(event);
}

function firstWatermark(): Change {
  const upTo = timeOf(-LATENESS);
  const [bucket = ''] = daysBetween(upTo, upTo);
  const position = { stream: STREAM, partition: `${TENANT}#audit#${bucket}~`, sequence: '1' };
  return { kind: 'watermark', tenant: TENANT, source: 'audit', bucket, upTo, position };
}

function numbered(change: Change, index: number): Change {
  return { ...change, position: { ...change.position, sequence: String(10n ** 21n + BigInt(index)) } };
}

function timeOf(seconds: number): number {
  return MIDNIGHT_LESS_300 + seconds * SECOND;
}

type Stores = { state: StateStore; alerts: AlertStore };

function pipelineOver(stores: Stores) {
  const clock = () => new Date(timeOf(LAST) / 1000);
  return createPipeline({ ruleSet: RULES, ...stores, clock, settings: { latenessMs: LATENESS * 1000 } });
}

/** Every event once, in event order, and only then time goes by. */
export async function inOrder(all: readonly Happening[]): Promise<unknown[]> {
  const stores = createMemoryStores();
  const pipeline = pipelineOver(stores);
  const streams = streamsOf(all);
  const events = streams.flat().filter((change) => change.kind === 'event');
  const sorted = events.sort((x, y) => x.at - y.at || Number(x.order.id) - Number(y.order.id));
  await pipeline.process([firstWatermark()]);
  let sequence = 0;
  const next = (change: Change): Change =>
    numbered({ ...change, position: { ...change.position, stream: 'once' } }, sequence++);
  for (const change of sorted) await pipeline.process([next(change)]);
  for (const mark of streams.flat().filter((change) => change.kind === 'watermark'))
    await pipeline.process([next(mark)]);
  return alertsIn(stores.alerts);
}

/** The same as a backtest does it. */
export async function replayed(all: readonly Happening[]): Promise<unknown[]> {
  const events = all.map((each, index) => ({ event: eventOf(each, index).event, source: 'audit' as const }));
  // Live, time goes on without events: here something has to happen.
  events.push({
    event: eventOf({ at: LAST + 600, delay: 0, kind: 'z', who: '', value: 0 }, all.length).event,
    source: 'audit',
  });
  return shortened(await replayEvents(RULES, events, { tenant: TENANT, latenessMs: LATENESS * 1000 }));
}

async function alertsIn(alerts: AlertStore): Promise<unknown[]> {
  const all: Alert[] = [];
  for await (const alert of alerts.list({ tenant: TENANT })) all.push(alert);
  return shortened(all);
}

function shortened(all: readonly Alert[]): unknown[] {
  return all
    .map(({ rule, dedupKey, group, firstEventAt, lastEventAt, count, samples, openedAt }) => ({
      rule: rule.key,
      dedupKey,
      group,
      openedAt: openedAt - MIDNIGHT_LESS_300,
      firstEventAt: firstEventAt - MIDNIGHT_LESS_300,
      lastEventAt: lastEventAt - MIDNIGHT_LESS_300,
      count,
      samples: samples.map(({ ref }) => ref),
    }))
    .sort((x, y) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1));
}

/** Takes numbers from a generated list, over and over. */
function chooser(numbers: readonly number[]): (below: number) => number {
  let index = 0;
  return (below) => (numbers[index++ % numbers.length] ?? 0) % below;
}

class DeathError extends Error {}

/** Stores that die at the calls that `choose` says, before or after the call took effect, and an index that lags. */
function mortal({ state, alerts }: Stores, choose: (below: number) => number): Stores & { immortal: boolean } {
  const control = { immortal: false };
  const risky = async <T>(call: () => Promise<T>): Promise<T> => {
    const fate = control.immortal ? 2 : choose(24);
    if (fate === 0) throw new DeathError('before');
    const result = await call();
    if (fate === 1) throw new DeathError('after');
    return result;
  };
  return Object.assign(control, {
    state: {
      getMany: (keys: readonly string[]) => risky(() => state.getMany(keys)),
      put: (item: Parameters<StateStore['put']>[0]) => risky(() => state.put(item)),
      putUnknown: (items: Parameters<StateStore['putUnknown']>[0]) => risky(() => state.putUnknown(items)),
      delete: (key: string, version: number) => risky(() => state.delete(key, version)),
      async *due(dueFor: string, upTo: number) {
        for await (const key of state.due(dueFor, upTo)) if (control.immortal || choose(4) > 0) yield key;
      },
      scan: (prefix: string) => state.scan(prefix),
    },
    alerts: {
      ...alerts,
      upsert: (alert: Alert, expiresAt?: number) => risky(() => alerts.upsert(alert, expiresAt)),
      get: (tenant: string, id: string) => alerts.get(tenant, id),
    } as AlertStore,
  });
}

/** The same through shards that interleave and overlap, batches cut at will, deaths, and records that come again. */
export async function inChaos(all: readonly Happening[], numbers: readonly number[]): Promise<unknown[]> {
  const stores = createMemoryStores();
  const choose = chooser(numbers);
  const dying = mortal(stores, choose);
  const streams = streamsOf(all);
  const offsets = streams.map(() => 0);
  let pipeline = pipelineOver(dying);
  // Before anything else was ever shown, nobody can know of which partitions there are.
  dying.immortal = true;
  await pipeline.process([firstWatermark()]);
  dying.immortal = false;
  const deliver = async (shard: number): Promise<void> => {
    const start = offsets[shard] ?? 0;
    const batch = (streams[shard] ?? []).slice(start, start + 1 + choose(30));
    try {
      await pipeline.process(batch);
      // A record can come again although it was taken in.
      offsets[shard] = start + batch.length - (choose(5) === 0 ? choose(batch.length + 1) : 0);
    } catch (error) {
      if (!(error instanceof DeathError)) throw error;
      pipeline = pipelineOver(dying);
    }
  };
  for (let turn = 0; streams.some((records, shard) => (offsets[shard] ?? 0) < records.length); turn++) {
    if (turn > 300) dying.immortal = true;
    const shards = streams
      .map((_, shard) => shard)
      .filter((shard) => (offsets[shard] ?? 0) < (streams[shard]?.length ?? 0));
    if (choose(3) === 0) await Promise.all(shards.map(deliver));
    else await deliver(shards[choose(shards.length)] ?? 0);
  }
  dying.immortal = true;
  // The next polls' watermarks find what the index did not show.
  for (let pass = 0; pass < 4; pass++) await pipeline.process(streams.flatMap((records) => records.slice(-1)));
  return alertsIn(stores.alerts);
}
