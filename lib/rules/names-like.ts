import { InputError } from '../model/errors.ts';
import { didYouMean } from '../sigma/parse/nearest.ts';

/**
 * Those of `all` of which a name fits one of the patterns (`*` any text, upper and lower case are one); all where there
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
    const test = matcherOf(pattern);
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

function matcherOf(pattern: string): (name: string) => boolean {
  const parts = pattern.toLowerCase().split('*');
  return (name) => fits(name.toLowerCase(), parts);
}

/** By hand, since a regular expression of several `.*` takes quadratic time. */
function fits(name: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}
