import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = readFileSync(join(import.meta.dirname, '../../docs/sigma-conformance.md'), 'utf8');
const named = [...page.matchAll(/\| `([^`\n]+)` in (\w+) \|$/gm)].map(([, title = '', file = '']) => ({ title, file }));

describe('the conformance page', () => {
  it('names a test for each decision', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:---|decision)/.test(line));
    expect(named.length).toBeGreaterThan(50);
    expect(rows).toHaveLength(named.length);
  });

  it.each(named)('names a test that exists: $title in $file', ({ title, file }) => {
    const path = join(import.meta.dirname, `${file}.test.ts`);
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain(`'${title}'`);
  });
});
