import type { Rule, RuleTest } from '../model/rule.ts';
import { listsAt } from '../rules/lists-file.ts';
import { namesLike } from '../rules/names-like.ts';
import { TestBench, type TestResult } from '../rules/run-tests.ts';
import { loadRuleSet } from '../sigma/index.ts';
import { type Arguments, type Command, FOUND, type Host, OK } from './command.ts';
import { countText } from './count-text.ts';
import { printable, printableJson } from './output/printable.ts';
import { problemLine, type RuleSources, readRuleSources, rulesFolder } from './rule-sources.ts';

export const rulesTest: Command = {
  usage: '[DIR] [--name PATTERN]… [--output table|json|ndjson]',
  description: `Runs the x-tests of every rule through the engine that also runs live, correlations with the events'
own times. What a test leaves out of an event is filled in. Exit code 1 where a test fails.`,
  positionals: ['DIR'],
  options: {
    name: {
      value: 'PATTERN',
      help: 'only rules whose name, id, title or test fits; * stands for any text. May be given more than once',
      multiple: true,
    },
    output: { value: 'FORMAT', help: 'table | json | ndjson', choices: ['table', 'json', 'ndjson'] },
  },
  async run(args, host) {
    const sources = await readRuleSources(rulesFolder(args.positionals[0], host));
    const lists = listsAt(sources.lists, host.clock());
    const bench = new TestBench(sources.files, lists);
    const errors = await tellErrors(sources, host);
    const cases = chosenCases(bench, args);
    const untested = withoutTests(bench, args);
    for (const rule of untested) await host.err.write(`${placeOf(sources, rule)}: warning: ${rule.key} has no tests\n`);
    const report = new Report(args, host, sources);
    for (const { rule, test } of cases) {
      if (host.stop.aborted) break;
      await report.add(await bench.run(rule, test));
    }
    await report.end(untested.length);
    return report.failed > 0 || errors > 0 ? FOUND : OK;
  },
};

/** Rules with errors are not tested, and that must not look like success. */
async function tellErrors(sources: RuleSources, { err }: Host): Promise<number> {
  const { problems } = loadRuleSet(sources.files, { unresolvedLists: 'empty' });
  const errors = problems.filter(({ level }) => level === 'error');
  for (const problem of errors) await err.write(problemLine(sources.placeOf(problem.file), problem));
  return errors.length;
}

function chosenCases(bench: TestBench, args: Arguments): { rule: Rule; test: RuleTest }[] {
  const all = bench.ruleSet.rules.flatMap((rule) =>
    (bench.ruleSet.tests.get(rule.key) ?? []).map((test) => ({ rule, test })),
  );
  return namesLike(all, args.texts('name'), ({ rule, test }) => [rule.key, rule.title, rule.id ?? '', test.name]);
}

/** Rules that only feed correlations are tested with these. */
function withoutTests({ ruleSet }: TestBench, args: Arguments): Rule[] {
  const untested = ruleSet.rules.filter(({ key, alerts }) => alerts && !ruleSet.tests.has(key));
  return args.texts('name').length > 0 ? [] : untested;
}

function placeOf(sources: RuleSources, { file, line }: Rule): string {
  return `${printable(sources.placeOf(file))}:${line}:1`;
}

/** Tells results as they come. */
class Report {
  failed = 0;
  readonly #format: string;
  readonly #host: Host;
  readonly #sources: RuleSources;
  readonly #rules = new Set<string>();
  #count = 0;

  constructor(args: Arguments, host: Host, sources: RuleSources) {
    this.#format = args.text('output') ?? 'table';
    this.#host = host;
    this.#sources = sources;
  }

  async add(result: TestResult): Promise<void> {
    const { out } = this.#host;
    const isFirst = this.#count === 0;
    this.#count++;
    this.#rules.add(result.rule.key);
    if (result.differences.length > 0) this.failed++;
    if (this.#format === 'ndjson') await out.write(`${printableJson(this.#json(result))}\n`);
    else if (this.#format === 'json') await out.write(`${isFirst ? '[\n' : ',\n'}${printableJson(this.#json(result))}`);
    else if (result.differences.length > 0) await out.write(this.#failure(result));
  }

  async end(untested: number): Promise<void> {
    const { out } = this.#host;
    if (this.#format === 'json') await out.write(this.#count === 0 ? '[]\n' : '\n]\n');
    if (this.#format !== 'table') return;
    const tests = `${countText(this.#count, 'test')} of ${countText(this.#rules.size, 'rule')}`;
    const verdict = this.failed === 0 ? 'all pass' : `${this.failed} failed`;
    const rest = untested > 0 ? `; ${countText(untested, 'rule')} without tests` : '';
    await out.write(this.#count === 0 ? `No test was run${rest}.\n` : `${tests}: ${verdict}${rest}.\n`);
  }

  #failure({ rule, test, differences }: TestResult): string {
    const place = `${this.#sources.placeOf(rule.file)}:${test.line}`;
    const lines = [`FAIL ${rule.key}: ${test.name}`, `  ${place}`, ...differences.map((line) => `  ${line}`)];
    return lines.map((line) => `${printable(line)}\n`).join('');
  }

  #json({ rule, test, differences, alerts }: TestResult): unknown {
    return {
      rule: rule.key,
      test: test.name,
      file: this.#sources.placeOf(rule.file),
      line: test.line,
      passed: differences.length === 0,
      alerts: alerts.length,
      differences: differences.map((line) => line.trim()),
    };
  }
}
