import type { Clock } from '../model/clock.ts';
import type { InputError } from '../model/errors.ts';
import type { Output } from './output/stream-output.ts';

/** 0 all is well. */
export const OK = 0;
/** 1 something was found: a test that fails, a problem that did not stop the run. */
export const FOUND = 1;
/** 2 what the person gave cannot be used: options, files, configuration. */
export const BAD_INPUT = 2;
/** 3 the source could not be read at the last poll. */
export const NO_SOURCE = 3;
export type ExitCode = typeof OK | typeof FOUND | typeof BAD_INPUT | typeof NO_SOURCE;

/** What a command sees of the process that hosts it. */
export interface Host {
  readonly out: Output;
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C: end cleanly. */
  readonly stop: AbortSignal;
  /** Holds the shipped `rules/`. */
  readonly packageFolder: string;
  readonly clock: Clock;
}

/** One `--option`. With `value` (its name in the help, such as `DIR`) it takes one, without it is a switch. */
export interface Option {
  readonly value?: string;
  readonly help: string;
  /** The only values that it takes. */
  readonly choices?: readonly string[];
  /** May be given more than once. */
  readonly multiple?: true;
}

export interface Arguments {
  readonly positionals: readonly string[];
  /** The last value given for an option. */
  text(name: string): string | undefined;
  /** Every value given for an option. */
  texts(name: string): readonly string[];
  on(name: string): boolean;
}

export interface Command {
  /** After the command's name in the usage line, such as `--data DIR [--since 2h]`. */
  readonly usage: string;
  /** What it does, for its help; lines of at most 100 characters. */
  readonly description: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Names of the positional arguments that it takes; none by default. A last one such as `VALUE…` takes any number. */
  readonly positionals?: readonly string[];
  run(args: Arguments, host: Host): Promise<ExitCode>;
  /** Tells scripts that read its output that its arguments could not be used; people read that elsewhere. */
  misused?(words: readonly string[], error: InputError, host: Host): Promise<void>;
}
