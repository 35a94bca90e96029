import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../lib/cli/commands.ts';
import { TestBench } from '../../lib/rules/run-tests.ts';
import { knownTypes } from '../../lib/sigma/correlation/types.ts';
import { loadRuleSet } from '../../lib/sigma/index.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/writing-rules.md'), 'utf8');
const examples = [...page.matchAll(/<!-- example: (\S+) -->\n```yaml\n([\s\S]*?)```/g)].map(
  ([, file = '', text = '']) => ({
    file,
    text,
  }),
);

describe('docs/writing-rules.md', () => {
  it('shows rules that load without a complaint, and whose tests pass', async () => {
    const lists = new Map([['AutomationUsers', []]]);
    expect(examples).toHaveLength(3);
    expect(loadRuleSet(examples, { lists }).problems).toEqual([]);
    const bench = new TestBench(examples, lists);
    const differences: unknown[] = [];
    for (const rule of bench.ruleSet.rules) {
      for (const test of bench.ruleSet.tests.get(rule.key) ?? []) {
        differences.push((await bench.run(rule, test)).differences);
      }
    }
    expect(differences).toEqual([[], [], [], [], [], [], []]);
  });

  it('names commands that there are', () => {
    const named = [...page.matchAll(/^npx netbird-alerts ([a-z]+(?: [a-z]+)?)/gm)].map(([, words = '']) => words);
    expect(named.length).toBeGreaterThan(8);
    const unknown = named.filter((words) => !(words in COMMANDS) && !((words.split(' ')[0] ?? '') in COMMANDS));
    expect(unknown).toEqual([]);
  });

  it('explains every type of correlation', () => {
    for (const type of [...knownTypes(false), ...knownTypes(true)]) expect(page).toContain(`\`${type}\``);
  });

  it('links to pages that are there', () => {
    const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(join(import.meta.dirname, '../../docs', link)))).toEqual([]);
  });
});
