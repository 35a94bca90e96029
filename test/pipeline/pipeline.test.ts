import type { AuditEvent } from '../../lib/model/event.ts';
import { createPipeline } from '../../lib/pipeline.ts';
import type { RuleSet } from '../../lib/sigma/index.ts';
import { createMemoryStores } from '../../lib/store/memory/index.ts';
import { rememberNames } from '../../lib/store/names.ts';
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

function pipelineOf(rules: string, stores = createMemoryStores()) {
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

it('only counts what goes on after a correlation that looked back for longer than an hour', async () => {
  const run = pipelineOf(RULES.replace('timespan: 10m', 'timespan: 4h'));
  const batch = [0, 6000, 12_000, 12_060, 12_120].map((seconds) => changeOf(auditEvent(seconds)));
  await run.pipeline.process([...batch, watermarkAt(12_200)]);
  const many = (await alertsOf(run)).filter(([key]) => key === 'many_routes');
  expect(many).toEqual([['many_routes', 'u1', 5, 'u1 deleted 3']]);
});

it('says why events told nobody: history, no rule, or only rules that tell nobody by themselves', async () => {
  const run = pipelineOf(RULES.replace('status: stable', 'status: experimental'));
  const other = auditEvent(20, { activity_code: 'group.add' });
  const changes = [changeOf(auditEvent(0), { history: true }), changeOf(auditEvent(10)), changeOf(other)];
  expect(await run.pipeline.process(changes)).toMatchObject({ events: 3, history: 1, unmatched: 1, quiet: 1 });
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

it('trains state with history and tells nobody of it', async () => {
  const run = pipelineOf(RULES);
  const history = [0, 10].map((seconds) => changeOf(auditEvent(seconds), { history: true }));
  const report = await run.pipeline.process(history);
  expect(report).toMatchObject({ events: 2, history: 2, findings: [] });
  await run.pipeline.process([changeOf(auditEvent(20))]);
  expect(await alertsOf(run)).toEqual([
    ['many_routes', 'u1', 3, 'u1 deleted 3'],
    ['route_deleted', 'u1', 1, 'Ann deleted office (10.0.0.0/8)'],
  ]);
});

it('takes what held in history for told', async () => {
  const run = pipelineOf(RULES);
  await run.pipeline.process([0, 10, 20].map((seconds) => changeOf(auditEvent(seconds), { history: true })));
  await run.pipeline.process([changeOf(auditEvent(30))]);
  expect((await alertsOf(run))[0]).toEqual(['many_routes', 'u1', 1, 'u1 deleted 1']);
});

it('records what experimental rules find and marks it as not to be told', async () => {
  const run = pipelineOf(RULES.replaceAll('status: stable', 'status: experimental'));
  const { findings, verdicts } = await run.pipeline.process([changeOf(auditEvent(0))]);
  expect(findings.map(({ notify }) => notify)).toEqual([false]);
  expect(verdicts.map(({ reason }) => reason)).toEqual(['experimental']);
});

it('counts events that lack a group-by field, and skips them', async () => {
  const run = pipelineOf(RULES.replace('group-by: [initiator_id]', 'group-by: [meta.nowhere]'));
  const { lacking } = await run.pipeline.process([changeOf(auditEvent(0))]);
  expect(lacking).toBe(1);
});

it('counts events later than the allowed lateness', async () => {
  const run = pipelineOf(RULES);
  await run.pipeline.process([watermarkAt(600)]);
  const report = await run.pipeline.process([539, 541].map((seconds) => changeOf(auditEvent(seconds))));
  expect(report).toMatchObject({ events: 2, late: 1 });
});

it('says so when sequence numbers do not rise within a partition', async () => {
  const run = pipelineOf(RULES);
  const [first, second] = [changeOf(auditEvent(0)), changeOf(auditEvent(1))];
  expect((await run.pipeline.process([second, first])).outOfOrder).toBe(1);
});

it('says when a changed rule starts fresh, once', async () => {
  const stores = createMemoryStores();
  expect((await pipelineOf(RULES, stores).pipeline.process([changeOf(auditEvent(0))])).notes).toEqual([]);
  const changed = RULES.replace('timespan: 10m', 'timespan: 20m');
  const { notes } = await pipelineOf(changed, stores).pipeline.process([changeOf(auditEvent(1))]);
  expect(notes).toEqual([expect.stringContaining('many_routes has changed and starts fresh')]);
  expect((await pipelineOf(changed, stores).pipeline.process([changeOf(auditEvent(2))])).notes).toEqual([]);
});

it('names the actor as State remembers it, where the answer no longer does', async () => {
  const run = pipelineOf(RULES);
  const created = auditEvent(0, { activity_code: 'service.user.create', target_id: 's1', meta: { name: 'backup' } });
  await rememberNames(run.state, TENANT, [created]);
  const nameless = { initiator_id: 's1', initiator_name: '', initiator_email: '' };
  await run.pipeline.process([changeOf(auditEvent(1, nameless))]);
  expect((await alertsOf(run))[0]?.[3]).toBe('backup deleted office (10.0.0.0/8)');
});

describe('a rule that throws', () => {
  function brokenAt(bad: string) {
    const stores = createMemoryStores();
    const ruleSet = rulesOf(RULES);
    const matcher: RuleSet['matcher'] = {
      match(event, logsource) {
        if ((event as AuditEvent).target_id === bad)
          throw Object.assign(new Error('boom\n'), { rule: 'route_deleted' });
        return ruleSet.matcher.match(event, logsource);
      },
    };
    const clock = () => new Date(START / 1000);
    return { ...stores, pipeline: createPipeline({ ruleSet: { ...ruleSet, matcher }, ...stores, clock }) };
  }

  it('leaves the other events alone and is reported', async () => {
    const run = brokenAt('bad');
    const report = await run.pipeline.process([changeOf(auditEvent(0, { target_id: 'bad' })), changeOf(auditEvent(1))]);
    expect(report.errors).toEqual([{ rule: 'route_deleted', error: 'Error: boom\n' }]);
    expect((await alertsOf(run)).map(([rule]) => rule)).toEqual(['route_deleted']);
  });

  it('is told to an operator after three failures in a row, once, also when batches come again', async () => {
    const run = brokenAt('bad');
    const failing = [0, 1, 2, 3].map((seconds) => changeOf(auditEvent(seconds, { target_id: 'bad' })));
    await run.pipeline.process(failing.slice(0, 2));
    await run.pipeline.process(failing.slice(0, 2));
    expect(await alertsOf(run)).toEqual([]);
    await run.pipeline.process(failing.slice(2));
    const [alert] = await alertsOf(run);
    expect(alert?.slice(0, 3)).toEqual(['netbird-alerts-rule-error', 'route_deleted', 1]);
    expect(alert?.[3]).toBe('Rule route_deleted fails: Error: boom . Check it with "netbird-alerts rules check".');
  });

  it('starts its count again when it works', async () => {
    const run = brokenAt('bad');
    const bad = () => changeOf(auditEvent(0, { target_id: 'bad' }));
    await run.pipeline.process([bad(), bad()]);
    await run.pipeline.process([changeOf(auditEvent(1))]);
    await run.pipeline.process([bad(), bad()]);
    expect((await alertsOf(run)).map(([rule]) => rule)).toEqual(['route_deleted']);
  });
});
