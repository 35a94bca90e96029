import { join } from 'node:path';
import { readRuleFiles } from '../local/read-rules.ts';
import { InputError } from '../model/errors.ts';
import { loadRuleSet, type RuleProblem, type RuleSet } from '../sigma/index.ts';
import type { Arguments, Host, Option } from './command.ts';
import { printable } from './output/printable.ts';

export const RULES_OPTION = {
  rules: { value: 'DIR', help: 'a folder of rules, in place of the shipped ones' },
} as const satisfies Record<string, Option>;

/** The rules of `--rules`, else the shipped ones. Prints what is wrong with them; throws InputError for errors. */
export async function loadRules(args: Arguments, host: Host, fallback?: string): Promise<RuleSet> {
  const folder = args.text('rules') ?? fallback ?? join(host.packageFolder, 'rules');
  const { ruleSet, problems } = loadRuleSet(await readRuleFiles(folder), { unresolvedLists: 'empty' });
  for (const problem of problems) await host.err.write(problemText(folder, problem));
  const errors = problems.filter(({ level }) => level === 'error').length;
  if (errors > 0) {
    const what = errors === 1 ? 'is 1 error' : `are ${errors} errors`;
    throw new InputError(
      `There ${what} in the rules of ${folder}.`,
      'Correct them as said above, then run this again.',
    );
  }
  return ruleSet;
}

/** `folder/file:line:column: error: what is wrong`, as editors and terminals make links of it. */
function problemText(folder: string, { file, line, column, level, message, hint }: RuleProblem): string {
  const place = `${printable(join(folder, file))}:${line}:${column}`;
  return `${place}: ${level}: ${printable(message)}\n${hint === undefined ? '' : `  ${printable(hint)}\n`}`;
}
