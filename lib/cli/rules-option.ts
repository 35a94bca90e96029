import { InputError } from '../model/errors.ts';
import { listsAt } from '../rules/lists-file.ts';
import { type Lists, loadRuleSet, type RuleSet } from '../sigma/index.ts';
import type { Arguments, Host, Option } from './command.ts';
import { problemLine, type RuleSources, readRuleSources, rulesFolder } from './rule-sources.ts';

export const RULES_OPTION = {
  rules: { value: 'DIR', help: 'a folder of rules, in place of the shipped ones' },
} as const satisfies Record<string, Option>;

/** The rules of `--rules`, else the shipped ones. Prints what is wrong with them; throws InputError for errors. */
export async function loadRules(args: Arguments, host: Host): Promise<RuleSet> {
  const sources = await readRuleSources(rulesFolder(args.text('rules'), host));
  return loadSources(sources, listsAt(sources.lists, host.clock()), host);
}

/** Rules over these lists. Prints what is wrong with them; throws InputError for errors. */
export async function loadSources(sources: RuleSources, lists: Lists, host: Host): Promise<RuleSet> {
  // A list that is only in the State of a store is none here.
  const { ruleSet, problems } = loadRuleSet(sources.files, { lists, unresolvedLists: 'empty' });
  for (const problem of problems) await host.err.write(problemLine(sources.placeOf(problem.file), problem));
  const errors = problems.filter(({ level }) => level === 'error').length;
  if (errors > 0) {
    const what = errors === 1 ? 'is 1 error' : `are ${errors} errors`;
    throw new InputError(
      `There ${what} in the rules of ${sources.path}.`,
      'Correct them as said above, then run this again.',
    );
  }
  return ruleSet;
}
