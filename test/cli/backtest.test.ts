import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { auditEvent } from '../pipeline/changes.ts';
import { parseLines, runCommand } from './run-command.ts';
import { storedFolder } from './stored.ts';
import { ndjson, writtenFiles } from './written-files.ts';

const RULES = `title: Route deleted
name: route_deleted
status: stable
logsource: {product: netbird, service: audit}
detection: {selection: {activity_code: route.delete}, condition: selection}
level: high
x-alert: {title: '{{actor}} deleted {{target}}', suppress: 10m}
---
title: Many routes deleted
name: many_routes
status: experimental
correlation: {type: event_count, rules: [route_deleted], group-by: [initiator_id], timespan: 10m, condition: {gte: 3}, generate: true}
level: critical
---
title: Traffic
name: traffic_seen
status: test
logsource: {product: netbird, service: traffic}
detection: {selection: {rx_bytes|gte: 1000}, condition: selection}
level: low
`;

const deletion = (seconds: number, over: object = {}): object => auditEvent(seconds, over);

describe('netbird-alerts backtest', () => {
  const toRemove: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const remove of toRemove.splice(0)) await remove();
  });
  async function files(contents: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
    const { folder, remove } = await writtenFiles({ 'rules/rules.yml': RULES, ...contents });
    toRemove.push(remove);
    return folder;
  }
  async function backtest(input: string | Uint8Array, ...words: string[]) {
    const folder = await files({ 'events.ndjson': input });
    return runCommand([
      ...['backtest', '--input', join(folder, 'events.ndjson'), '--rules', join(folder, 'rules')],
      ...['--output', 'ndjson', ...words],
    ]);
  }

  it('writes exactly what would have been opened, in event time, whatever the order of the events', async () => {
    const events = [deletion(700, { id: '9' }), deletion(60), deletion(0), deletion(120, { target_id: 'r2' })];
    const { code, out, err } = await backtest(ndjson(...events));
    expect([code, err]).toEqual([0, '']);
    const common = { dedupKey: 'u1', group: { initiator_id: 'u1' } };
    const title = 'Ann deleted office (10.0.0.0/8)';
    expect(parseLines(out)).toEqual([
      {
        ...{ rule: 'route_deleted', status: 'stable', severity: 'high', ...common },
        openedAt: '2026-11-23T10:00:00.000000Z',
        firstEventAt: '2026-11-23T10:00:00.000000Z',
        lastEventAt: '2026-11-23T10:02:00.000000Z',
        ...{ count: 3, title },
      },
      {
        ...{ rule: 'many_routes', status: 'experimental', severity: 'critical', ...common },
        openedAt: '2026-11-23T10:02:00.000000Z',
        firstEventAt: '2026-11-23T10:00:00.000000Z',
        lastEventAt: '2026-11-23T10:02:00.000000Z',
        ...{ count: 3, title: 'Many routes deleted' },
      },
      {
        ...{ rule: 'route_deleted', status: 'stable', severity: 'high', ...common },
        openedAt: '2026-11-23T10:11:40.000000Z',
        firstEventAt: '2026-11-23T10:11:40.000000Z',
        lastEventAt: '2026-11-23T10:11:40.000000Z',
        ...{ count: 1, title },
      },
    ]);
    expect(Object.keys(parseLines(out)[0] ?? {})).toEqual(
      'rule status severity dedupKey group openedAt firstEventAt lastEventAt count title'.split(' '),
    );
  });

  it('tells audit events, traffic rows and answers apart, and counts an event once', async () => {
    const endpoint = { id: 'p', name: 'laptop', address: '100.64.0.1:5000' };
    const row = {
      ...{ flow_id: 'f', reporter_id: 'peer-1', source: endpoint, destination: endpoint, protocol: 6 },
      ...{ direction: 'EGRESS', rx_bytes: 5000, tx_bytes: 0, window_start: '2026-11-23T11:00:00Z' },
    };
    const answer = (at: string, status: number, body: string) => ({
      ...{ at, request: { path: '/api/events/audit' }, status, headers: {}, body },
    });
    const first = JSON.stringify([deletion(60), deletion(0)]);
    const lines = [
      answer('2026-11-23T10:02:00Z', 200, first),
      answer('2026-11-23T10:03:00Z', 500, 'oops'),
      answer('2026-11-23T10:04:00Z', 200, first),
      { ...answer('2026-11-23T10:05:00Z', 200, '[{"x":1}]'), request: { path: '/api/peers' } },
      deletion(60),
      row,
    ];
    const { code, out } = await backtest(gzipSync(ndjson(...lines)));
    expect(code).toBe(0);
    expect(parseLines(out).map((line) => [line['rule'], line['dedupKey'], line['count']])).toEqual([
      ['route_deleted', 'u1', 2],
      ['traffic_seen', 'peer-1', 1],
    ]);
  });

  it('takes the whole events of an answer that was cut, and names what is no event', async () => {
    const cut = JSON.stringify([deletion(0), deletion(60)]).slice(0, -40);
    const answer = {
      at: '2026-11-23T10:02:00Z',
      request: { path: '/api/events' },
      status: 200,
      headers: {},
      body: cut,
    };
    const lines = `${JSON.stringify(answer)}\n{"a":1}\nnonsense\n${JSON.stringify({ ...deletion(5), timestamp: 'noon' })}\n`;
    const { code, out, err } = await backtest(lines);
    expect(code).toBe(1);
    expect(parseLines(out).map((line) => [line['rule'], line['count']])).toEqual([['route_deleted', 1]]);
    expect(err).toContain('events.ndjson:2: error: it is neither an audit event');
    expect(err).toContain('events.ndjson:3: error: the line is not JSON');
    expect(err).toContain('events.ndjson:4: error: timestamp: is not an RFC 3339 time');
  });

  it('shows rules only the events from --from to --to, and keeps names that were revealed before', async () => {
    const events = [
      deletion(0, { activity_code: 'service.user.create', target_id: 'svc', meta: { name: 'backup-agent' } }),
      deletion(100),
      deletion(1000, { initiator_id: 'svc', initiator_name: '', initiator_email: '' }),
      deletion(2000),
    ];
    const range = ['--from', '2026-11-23T10:05:00Z', '--to', '2026-11-23T10:16:40Z'];
    const { out } = await backtest(ndjson(...events), ...range);
    expect(parseLines(out).map((line) => [line['dedupKey'], line['title']])).toEqual([
      ['svc', 'backup-agent deleted office (10.0.0.0/8)'],
    ]);
    const swapped = await backtest('', '--from', '2026-11-24', '--to', '2026-11-23');
    expect([swapped.code, swapped.err.includes('--from lies after --to')]).toEqual([2, true]);
  });

  it('ends with 1 under --fail if anything fires, and with 0 else', async () => {
    expect((await backtest(ndjson(deletion(0)), '--fail')).code).toBe(1);
    expect((await backtest(ndjson(deletion(0, { activity_code: 'route.add' })), '--fail')).code).toBe(0);
  });

  it('shows a table to people, and says so where nothing fires', async () => {
    const folder = await files({ 'a.ndjson': ndjson(deletion(0)), 'b.ndjson': '' });
    const words = (file: string) => ['backtest', '--rules', join(folder, 'rules'), '--input', join(folder, file)];
    const { out } = await runCommand(words('a.ndjson'));
    expect(out).toMatch(/^OPENED .*\n2026-11-23T10:00:00Z {2}high +stable +1 {5} *route_deleted +Ann deleted office/);
    expect((await runCommand(words('b.ndjson'))).out).toBe('No alert would have been opened.\n');
  });

  it('says how far it is on long runs, and nothing of that on stdout', async () => {
    const events = Array.from({ length: 300 }, (_, n) => deletion(n, { activity_code: 'route.add' }));
    const folder = await files({ 'events.ndjson': ndjson(...events) });
    let now = Date.parse('2026-11-24T12:00:00Z');
    const clock = () => {
      now += 4000;
      return new Date(now);
    };
    const words = ['--input', join(folder, 'events.ndjson'), '--rules', join(folder, 'rules'), '--output', 'ndjson'];
    const { out, err } = await runCommand(['backtest', ...words], { clock });
    expect(out).toBe('');
    expect(err).toMatch(/^\d+ of 300 events \(\d+ %\)\n/);
  });

  it.each([
    [['backtest'], '--input FILE or --data DIR is missing'],
    [['backtest', '--input', '/nowhere.ndjson'], 'cannot be read'],
    [['backtest', '--input', 'a', '--data', 'b'], 'do not go together'],
  ])('ends with 2 for %j', async (words, message) => {
    const { code, err } = await runCommand(words);
    expect([code, err.includes(message)]).toEqual([2, true]);
  });

  it('runs over the stored events of a data folder, with the lists that were edited there', async () => {
    const folder = await files({
      'rules/rules.yml': RULES.replace(
        '{selection: {activity_code: route.delete}, condition: selection}',
        "{selection: {activity_code: route.delete}, auto: {initiator_id|expand: '%Auto%'}, condition: selection and not auto}",
      ),
      'rules/lists.yaml': 'Auto: []\n',
    });
    const events = [auditEvent(0), auditEvent(5, { initiator_id: 'u2' })];
    const stored = await storedFolder({ events });
    toRemove.push(stored.remove);
    const run = async () => {
      const words = ['--data', stored.folder, '--rules', join(folder, 'rules'), '--output', 'ndjson'];
      const { code, out } = await runCommand(['backtest', ...words]);
      expect(code).toBe(0);
      return parseLines(out).map((line) => line['dedupKey']);
    };
    expect(await run()).toEqual(['u1', 'u2']);
    await runCommand(['lists', 'add', 'Auto', 'U1', '--data', stored.folder, '--rules', join(folder, 'rules')]);
    expect(await run()).toEqual(['u2']);
  });
});
