import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import { parseArguments } from './arguments.ts';
import { type Arguments, BAD_INPUT, type Command, type ExitCode, type Host, OK } from './command.ts';
import { COMMANDS, type CommandEntry } from './commands.ts';
import { commandHelp, overview } from './help.ts';
import { inputErrorOf } from './known-errors.ts';
import { printable, printableLines } from './output/printable.ts';

const HELP = new Set(['--help', '-h', 'help']);

/** Runs the command that `words` name, and tells what stopped it. */
export async function main(words: readonly string[], host: Host): Promise<ExitCode> {
  try {
    return await run(words, host);
  } catch (error) {
    const { message, hint } = inputErrorOf(error) ?? unexpected(error);
    await host.err.write(`netbird-alerts: ${printable(message)}\n  ${printableLines(hint)}\n`);
    return BAD_INPUT;
  }
}

async function run(words: readonly string[], host: Host): Promise<ExitCode> {
  const [first] = words;
  if (first === undefined || HELP.has(first)) {
    await host.out.write(overview(COMMANDS));
    return first === undefined ? BAD_INPUT : OK;
  }
  if (first === '--version') {
    await host.out.write(`${await versionOf(host)}\n`);
    return OK;
  }
  const { name, entry, rest } = find(words);
  const command = await entry.load();
  if (rest.some((word) => word === '--help' || word === '-h')) {
    await host.out.write(commandHelp(name, entry.summary, command));
    return OK;
  }
  return command.run(await argumentsOf(name, command, rest, host), host);
}

async function versionOf({ packageFolder }: Host): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  return version;
}

async function argumentsOf(name: string, command: Command, words: readonly string[], host: Host): Promise<Arguments> {
  try {
    return parseArguments(name, command, words);
  } catch (error) {
    if (error instanceof InputError) await command.misused?.(words, error, host);
    throw error;
  }
}

function find(words: readonly string[]): { name: string; entry: CommandEntry; rest: readonly string[] } {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (entry) return { name, entry, rest: words.slice(length) };
  }
  throw unknownCommand(words);
}

function unknownCommand(words: readonly string[]): InputError {
  const [first = '', second = ''] = words;
  const names = Object.keys(COMMANDS);
  const siblings = names.filter((name) => name.startsWith(`${first} `));
  const written = siblings.length > 0 && second !== '' && !second.startsWith('-') ? `${first} ${second}` : first;
  if (siblings.length > 0 && written === first) {
    return new InputError(`${first} needs to know what to do.`, `Write ${siblings.join(' or ')}.`);
  }
  const near = nearest(written, names) ?? nearest(`${first} ${second}`, names);
  const meant = near === undefined ? '' : `Did you mean \`netbird-alerts ${near}\`? `;
  return new InputError(`Unknown command ${written}.`, `${meant}\`netbird-alerts --help\` shows all commands.`);
}

/** Nobody foresaw it, so that all there is to know about it is shown. */
function unexpected(error: unknown): { message: string; hint: string } {
  const message = `It failed: ${error instanceof Error ? error.message : String(error)}`;
  const known = error instanceof Error && 'retryable' in error;
  if (known) return { message, hint: 'Run it again: what is stored is kept, and nothing counts twice.' };
  const trace = error instanceof Error ? (error.stack ?? '') : '';
  return { message, hint: `This is a fault of netbird-alerts. Please report it with these lines:\n${trace}` };
}
