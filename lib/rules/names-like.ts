import { InputError } from '../model/errors.ts';
import { didYouMean } from '../model/nearest.ts';
import { fitsGlob } from './glob.ts';

/**
 * Those of `all` of which a name fits one of the patterns (see `fitsGlob`); all where there
 * are no patterns. Throws InputError for a pattern that fits nothing.
 */
export function namesLike<T>(
  all: readonly T[],
  patterns: readonly string[],
  namesOf: (one: T) => readonly string[],
): T[] {
  if (patterns.length === 0) return [...all];
  const named = all.map((one) => ({ one, names: namesOf(one) }));
  const tests = patterns.map((pattern) => {
    const test = (name: string): boolean => fitsGlob(name, pattern);
    if (!named.some(({ names }) => names.some(test)))
      throw nothingLike(
        pattern,
        named.flatMap(({ names }) => names),
      );
    return test;
  });
  return named.filter(({ names }) => names.some((name) => tests.some((test) => test(name)))).map(({ one }) => one);
}

/** Error for a name that nothing has, with the nearest that there is. */
export function nothingLike(name: string, names: readonly string[]): InputError {
  const near = didYouMean(name, names);
  return new InputError(
    `No rule is called ${name}.`,
    `${near ? `${near} ` : ''}\`netbird-alerts rules list\` shows all.`,
  );
}
