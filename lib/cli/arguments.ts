import { parseArgs } from 'node:util';
import { InputError } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import type { Arguments, Command } from './command.ts';

/** Reads the words after a command's name. Throws InputError for what the command does not know. */
export function parseArguments(name: string, command: Command, words: readonly string[]): Arguments {
  const help = `See \`netbird-alerts ${name} --help\`.`;
  const { values, positionals, tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      Object.entries(command.options).map(([option, { value }]) => [
        option,
        { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple: true },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'option') checkOption(command, token.name, token.rawName, token.value, help);
  }
  checkPositionals(command, positionals, help);
  const textsOf = (option: string) =>
    (values[option] as unknown[] | undefined)?.filter((one) => typeof one === 'string');
  return {
    positionals,
    text: (option) => textsOf(option)?.at(-1),
    texts: (option) => textsOf(option) ?? [],
    on: (option) => values[option] !== undefined,
  };
}

function checkOption(command: Command, name: string, written: string, value: string | undefined, help: string): void {
  const option = Object.hasOwn(command.options, name) ? command.options[name] : undefined;
  if (!option)
    throw new InputError(`Unknown option ${written}.`, unknownHint(name, Object.keys(command.options), help));
  if (option.value === undefined && value !== undefined) throw new InputError(`${written} takes no value.`, help);
  if (option.value === undefined) return;
  // `--data --once` is a forgotten value, and a folder called `--once` a surprise.
  if (value === undefined || value === '' || value.startsWith('--')) {
    throw new InputError(`${written} needs a value.`, `Write it as ${written} ${option.value}. ${help}`);
  }
  if (option.choices && !option.choices.includes(value)) {
    const near = nearest(value, option.choices);
    const meant = near === undefined ? '' : `Did you mean ${near}? `;
    throw new InputError(`${written} cannot be ${value}.`, `${meant}It is one of ${option.choices.join(', ')}.`);
  }
}

function unknownHint(name: string, known: readonly string[], help: string): string {
  const near = nearest(name, known);
  return near === undefined ? help : `Did you mean --${near}? ${help}`;
}

function checkPositionals(command: Command, given: readonly string[], help: string): void {
  if (command.positionals?.at(-1)?.endsWith('…')) return;
  const surplus = given[command.positionals?.length ?? 0];
  if (surplus !== undefined) throw new InputError(`"${surplus}" is one word too many.`, help);
}
