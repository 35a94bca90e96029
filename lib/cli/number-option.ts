import { InputError } from '../model/errors.ts';
import type { Arguments } from './command.ts';

/** The highest TCP port. */
export const HIGHEST_PORT = 65_535;

/** A whole number up to `most`, `preset` where the option is not given. Throws InputError for anything else. */
export function wholeNumber(args: Arguments, option: string, preset: number, most: number, least = 0): number {
  const text = args.text(option);
  if (text === undefined) return preset;
  if (!/^\d{1,12}$/.test(text) || Number(text) > most || Number(text) < least) {
    throw new InputError(`--${option} cannot be ${text}.`, `Give a whole number from ${least} to ${most}.`);
  }
  return Number(text);
}
