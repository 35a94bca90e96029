import { resolve } from 'node:path';
import { ownStore } from '../local/data-folder.ts';
import type { LocalSummary } from '../local/local-run.ts';
import { runLocal } from '../local/run-local.ts';
import { type Command, type ExitCode, FOUND, type Host, NO_SOURCE, OK } from './command.ts';
import { inputErrorOf } from './known-errors.ts';
import { createNdjsonReport } from './local-ndjson.ts';
import { type Chosen, choose } from './local-options.ts';
import type { LocalOutput } from './local-output.ts';
import { createTextReport } from './local-text.ts';
import { RULES_OPTION } from './rules-option.ts';

export const local: Command = {
  usage:
    '[--demo | --url U --token-file F | --replay FILE] [--once] [--every 1m]\n' +
    '                            [--data DIR] [--rules DIR] [--config FILE] [--output text|ndjson]',
  description: `Runs the whole pipeline in this process: collect, detect, dispatch, notify. Nothing is sent to anybody:
what each subscriber would get is shown. Without --once it goes on until Ctrl-C.`,
  options: {
    demo: { help: 'a day in a company’s network, served by the built-in NetBird simulator (default)' },
    url: { value: 'URL', help: 'a NetBird server, such as https://netbird.example.com' },
    'token-file': { value: 'FILE', help: 'holds the token of a service user; else the variable NETBIRD_TOKEN' },
    replay: { value: 'FILE', help: 'recorded answers, .ndjson or .ndjson.gz: the n-th poll gets the n-th' },
    once: { help: 'collect until caught up, detect, notify, end' },
    every: { value: 'TIME', help: 'how often to poll without --once (1m)' },
    data: { value: 'DIR', help: 'keep the store in this folder; else it ends with the process' },
    ...RULES_OPTION,
    config: { value: 'FILE', help: 'who is told what, as in netbird-alerts.yaml; read only if named here' },
    output: { value: 'FORMAT', help: 'text | ndjson (one JSON object a line)', choices: ['text', 'ndjson'] },
  },
  async run(args, host) {
    const folder = args.text('data');
    const output: LocalOutput =
      args.text('output') === 'ndjson' ? createNdjsonReport(host.out) : createTextReport(host.out, folder);
    try {
      const chosen = await choose(args, host);
      const summary = await runChosen(chosen, folder, host, output);
      await output.summary(summary);
      return exitCodeOf(summary);
    } catch (error) {
      await output.failure(inputErrorOf(error));
      throw error;
    }
  },
  async misused(words, error, host) {
    const wantsLines = /(^| )--output[ =]ndjson( |$)/.test(words.join(' '));
    if (wantsLines) await createNdjsonReport(host.out).failure(error);
  },
};

async function runChosen(chosen: Chosen, folder: string | undefined, host: Host, report: LocalOutput) {
  const feed = await chosen.openFeed();
  try {
    const store = await ownStore(folder === undefined ? undefined : resolve(folder));
    try {
      const { rules, config, everyMs, once } = chosen;
      await report.begin(chosen.what, config);
      return await runLocal({ feed, store, rules, config, everyMs, once, stop: host.stop, report });
    } finally {
      await store.close();
    }
  } finally {
    await feed.close();
  }
}

function exitCodeOf({ sourceReached, problems }: LocalSummary): ExitCode {
  if (!sourceReached) return NO_SOURCE;
  return problems > 0 ? FOUND : OK;
}
