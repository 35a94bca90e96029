/**
 * The stateful path in memory: contributions a second on one core, and store requests per batch. Groups hold up to some
 * hundred events, as a busy account's do.
 */
import { createPipeline } from '../../lib/pipeline.ts';
import { createMemoryStores } from '../../lib/store/memory/index.ts';
import type { StateStore } from '../../lib/store/ports.ts';
import { auditEvent, changeOf, rulesOf, SECOND, START } from '../pipeline/changes.ts';

const RULES = `
title: Anything
name: anything
status: stable
level: low
logsource: {product: netbird, service: audit}
detection:
  selection: {activity_code: route.delete}
  condition: selection
---
title: Many by one
name: many_by_one
status: stable
level: high
correlation:
  type: event_count
  rules: [anything]
  group-by: [initiator_id]
  timespan: 10m
  condition: {gte: 100000}
---
title: Many targets
name: many_targets
status: stable
level: high
correlation:
  type: value_count
  rules: [anything]
  group-by: [initiator_id]
  timespan: 10m
  condition: {gte: 100000, field: target_id}
---
title: Sum
name: sum
status: stable
level: high
correlation:
  type: value_sum
  rules: [anything]
  group-by: [initiator_id]
  timespan: 10m
  condition: {gte: 100000000, field: meta.bytes}
---
title: New target
name: new_target
status: stable
level: high
x-correlation:
  type: new_value
  rules: [anything]
  group-by: [initiator_id]
  field: target_id
  timespan: 30d
  warm-up: 90d
`;
const CORRELATIONS = 4;
const BATCH = 1000;

function counting(state: StateStore): { store: StateStore; calls: { reads: number; writes: number } } {
  const calls = { reads: 0, writes: 0 };
  const store: StateStore = {
    getMany: (keys) => {
      calls.reads++;
      return state.getMany(keys);
    },
    put: (item) => {
      calls.writes++;
      return state.put(item);
    },
    putUnknown: (items) => state.putUnknown(items),
    delete: (key, version) => state.delete(key, version),
    due: (dueFor, upTo) => state.due(dueFor, upTo),
    scan: (prefix) => state.scan(prefix),
  };
  return { store, calls };
}

async function measure(groups: number, bodies: 'json' | 'as-is'): Promise<string> {
  const stores = createMemoryStores({ bodies });
  const { store, calls } = counting(stores.state);
  const clock = () => new Date(START / 1000);
  const pipeline = createPipeline({ ruleSet: rulesOf(RULES), alerts: stores.alerts, state: store, clock });
  const batches = 40;
  const changes = Array.from({ length: batches * BATCH }, (_, index) => {
    const who = `u${index % groups}`;
    const meta = { name: 'r', bytes: String(index) };
    return changeOf(
      auditEvent(index / 10, { id: String(index), initiator_id: who, target_id: `r${index % 97}`, meta }),
    );
  });
  const start = process.cpuUsage();
  for (let batch = 0; batch < batches; batch++) {
    const events = changes.slice(batch * BATCH, (batch + 1) * BATCH);
    const upTo = START + ((batch + 1) * BATCH * SECOND) / 10;
    const bucket = '2026-11-23';
    const position = { stream: 's', partition: 'w', sequence: String(batch + 1) };
    await pipeline.process([...events, { kind: 'watermark', tenant: 'acme', source: 'audit', bucket, upTo, position }]);
  }
  const { user, system } = process.cpuUsage(start);
  const rate = Math.round((batches * BATCH * CORRELATIONS) / ((user + system) / 1e6));
  const perBatch = (count: number): string => (count / batches).toFixed(1);
  return `| ${groups} | ${bodies} | ${rate.toLocaleString('en')} | ${perBatch(calls.reads)} | ${perBatch(calls.writes)} |`;
}

/** Prints a table; batches of 1,000 events, four correlations each. */
export async function run(): Promise<void> {
  console.log('| groups | bodies | contributions/s of CPU | reads a batch | writes a batch |');
  console.log('| --- | --- | --- | --- | --- |');
  await measure(20, 'as-is');
  for (const bodies of ['as-is', 'json'] as const) {
    for (const groups of [10, 50, 200]) console.log(await measure(groups, bodies));
  }
}
