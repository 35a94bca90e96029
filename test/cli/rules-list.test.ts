import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseLines, runCommand } from './run-command.ts';

const RULE = `title: Route deleted
name: route_deleted
status: stable
logsource: { product: netbird, service: audit }
detection:
  deleted: { activity_code: route.delete }
  condition: deleted
level: high
`;

describe('netbird-alerts rules list', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rules-'));
    await mkdir(join(folder, 'audit'));
    await writeFile(join(folder, 'audit/route-deleted.yml'), RULE);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const list = (...words: string[]) => runCommand(['rules', 'list', '--rules', folder, ...words]);

  it('shows what each rule is called, how much it matters and where it stands', async () => {
    const { code, out } = await list('--output', 'ndjson');
    expect(code).toBe(0);
    expect(parseLines(out)).toEqual([
      expect.objectContaining({
        key: 'route_deleted',
        level: 'high',
        status: 'stable',
        kind: 'detection',
        file: 'audit/route-deleted.yml',
        line: 1,
      }),
    ]);
    expect((await list()).out).toMatch(/^RULE .*\nroute_deleted +high +stable +detection +Route deleted\n$/);
  });

  it('ends with exit code 2 for a broken rule and says where it is broken', async () => {
    await writeFile(join(folder, 'broken.yml'), RULE.replace('condition: deleted', 'condition: dleted'));
    const { code, out, err } = await list();
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/broken\.yml:\d+:\d+: error: .*dleted/);
    expect(err).toContain('There are 2 errors in the rules');
  });

  it.each([
    ['/nowhere', 'cannot be read'],
    [tmpdir(), 'holds no rules'],
  ])('says what to do about the folder %s', async (where, message) => {
    const empty = where === tmpdir() ? await mkdtemp(join(tmpdir(), 'empty-')) : where;
    const { code, err } = await runCommand(['rules', 'list', '--rules', empty]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
