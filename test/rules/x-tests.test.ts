import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LISTS_FILE, listsAt } from '../../lib/rules/lists-file.ts';
import { parseListsFile } from '../../lib/rules/parse-lists-file.ts';
import { TestBench } from '../../lib/rules/run-tests.ts';

const folder = join(import.meta.dirname, '../../rules');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yml'))
  .sort()
  .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
const declared = parseListsFile(readFileSync(join(folder, LISTS_FILE), 'utf8'), LISTS_FILE);
const bench = new TestBench(files, listsAt(declared, new Date('2026-11-24T12:00:00Z')));

describe.each(bench.ruleSet.rules.filter(({ key }) => bench.ruleSet.tests.has(key)))('the rule $key', (rule) => {
  it.each(bench.ruleSet.tests.get(rule.key) ?? [])('does as its test says: $name', async (test) => {
    expect((await bench.run(rule, test)).differences).toEqual([]);
  });
});
