import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseLines, runCommand } from './run-command.ts';
import { ndjson, writtenFiles } from './written-files.ts';

const rule = (title: string, logsource: string, body: string, more = ''): string =>
  `title: ${title}\n${more}logsource: {${logsource}}\ndetection:\n  selection: ${body}\n  condition: selection\n`;

describe('netbird-alerts rules match', () => {
  let folder: string;
  let remove: () => Promise<void>;
  const write = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<void> => {
    ({ folder, remove } = await writtenFiles(files));
  };
  afterEach(() => remove());
  const match = (rules: string, events: string, ...words: string[]) =>
    runCommand(['rules', 'match', '--rules', join(folder, rules), '--events', join(folder, events), ...words]);

  it('pairs each event with the rules that match it, by id, else name, else title', async () => {
    const id = '44fa3f2e-9b0d-4563-b88d-3ce5dd24c83b';
    await write({
      'rules/a.yml': rule('By id', 'product: windows', '{Image|endswith: \\whoami.exe}', `id: ${id}\nname: named\n`),
      'rules/deep/b.yml': rule('By name', 'product: windows', '{User: root}', 'name: by_name\n'),
      'rules/c.yml': rule('By title', 'category: process_creation', '{User: root}'),
      'events.ndjson': ndjson({ Image: 'C:\\whoami.exe', User: 'root' }, { User: 'nobody' }, { User: 'ROOT' }),
    });
    const { code, out, err } = await match('rules', 'events.ndjson', '--output', 'ndjson');
    expect([code, err]).toEqual([0, '']);
    const lines = parseLines(out);
    expect(lines).toHaveLength(5);
    expect(lines).toEqual(
      expect.arrayContaining([
        { index: 0, rule: id, file: 'a.yml' },
        { index: 0, rule: 'by_name', file: 'deep/b.yml' },
        { index: 0, rule: 'By title', file: 'c.yml' },
        { index: 2, rule: 'by_name', file: 'deep/b.yml' },
        { index: 2, rule: 'By title', file: 'c.yml' },
      ]),
    );
  });

  it('takes one rule file, and events in gzip, and does not count blank lines', async () => {
    await write({
      'rule.yml': rule('Root', 'product: linux', '{User: root}'),
      'events.ndjson.gz': gzipSync(`\n{"User":"a"}\r\n  \n{"User":"root"}`),
    });
    const { code, out } = await match('rule.yml', 'events.ndjson.gz');
    expect(code).toBe(0);
    expect(parseLines(out)).toEqual([{ index: 1, rule: 'Root', file: 'rule.yml' }]);
  });

  it('reads fields whose names have spaces in the event', async () => {
    await write({
      'rule.yml': rule('Changed', 'product: windows', '{New Value|contains: Exclusions, Data.OldValue: null}'),
      'events.ndjson': ndjson({ 'New Value': 'x\\Exclusions', Data: { 'Old Value': null } }, { 'New Value': 'y' }),
    });
    const { out } = await match('rule.yml', 'events.ndjson');
    expect(parseLines(out)).toEqual([{ index: 0, rule: 'Changed', file: 'rule.yml' }]);
  });

  it('matches rules of every status', async () => {
    const statuses = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'];
    const files = statuses.map((status) => [
      `rules/${status}.yml`,
      rule(status, 'product: linux', '{User: root}', `status: ${status}\n`),
    ]);
    await write({ ...Object.fromEntries(files), 'events.ndjson': ndjson({ User: 'root' }) });
    const { out } = await match('rules', 'events.ndjson');
    expect(
      parseLines(out)
        .map((line) => line['rule'])
        .sort(),
    ).toEqual([...statuses].sort());
  });

  it('matches rules of one title or id side by side, told apart by their files', async () => {
    const id = 'id: 44fa3f2e-9b0d-4563-b88d-3ce5dd24c83b\n';
    await write({
      'rules/a.yml': rule('Same', 'product: linux', '{User: root}'),
      'rules/b.yml': rule('Same', 'product: linux', '{User: root}'),
      'rules/c.yml': rule('C', 'product: linux', '{User: root}', id),
      'rules/d.yml': rule('D', 'product: linux', '{User: root}', id),
      'events.ndjson': ndjson({ User: 'root' }),
    });
    const { code, out, err } = await match('rules', 'events.ndjson');
    expect([code, err]).toEqual([0, '']);
    expect(parseLines(out).map(({ file }) => file)).toEqual(['a.yml', 'b.yml', 'c.yml', 'd.yml']);
  });

  it('routes by what the event says of its source, else by the shape of NetBird’s feeds', async () => {
    await write({
      'rules/audit.yml': rule('audit', 'product: netbird, service: audit', '{a: 1}'),
      'rules/traffic.yml': rule('traffic', 'product: netbird, service: traffic', '{a: 1}'),
      'rules/windows.yml': rule('windows', 'product: windows', '{a: 1}'),
      'rules/linux.yml': rule('linux', 'product: linux', '{a: 1}'),
      'events.ndjson': ndjson(
        { a: 1 },
        { a: 1, activity_code: 'route.delete' },
        { a: 1, flow_id: 'f', reporter_id: 'p' },
        { a: 1, logsource: { product: 'Windows', category: 'process_creation' } },
        { a: 1, logsource: { product: 'netbird', service: 'audit' } },
      ),
    });
    const pairs = async (...words: string[]): Promise<Record<string, string[]>> => {
      const { out } = await match('rules', 'events.ndjson', ...words);
      const found: Record<string, string[]> = {};
      for (const { index, rule: title } of parseLines(out)) {
        found[String(index)] = [...(found[String(index)] ?? []), String(title)].sort();
      }
      return found;
    };
    expect(await pairs()).toEqual({
      0: ['linux', 'windows'],
      1: ['audit', 'linux', 'windows'],
      2: ['linux', 'traffic', 'windows'],
      3: ['windows'],
      4: ['audit'],
    });
    const all = ['audit', 'linux', 'traffic', 'windows'];
    expect(await pairs('--no-logsource')).toEqual({ 0: all, 1: all, 2: all, 3: all, 4: all });
  });

  it.each([
    ['a plain mapping', 'Admins: [root, admin]\n'],
    [
      'the form of rules/lists.yaml',
      'Admins:\n  description: Who may.\n  entries: [{value: root, owner: me}, admin]\n',
    ],
  ])('fills in lists from %s', async (_, lists) => {
    await write({
      'rule.yml': rule('Admin', 'product: linux', "{User|expand: '%Admins%'}"),
      'lists.yaml': lists,
      'events.ndjson': ndjson({ User: 'root' }, { User: 'ben' }, { User: 'admin' }),
    });
    const { code, out } = await match('rule.yml', 'events.ndjson', '--lists', join(folder, 'lists.yaml'));
    expect(code).toBe(0);
    expect(parseLines(out).map((line) => line['index'])).toEqual([0, 2]);
  });

  it('names bad rules and bad lines, goes on with the others, and ends with 1', async () => {
    await write({
      'rules/good.yml': rule('Good', 'product: linux', '{User: root}'),
      'rules/list.yml': rule('List', 'product: linux', "{User|expand: '%Nobody%'}"),
      'rules/bad.yml': rule('Bad', 'product: linux', '{User|contians: root}'),
      'events.ndjson': `{"User":"root"}\n{"User":\n[1]\n\n{"User":"root"}\n`,
    });
    const { code, out, err } = await match('rules', 'events.ndjson');
    expect(code).toBe(1);
    expect(parseLines(out)).toEqual([
      { index: 0, rule: 'Good', file: 'good.yml' },
      { index: 3, rule: 'Good', file: 'good.yml' },
    ]);
    expect(err).toMatch(/rules\/bad\.yml:4:\d+: error: .*contians.*\(Did you mean "contains"\?\)/);
    expect(err).toMatch(/rules\/list\.yml:4:\d+: error: .*Nobody/);
    expect(err).toContain('events.ndjson:2: error: the line is not JSON');
    expect(err).toContain('events.ndjson:3: error: the line is no JSON object');
  });

  it('ends with 2 where there is nothing to read', async () => {
    await write({ 'rule.yml': rule('A', 'product: linux', '{a: 1}') });
    expect((await match('rule.yml', 'nowhere.ndjson')).code).toBe(2);
    expect((await match('nowhere', 'rule.yml')).code).toBe(2);
    expect((await runCommand(['rules', 'match', '--rules', join(folder, 'rule.yml')])).err).toContain('--events');
  });

  it('streams: a file of many events comes out in order, whatever the chunks', async () => {
    const events = Array.from({ length: 30_000 }, (_, n) => ({ n, User: n % 3 === 0 ? 'root' : 'ü'.repeat(n % 50) }));
    await write({ 'rule.yml': rule('Root', 'product: linux', '{User: root}'), 'events.ndjson': ndjson(...events) });
    const indexes = parseLines((await match('rule.yml', 'events.ndjson')).out).map((line) => line['index']);
    expect(indexes).toEqual(Array.from({ length: 10_000 }, (_, n) => n * 3));
  });
});
