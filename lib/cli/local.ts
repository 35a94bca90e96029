import { resolve } from 'node:path';
import type { Listening } from '../api/node/listen.ts';
import { type OwnedStore, ownStore } from '../local/data-folder.ts';
import { serveLocalApi } from '../local/local-api.ts';
import type { LocalSummary } from '../local/local-run.ts';
import { runLocal } from '../local/run-local.ts';
import { InputError } from '../model/errors.ts';
import { complainTo } from './api.ts';
import { type Arguments, type Command, type ExitCode, FOUND, type Host, NO_SOURCE, OK } from './command.ts';
import { inputErrorOf } from './known-errors.ts';
import { createNdjsonReport } from './local-ndjson.ts';
import { type Chosen, choose } from './local-options.ts';
import type { LocalOutput } from './local-output.ts';
import { createTextReport } from './local-text.ts';
import { HIGHEST_PORT, wholeNumber } from './number-option.ts';
import { RULES_OPTION } from './rules-option.ts';

export const local: Command = {
  usage:
    '[--demo | --url U --token-file F | --replay FILE] [--once] [--every 1m]\n' +
    '                            [--data DIR] [--api PORT] [--rules DIR] [--config FILE] [--output text|ndjson]',
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
    api: {
      value: 'PORT',
      help: "with --data: serve it in the shape of NetBird's API on this port, as long as it runs",
    },
    ...RULES_OPTION,
    config: { value: 'FILE', help: 'who is told what, as in netbird-alerts.yaml; read only if named here' },
    output: { value: 'FORMAT', help: 'text | ndjson (one JSON object a line)', choices: ['text', 'ndjson'] },
  },
  async run(args, host) {
    const folder = args.text('data');
    const output: LocalOutput =
      args.text('output') === 'ndjson' ? createNdjsonReport(host.out) : createTextReport(host.out, folder);
    try {
      const apiPort = apiPortOf(args);
      const chosen = await choose(args, host);
      const summary = await runChosen(chosen, { folder, apiPort }, host, output);
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

interface Place {
  readonly folder: string | undefined;
  readonly apiPort: number | undefined;
}

async function runChosen(chosen: Chosen, { folder, apiPort }: Place, host: Host, report: LocalOutput) {
  const feed = await chosen.openFeed();
  try {
    const store = await ownStore(folder === undefined ? undefined : resolve(folder));
    let served: Listening | undefined;
    try {
      const { rules, config, everyMs, once } = chosen;
      served = apiPort === undefined ? undefined : await serve(store, apiPort, host);
      await report.begin(chosen.what, config);
      if (served) await report.serving(served.url);
      return await runLocal({ feed, store, rules, config, everyMs, once, stop: host.stop, report });
    } finally {
      await served?.close();
      await store.close();
    }
  } finally {
    await feed.close();
  }
}

function apiPortOf(args: Arguments): number | undefined {
  if (!args.on('api')) return undefined;
  if (args.on('data')) return wholeNumber(args, 'api', 0, HIGHEST_PORT);
  throw new InputError(
    '--api needs --data DIR: keys are kept there.',
    'Add --data DIR, and make a key with `netbird-alerts keys create --data DIR --name NAME`.',
  );
}

function serve({ client }: OwnedStore, port: number, host: Host): Promise<Listening> {
  return serveLocalApi(client, { port, host: '127.0.0.1', clock: host.clock, log: complainTo(host) });
}

function exitCodeOf({ sourceReached, problems }: LocalSummary): ExitCode {
  if (!sourceReached) return NO_SOURCE;
  return problems > 0 ? FOUND : OK;
}
