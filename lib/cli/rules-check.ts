import { listsAt } from '../rules/lists-file.ts';
import { loadRuleSet, type RuleProblem } from '../sigma/index.ts';
import { type Command, FOUND, OK } from './command.ts';
import { countText } from './count-text.ts';
import { printableJson } from './output/printable.ts';
import { type Listing, writeRows } from './output/rows.ts';
import { problemLine, readRuleSources, rulesFolder } from './rule-sources.ts';

type PlacedProblem = RuleProblem & { readonly place: string };

export const rulesCheck: Command = {
  usage: '[DIR] [--lists FILE] [--output table|json|ndjson]',
  description: `Loads every rule of a folder (or of one file; the shipped rules without DIR) and shows everything
that is wrong with them as file:line:column. Exit code 1 where there are errors, 0 for
warnings alone.`,
  positionals: ['DIR'],
  options: {
    lists: { value: 'FILE', help: 'the lists that rules name as %Name%, in place of lists.yaml beside the rules' },
    output: { value: 'FORMAT', help: 'table | json | ndjson', choices: ['table', 'json', 'ndjson'] },
  },
  async run(args, host) {
    const sources = await readRuleSources(rulesFolder(args.positionals[0], host), args.text('lists'));
    const lists = listsAt(sources.lists, host.clock());
    const { ruleSet, problems } = loadRuleSet(sources.files, { lists });
    const placed = problems.map((problem) => ({ ...problem, place: sources.placeOf(problem.file) }));
    const errors = problems.filter(({ level }) => level === 'error').length;
    const format = args.text('output') ?? 'table';
    if (format === 'table') {
      for (const problem of placed) await host.out.write(problemLine(problem.place, problem));
      const loaded = `${countText(ruleSet.rules.length, 'rule')} in ${countText(sources.files.length, 'file')}`;
      const summary = `${countText(errors, 'error')}, ${countText(problems.length - errors, 'warning')}`;
      await host.out.write(`${loaded}: ${summary}.\n`);
    } else {
      await writeRows(host.out, format as 'json' | 'ndjson', LISTING, inTurn(placed));
    }
    return errors > 0 ? FOUND : OK;
  },
};

/** Only its JSON is used: the table is made of lines that terminals make links of. */
const LISTING: Listing<PlacedProblem> = {
  json: ({ level, place, line, column, message, hint }) => ({ level, file: place, line, column, message, hint }),
  csv: {},
  table: [],
  none: printableJson([]),
};

async function* inTurn<T>(things: readonly T[]): AsyncIterable<T> {
  yield* things;
}
