import { join } from 'node:path';
import { parseLines, runCommand } from './run-command.ts';
import { writtenFiles } from './written-files.ts';

const rule = (tests: string, more = ''): string => `title: Route deleted
name: route_deleted
status: experimental
logsource: {product: netbird, service: audit}
detection:
  selection: {activity_code: route.delete}
  condition: selection
level: high
${more}x-tests:
${tests}`;

const COUNT = `title: Many
name: many
correlation: {type: event_count, rules: [route_deleted], group-by: [initiator_id], timespan: 10m, condition: {gte: 2}}
level: critical
x-tests:
  - name: two
    events: [{activity_code: route.delete}, {activity_code: route.delete}]
    alerts: [{rule: many, count: 2, severity: critical, dedupKey: user-1, group: {initiator_id: user-1}}]
---
`;

describe('netbird-alerts rules test', () => {
  const toRemove: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const remove of toRemove.splice(0)) await remove();
  });
  async function run(files: Readonly<Record<string, string>>, ...words: string[]) {
    const { folder, remove } = await writtenFiles(files);
    toRemove.push(remove);
    return { folder, ...(await runCommand(['rules', 'test', folder, ...words])) };
  }

  it('passes for the shipped rules', async () => {
    const { code, out, err } = await runCommand(['rules', 'test']);
    expect([code, out, err]).toEqual([0, expect.stringMatching(/^\d+ tests of \d+ rules: all pass\.\n$/), '']);
  });

  it('fills in what a test leaves out', async () => {
    const { out, code } = await run({
      'a.yml': rule(
        `  - name: names, ids and times
    events: [{activity_code: route.delete}, {activity_code: route.delete}, {activity_code: route.delete, initiator_id: user-2}]
    alerts:
      - {title: 'Anna: Route deleted', count: 2, firstEventAt: '2026-11-02T10:00:00Z', lastEventAt: '2026-11-02T10:00:01Z'}
      - {title: 'Ben: Route deleted', openedAt: '2026-11-02T10:00:02Z', status: experimental}
`,
        "x-alert: {title: '{{actor}}: Route deleted'}\n",
      ),
    });
    expect([out, code]).toEqual(['1 test of 1 rule: all pass.\n', 0]);
  });

  it('runs traffic rows through rules about traffic', async () => {
    const traffic = rule(`  - name: much
    events: [{rx_bytes: 2000, reporter_id: peer-7}, {rx_bytes: 10}]
    alerts: [{dedupKey: peer-7, count: 1}]
`)
      .replace('service: audit', 'service: traffic')
      .replace('activity_code: route.delete', 'rx_bytes|gte: 1000');
    expect((await run({ 'a.yml': traffic })).out).toBe('1 test of 1 rule: all pass.\n');
  });

  it('counts the alerts of the rule under test, also of one that only feeds a correlation', async () => {
    const { out, code } = await run({
      'a.yml': `${COUNT}${rule('  - name: one\n    events: [{activity_code: route.delete}]\n    alerts: 1\n')}`,
    });
    expect([out, code]).toEqual(['2 tests of 2 rules: all pass.\n', 0]);
  });

  it('puts a test’s own lists in the place of those beside the rules', async () => {
    const listed = rule(`  - name: as declared
    events: [{activity_code: route.delete, initiator_id: svc-1}]
    alerts: 0
  - name: with a list of its own
    lists: {Automation: [svc-2]}
    events: [{activity_code: route.delete, initiator_id: svc-1}, {activity_code: route.delete, initiator_id: SVC-2}]
    alerts: [{dedupKey: svc-1}]
`).replace(
      '  condition: selection',
      "  auto: {initiator_id|expand: '%Automation%'}\n  condition: selection and not auto",
    );
    expect((await run({ 'a.yml': listed, 'lists.yaml': 'Automation: [svc-1]\n' })).out).toContain('all pass');
  });

  it('lets time pass after the last event until every window has closed', async () => {
    const absence = `title: Silent
name: silent
x-correlation: {type: absence, rules: [route_deleted], group-by: [initiator_id], timespan: 1h}
x-tests:
  - name: an hour, as a later event shows
    events: [{activity_code: route.delete}, {activity_code: x, timestamp: '2026-11-02T11:30:00Z'}]
    alerts: 1
  - name: not after the last event
    events: [{activity_code: route.delete}]
    alerts: 0
---
title: No second
name: no_second
correlation: {type: temporal, rules: [route_deleted, other], group-by: [initiator_id], timespan: 1h, condition: route_deleted and not other}
x-tests:
  - name: decided when the hour is over
    events: [{activity_code: route.delete}]
    alerts: 1
---
${rule('  []\n').replace('x-tests:\n  []\n', '')}---
${rule('  []\n').replace('x-tests:\n  []\n', '').replace('name: route_deleted', 'name: other').replace('route.delete}', 'route.add}')}`;
    const { out, err } = await run({ 'a.yml': absence });
    expect([out, err]).toEqual(['3 tests of 2 rules: all pass.\n', '']);
  });

  it('shows what differs from what was expected, and ends with 1', async () => {
    const { code, out, folder } = await run({
      'a.yml': rule(`  - name: too many
    events: [{activity_code: route.delete}]
    alerts: 0
  - name: another severity
    events: [{activity_code: route.delete, meta: {name: "a\\e[31m"}}]
    alerts: [{severity: low, count: 1, cuont: 2, dedupKey: user-1}]
  - name: missing one
    events: [{activity_code: route.delete}]
    alerts: [{dedupKey: user-1}, {dedupKey: user-2}]
  - name: right
    events: [{activity_code: route.add}]
    alerts: 0
  - name: no time
    events: [{activity_code: route.delete, timestamp: noon}]
    alerts: 1
`),
    });
    expect(code).toBe(1);
    expect(out).toBe(`FAIL route_deleted: too many
  ${join(folder, 'a.yml')}:10
  expected 0 alerts, got 1 alert
    got: {"title":"Route deleted","dedupKey":"user-1","count":1,"firstEventAt":"2026-11-02T10:00:00.000000Z"}
FAIL route_deleted: another severity
  ${join(folder, 'a.yml')}:13
    severity: expected "low", got "high"
    cuont: alerts have no such key. Did you mean "count"?
FAIL route_deleted: missing one
  ${join(folder, 'a.yml')}:16
  expected 2 alerts, got 1 alert
    not got: {"dedupKey":"user-2"}
FAIL route_deleted: no time
  ${join(folder, 'a.yml')}:22
  it cannot be run: an event has no time that can be read: {"activity":"Route deleted","initiator_id":"user-1","initiator_name":"Anna","initiator_email":"anna@acme.example","target_id":"target-1","meta":{},"activity_code":"route.delete","timestamp":"noon","id
5 tests of 1 rule: 4 failed.
`);
  });

  it('writes each result for scripts', async () => {
    const tests = '  - {name: a, events: [{activity_code: route.delete}], alerts: 0}\n';
    const { out, code, folder } = await run({ 'a.yml': rule(tests) }, '--output', 'ndjson');
    expect(code).toBe(1);
    expect(parseLines(out)).toEqual([
      {
        ...{ rule: 'route_deleted', test: 'a', file: join(folder, 'a.yml'), line: 10, passed: false, alerts: 1 },
        differences: ['expected 0 alerts, got 1 alert', expect.stringMatching(/^got: /)],
      },
    ]);
    const json = await run({ 'a.yml': rule(tests.repeat(2)) }, '--output', 'json');
    expect(JSON.parse(json.out)).toHaveLength(2);
  });

  it('runs only what --name fits, by name, title or test', async () => {
    const files = {
      'a.yml': `${COUNT}${rule('  - {name: one of them, events: [], alerts: 0}\n  - {name: b, events: [], alerts: 0}\n')}`,
    };
    expect((await run(files, '--name', 'MANY')).out).toBe('1 test of 1 rule: all pass.\n');
    expect((await run(files, '--name', 'route*')).out).toBe('2 tests of 1 rule: all pass.\n');
    expect((await run(files, '--name', 'one*', '--name', 'many')).out).toBe('2 tests of 2 rules: all pass.\n');
    const unknown = await run(files, '--name', 'mamy');
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('Did you mean "many"?')]);
  });

  it('names rules without tests, and fails where a rule does not load', async () => {
    const bare = rule('').replace('x-tests:\n', '');
    const { code, err, out, folder } = await run({ 'a.yml': bare });
    expect([code, err]).toEqual([0, `${join(folder, 'a.yml')}:1:1: warning: route_deleted has no tests\n`]);
    expect(out).toBe('No test was run; 1 rule without tests.\n');
    const broken = await run({ 'a.yml': bare.replace('condition: selection', 'condition: x') });
    expect([broken.code, broken.err]).toEqual([1, expect.stringMatching(/a\.yml:7:\d+: error: /)]);
  });
});
