import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SCAFFOLD_TYPES } from '../../lib/rules/scaffold.ts';
import { runCommand } from './run-command.ts';
import { writtenFiles } from './written-files.ts';

describe('netbird-alerts rules new', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ folder, remove } = await writtenFiles({}));
  });
  afterEach(() => remove());
  const make = (...words: string[]) => runCommand(['rules', 'new', ...words, '--dir', join(folder, 'rules')]);

  it('writes a file that loads without a warning and whose tests pass, for every type of correlation', async () => {
    await make('single_event');
    for (const type of SCAFFOLD_TYPES) {
      expect((await make(`of_${type}`, '--correlation', type)).code).toBe(0);
    }
    const checked = await runCommand(['rules', 'check', join(folder, 'rules')]);
    expect([checked.code, checked.out]).toEqual([0, expect.stringMatching(/in 14 files: no error, no warning\.\n$/)]);
    const tested = await runCommand(['rules', 'test', join(folder, 'rules')]);
    expect([tested.code, tested.out, tested.err]).toEqual([0, expect.stringContaining('of 14 rules: all pass.'), '']);
    expect(SCAFFOLD_TYPES).toHaveLength(13);
  });

  it('makes a name of a title, and says what to do next', async () => {
    const { code, out } = await make('VPN: route «gelöscht»');
    expect(code).toBe(0);
    const path = join(folder, 'rules/vpn-route-geloscht.yml');
    expect(out).toContain(`${path} written.`);
    expect(out).toContain('--name vpn_route_geloscht');
    const text = await readFile(path, 'utf8');
    expect(text).toMatch(/^title: "VPN: route «gelöscht»"\nid: [0-9a-f-]{36}\nname: vpn_route_geloscht\n/);
    expect(text).toContain('date: 2026-11-24');
  });

  it('never overwrites', async () => {
    await make('twice');
    const before = await readFile(join(folder, 'rules/twice.yml'), 'utf8');
    const { code, err } = await make('Twice', '--correlation', 'event_count');
    expect([code, err]).toEqual([2, expect.stringContaining('There is a rule twice already')]);
    expect(await readFile(join(folder, 'rules/twice.yml'), 'utf8')).toBe(before);
    const other = await writtenFiles({ 'a-b.yml': 'title: Not a rule\n' });
    const refused = await runCommand(['rules', 'new', 'a_b', '--dir', other.folder]);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('is there already')]);
    await other.remove();
  });

  it.each([
    [['123'], 'A rule cannot be called 123'],
    [[], 'What shall it be called?'],
    [['x', '--correlation', 'event_cuont'], 'Did you mean event_count?'],
  ])('ends with 2 for %j', async (words, message) => {
    const { code, err } = await make(...words);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});
