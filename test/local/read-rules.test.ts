import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { readRuleFiles } from '../../lib/local/read-rules.ts';
import { writtenFiles } from '../cli/written-files.ts';

const LAUNCHER = resolve(import.meta.dirname, '../../bin/netbird-alerts.mjs');
const RULE = 'title: A\nlogsource: {product: x}\ndetection:\n  s: {a: 1}\n  condition: s\n';

describe('reading a folder of rules', () => {
  let folder: string;
  let remove: () => Promise<void>;
  afterEach(() => remove());

  it('takes rule files of all folders by path, and no folder that is called like one', async () => {
    ({ folder, remove } = await writtenFiles({ 'b.yml': 'b', 'a/c.yaml': 'c', 'a/readme.md': '', 'lists.yaml': '' }));
    await mkdir(join(folder, 'folder.yml'));
    expect(await readRuleFiles(folder)).toEqual([
      { file: 'a/c.yaml', text: 'c' },
      { file: 'b.yml', text: 'b' },
    ]);
  });

  it('names the file that cannot be read', async () => {
    ({ folder, remove } = await writtenFiles({ 'b.yml': 'b' }));
    await symlink(join(folder, 'nothing'), join(folder, 'a.yml'));
    await expect(readRuleFiles(folder)).rejects.toThrow(`${join(folder, 'a.yml')} cannot be read.`);
  });

  it('reads more files than may be open at once', async () => {
    const files = Array.from({ length: 400 }, (_, index) => [`${index}.yml`, RULE.replace('A', `A ${index}`)]);
    ({ folder, remove } = await writtenFiles(Object.fromEntries(files)));
    const shell = `ulimit -n 128 && exec "${process.execPath}" "${LAUNCHER}" rules check "${folder}"`;
    const { stdout } = await promisify(execFile)('sh', ['-c', shell]);
    expect(stdout).toContain('400 rules in 400 files');
  });
});
