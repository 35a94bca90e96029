import { join } from 'node:path';
import { parseLines, runCommand } from './run-command.ts';
import { writtenFiles } from './written-files.ts';

const GOOD = `title: Route deleted
name: route_deleted
logsource: {product: netbird, service: audit}
detection:
  selection: {activity_code: route.delete}
  condition: selection
`;

describe('netbird-alerts rules check', () => {
  const toRemove: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const remove of toRemove.splice(0)) await remove();
  });
  async function check(files: Readonly<Record<string, string>>, ...words: string[]) {
    const { folder, remove } = await writtenFiles(files);
    toRemove.push(remove);
    return { folder, ...(await runCommand(['rules', 'check', folder, ...words])) };
  }

  it('finds nothing wrong with the shipped rules', async () => {
    const { code, out } = await runCommand(['rules', 'check']);
    expect([code, out]).toEqual([0, expect.stringMatching(/^\d+ rules in \d+ files: no error, no warning\.\n$/)]);
  });

  it('shows every problem of every file with its place and what to do, errors as exit code 1', async () => {
    const { code, out, folder } = await check({
      'a.yml': GOOD.replace('activity_code', 'activity_code|contians'),
      'deep/b.yml': GOOD.replace('condition: selection', 'condition: selction').replace('route_deleted', 'b'),
    });
    expect(code).toBe(1);
    const lines = out.trim().split('\n');
    expect(lines[0]).toBe(
      `${join(folder, 'a.yml')}:5:15: error: "contians" is not a modifier (Did you mean "contains"?)`,
    );
    expect(lines.filter((line) => line.startsWith(`${join(folder, 'deep/b.yml')}:6:`))).not.toHaveLength(0);
    expect(lines.at(-1)).toMatch(/^no rule in 2 files: \d errors?, no warning\.$/);
  });

  it('ends with 0 for warnings alone', async () => {
    const { code, out } = await check({ 'a.yml': `${GOOD}id: 12\n` });
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/a\.yml:7:5: warning: .*12.*\n1 rule in 1 file: no error, 1 warning\.\n$/),
    ]);
  });

  it('warns of activity codes that nobody knows, in their place, and of retired ones', async () => {
    const codes = '[route.delte, user.peer.add, "route.*", route.add]';
    const { code, out } = await check({ 'a.yml': GOOD.replace('route.delete', codes) });
    expect(code).toBe(0);
    expect(out).toMatch(/a\.yml:5:31: warning: .*"route\.delte" \(Did you mean "route\.delete"\?\)\n/);
    expect(out).toMatch(/a\.yml:5:44: warning: .*"user\.peer\.add" \(.*"peer\.user\.add"/);
    expect(out).toContain('2 warnings');
  });

  it('knows the lists beside the rules, or those of --lists, and no others', async () => {
    const rule = GOOD.replace('activity_code: route.delete', "initiator_id|expand: '%Automation%'");
    expect((await check({ 'a.yml': rule, 'lists.yaml': 'Automation: []\n' })).code).toBe(0);
    const alone = await check({ 'a.yml': rule });
    expect([alone.code, alone.out]).toEqual([1, expect.stringContaining('Automation')]);
    const { folder, remove } = await writtenFiles({ 'mine.yaml': 'Automation: [svc-1]\n' });
    toRemove.push(remove);
    expect((await check({ 'a.yml': rule }, '--lists', join(folder, 'mine.yaml'))).code).toBe(0);
  });

  it('writes problems for scripts, and nothing else', async () => {
    const { out } = await check({ 'a.yml': GOOD.replace('route_deleted', 'a\\b') }, '--output', 'json');
    expect(JSON.parse(out)).toEqual([]);
    const bad = await check({ 'a.yml': GOOD.replace('title: ', 'titel: ') }, '--output', 'ndjson');
    expect(bad.code).toBe(1);
    const place = { file: join(bad.folder, 'a.yml'), line: 1, column: 1 };
    expect(parseLines(bad.out)).toEqual([
      { level: 'warning', ...place, message: '"titel" is not a key of Sigma', hint: 'Did you mean "title"?' },
      { level: 'error', ...place, message: 'there is no title', hint: 'Rename "titel" to "title".' },
    ]);
  });

  it('shows control characters of a rule as escapes', async () => {
    const { out } = await check({ 'a.yml': GOOD.replace('selection: {', '"se\\e[31ml": {') });
    expect(out).toContain('\\u001b[31m');
    expect(out).not.toContain('\u001b');
  });

  it('ends with 2 for a folder that is not there', async () => {
    const { code, err } = await runCommand(['rules', 'check', '/nowhere']);
    expect([code, err]).toEqual([2, expect.stringContaining('/nowhere cannot be read')]);
  });
});
