import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseConfig } from '../config/parse-config.ts';
import { demoFeed, type Feed, replayFeed, serverFeed } from '../local/feed.ts';
import { LocalRules } from '../local/local-rules.ts';
import { type Config, defaultConfig } from '../model/config.ts';
import { formatDuration, parseDuration } from '../model/duration.ts';
import { InputError } from '../model/errors.ts';
import { listsAt } from '../rules/lists-file.ts';
import type { Arguments, Host } from './command.ts';
import { printable } from './output/printable.ts';
import { readRuleSources, rulesFolder } from './rule-sources.ts';
import { loadSources } from './rules-option.ts';

/** What the options of `local` come to. */
export interface Chosen {
  /** In words, for people. */
  readonly what: string;
  readonly openFeed: () => Promise<Feed>;
  readonly config: Config;
  readonly rules: LocalRules;
  readonly everyMs: number;
  readonly once: boolean;
}

type Mode = 'demo' | 'server' | 'replay';

/** Where nobody waits for a server, the story goes on every few seconds. */
const DEMO_EVERY_MS = 4000;

/** Reads everything that the options name. Throws InputError for what cannot be used. */
export async function choose(args: Arguments, host: Host): Promise<Chosen> {
  const mode = modeOf(args);
  const configFile = args.text('config');
  const config = configFile === undefined ? defaultConfig() : await readConfig(configFile, host);
  const configured = config.rules === undefined ? undefined : resolve(dirname(configFile ?? '.'), config.rules);
  return {
    ...(await feedOf(mode, args, host, config)),
    config,
    rules: await readRules(args.text('rules') ?? configured, host),
    everyMs: everyOf(args) ?? (mode === 'server' ? config.everyMs : DEMO_EVERY_MS),
    once: args.on('once'),
  };
}

async function readRules(folder: string | undefined, host: Host): Promise<LocalRules> {
  const sources = await readRuleSources(rulesFolder(folder, host));
  const lists = listsAt(sources.lists, host.clock());
  const ruleSet = await loadSources(sources, lists, host);
  // Whoever watches a network with no rules would take the silence for peace.
  if (ruleSet.rules.length === 0) {
    throw new InputError(`There is no rule in ${sources.path}.`, 'Name a folder of Sigma rules, or leave --rules out.');
  }
  return new LocalRules(sources.files, sources.lists, { ruleSet, lists });
}

function modeOf(args: Arguments): Mode {
  const named = (['demo', 'url', 'replay'] as const).filter((name) => args.on(name));
  if (named.length > 1) {
    const both = named.map((name) => `--${name}`).join(' and ');
    throw new InputError(`${both} do not go together.`, 'Choose one of --demo, --url and --replay.');
  }
  const [only] = named;
  if (only === 'demo' || only === 'replay') {
    if (args.on('token-file')) throw new InputError(`--${only} needs no --token-file.`, 'Leave one of the two out.');
    return only;
  }
  if (only === 'url' || (args.on('token-file') && args.on('config'))) return 'server';
  if (!args.on('token-file')) return 'demo';
  throw new InputError('--token-file needs the server that it is for.', 'Add --url https://netbird.example.com.');
}

async function feedOf(
  mode: Mode,
  args: Arguments,
  host: Host,
  config: Config,
): Promise<Pick<Chosen, 'what' | 'openFeed'>> {
  if (mode === 'demo') {
    return { what: 'A day in a company’s network, served by the built-in NetBird simulator.', openFeed: demoFeed };
  }
  if (mode === 'replay') {
    const file = args.text('replay') ?? '';
    return { what: `Replaying ${file}.`, openFeed: () => replayFeed(file) };
  }
  const url = args.text('url') ?? config.url;
  const token = await tokenOf(args, host);
  const { allowHttp } = config;
  const { clock } = host;
  const how = args.on('once') ? 'once' : `every ${formatDuration(everyOf(args) ?? config.everyMs)}`;
  return {
    what: `Reading ${url} ${how}. Ctrl-C ends.`,
    openFeed: async () => serverFeed({ url, allowHttp, token, clock }),
  };
}

/** Read anew at each poll, so that a token can be replaced while it runs. */
async function tokenOf(args: Arguments, host: Host): Promise<() => Promise<string>> {
  const file = args.text('token-file');
  if (file === undefined) {
    const token = host.env['NETBIRD_TOKEN'];
    if (token) return async () => token;
    throw new InputError(
      'The token is missing.',
      'Put the token of a NetBird service user into a file and name it with --token-file, or set NETBIRD_TOKEN.',
    );
  }
  const read = () => readFile(file, 'utf8');
  await read().catch((cause) => {
    throw new InputError(`The token file ${file} cannot be read.`, 'Name a file that holds nothing but the token.', {
      cause,
    });
  });
  return read;
}

function everyOf(args: Arguments): number | undefined {
  const text = args.text('every');
  if (text === undefined) return undefined;
  const millis = parseDuration(text);
  if (millis && millis >= 1000 && millis <= 86_400_000) return millis;
  throw new InputError(`--every cannot be ${text}.`, 'Write 30s, 1m, 1h or the like, up to 1d.');
}

async function readConfig(file: string, host: Host): Promise<Config> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new InputError(`The configuration ${file} cannot be read.`, 'Name an existing file with --config.', {
      cause,
    });
  }
  const { config, problems } = parseConfig(text, file);
  for (const { line, column, message, hint } of problems) {
    const more = hint === undefined ? '' : `  ${printable(hint)}\n`;
    await host.err.write(`${printable(file)}:${line}:${column}: error: ${printable(message)}\n${more}`);
  }
  if (config) return config;
  throw new InputError(`${file} cannot be used.`, 'Correct it as said above, then run this again.');
}
