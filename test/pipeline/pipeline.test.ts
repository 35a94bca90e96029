import { createPipeline } from '../../lib/pipeline.ts';
import { createMemoryStores } from '../../lib/store/memory/index.ts';
import { auditEvent, changeOf, rulesOf, START, TENANT, watermarkAt } from './changes.ts';

const RULES = `
title: Route deleted
name: route_deleted
status: stable
level: high
logsource: {product: netbird, service: audit}
detection:
  selection: {activity_code: route.delete}
  condition: selection
x-alert:
  title: "{{actor}} deleted {{target}}"
---
title: Many routes deleted
name: many_routes
status: stable
level: critical
correlation:
  type: event_count
  rules: [route_deleted]
  group-by: [initiator_id]
  timespan: 10m
  condition: {gte: 3}
  generate: true
x-alert:
  title: "{{group.initiator_id}} deleted {{count}}"
`;

function pipelineOf(rules: string) {
  const stores = createMemoryStores();
  const clock = () => new Date(START / 1000);
  return { ...stores, pipeline: createPipeline({ ruleSet: rulesOf(rules), ...stores, clock }) };
}

async function alertsOf({ alerts }: ReturnType<typeof pipelineOf>) {
  const all = [];
  for await (const alert of alerts.list({ tenant: TENANT })) all.push(alert);
  return all.map(({ rule, count, title, dedupKey }) => [rule.key, dedupKey, count, title]).sort();
}

it('opens an alert for a detection and one for a correlation, with rendered titles', async () => {
  const run = pipelineOf(RULES);
  const batch = [0, 10, 20, 30].map((seconds) => changeOf(auditEvent(seconds)));
  await run.pipeline.process([...batch, watermarkAt(60)]);
  expect(await alertsOf(run)).toEqual([
    ['many_routes', 'u1', 4, 'u1 deleted 3'],
    ['route_deleted', 'u1', 4, 'Ann deleted office (10.0.0.0/8)'],
  ]);
});

it('counts nothing twice when a batch comes again', async () => {
  const run = pipelineOf(RULES);
  const batch = [0, 10, 20, 30].map((seconds) => changeOf(auditEvent(seconds)));
  await run.pipeline.process(batch);
  const before = await alertsOf(run);
  const report = await run.pipeline.process(batch);
  expect(await alertsOf(run)).toEqual(before);
  expect(report.state).toMatchObject({ fresh: 0, writes: 0, skipped: 8 });
});
