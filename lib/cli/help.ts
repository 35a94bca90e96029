import type { Command, Option } from './command.ts';
import type { CommandEntry } from './commands.ts';

const EXIT_CODES = [
  'Exit codes: 0 ok · 1 something was found (a failing test, a problem that did not stop the run)',
  '            2 usage or input error · 3 the source could not be read at the last poll',
];

/** `netbird-alerts --help`. */
export function overview(commands: Readonly<Record<string, CommandEntry>>): string {
  return lines([
    'netbird-alerts watches a NetBird network and tells people what its rules find.',
    '',
    'Usage: netbird-alerts <command> [options]',
    '',
    ...columns(Object.entries(commands).map(([name, { summary }]) => [name, summary])),
    '',
    'Try:   netbird-alerts local --demo --once',
    'Help:  netbird-alerts <command> --help, and --version',
    '',
    ...EXIT_CODES,
  ]);
}

/** `netbird-alerts <command> --help`. */
export function commandHelp(name: string, summary: string, command: Command): string {
  return lines([
    summary,
    '',
    `Usage: netbird-alerts ${name} ${command.usage}`.trimEnd(),
    '',
    ...(command.description === '' ? [] : [command.description, '']),
    ...columns(Object.entries(command.options).map(([option, spec]) => [optionText(option, spec), spec.help])),
    '',
    ...EXIT_CODES,
  ]);
}

function optionText(name: string, { value }: Option): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
