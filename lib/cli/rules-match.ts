import { InputError } from '../model/errors.ts';
import type { DetectionInfo } from '../model/rule.ts';
import { listsAt } from '../rules/lists-file.ts';
import { asRulesSee, meets } from '../rules/match-routing.ts';
import { loadRuleSet, type RuleSet } from '../sigma/index.ts';
import { type Arguments, type Command, FOUND, type Host, OK } from './command.ts';
import { type InputLine, inputLines } from './input-lines.ts';
import { printable, printableJson } from './output/printable.ts';
import { problemLine, type RuleSources, readRuleSources } from './rule-sources.ts';

/** Lines are written together: one write each would be most of the time. */
const CHUNK_CHARS = 64 * 1024;

export const rulesMatch: Command = {
  usage:
    '--rules FILE|DIR --events FILE.ndjson [--lists FILE.yaml] [--no-logsource]\n' +
    '                              [--output ndjson]',
  description: `Pairs rules with events of any shape and source: one line {"index","rule","file"} for each match,
where index counts the events from 0 (blank lines are none) and rule is the rule's id, else its
name, else its title. Rules of every status are matched; correlations are not (see \`backtest\`). An
event can say its source in a field "logsource"; without it, rules about NetBird meet what has the
shape of its feeds, and all other rules meet every event.`,
  options: {
    rules: { value: 'PATH', help: 'a rule file, or a folder of rules' },
    events: { value: 'FILE', help: 'one JSON object a line, plain or gzip' },
    lists: { value: 'FILE', help: 'what %Name% stands for: {Name: [entry, …]}; else lists.yaml beside the rules' },
    'no-logsource': { help: 'every rule meets every event' },
    output: { value: 'FORMAT', help: 'ndjson', choices: ['ndjson'] },
  },
  async run(args, host) {
    const sources = await readRuleSources(required(args, 'rules'), args.text('lists'));
    const events = required(args, 'events');
    const { ruleSet, isWhole } = await load(sources, host);
    const run = new MatchRun(ruleSet, args.on('no-logsource'), host, events);
    for await (const line of inputLines(events)) {
      if (host.stop.aborted) break;
      await run.take(line);
    }
    await run.end();
    return isWhole && run.badLines === 0 ? OK : FOUND;
  },
};

function required(args: Arguments, name: 'rules' | 'events'): string {
  const given = args.text(name);
  if (given !== undefined) return given;
  throw new InputError(`--${name} is missing.`, 'Write `rules match --rules FILE|DIR --events FILE.ndjson`.');
}

/** The rules that are right; what is wrong with the others is told. */
async function load(sources: RuleSources, host: Host): Promise<{ ruleSet: RuleSet; isWhole: boolean }> {
  const { ruleSet, problems } = loadRuleSet(sources.files, {
    lists: listsAt(sources.lists, host.clock()),
    routing: 'none',
    statuses: 'all',
    duplicates: 'allow',
  });
  const errors = problems.filter(({ level }) => level === 'error');
  for (const problem of errors) await host.err.write(problemLine(sources.placeOf(problem.file), problem));
  return { ruleSet, isWhole: errors.length === 0 };
}

class MatchRun {
  badLines = 0;
  readonly #ruleSet: RuleSet;
  readonly #isUnrouted: boolean;
  readonly #host: Host;
  readonly #file: string;
  #index = 0;
  #waiting = '';

  constructor(ruleSet: RuleSet, isUnrouted: boolean, host: Host, file: string) {
    this.#ruleSet = ruleSet;
    this.#isUnrouted = isUnrouted;
    this.#host = host;
    this.#file = file;
  }

  async take(line: InputLine): Promise<void> {
    const index = this.#index++;
    const event = objectOf(line.text);
    if (typeof event === 'string') return this.#complain(line, event);
    const rules = this.#match(event);
    if (typeof rules === 'string') return this.#complain(line, rules);
    for (const rule of rules) {
      if (this.#isUnrouted || meets(rule, event)) this.#waiting += matchLine(index, rule);
    }
    if (this.#waiting.length > CHUNK_CHARS) await this.end();
  }

  async end(): Promise<void> {
    const text = this.#waiting;
    this.#waiting = '';
    if (text !== '') await this.#host.out.write(text);
  }

  #match(event: object): readonly DetectionInfo[] | string {
    try {
      return this.#ruleSet.matcher.match(asRulesSee(event), {});
    } catch (error) {
      return `the event could not be matched: ${error instanceof Error ? error.message : error}`;
    }
  }

  async #complain({ number }: InputLine, reason: string): Promise<void> {
    this.badLines++;
    await this.#host.err.write(`${printable(this.#file)}:${number}: error: ${printable(reason)}\n`);
  }
}

function matchLine(index: number, { id, name, title, file }: DetectionInfo): string {
  return `${printableJson({ index, rule: id ?? name ?? title, file })}\n`;
}

/** The event of a line, or why it is none. */
function objectOf(text: string): object | string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : 'the line is no JSON object';
  } catch {
    return 'the line is not JSON';
  }
}
