import type { RE2JS } from 're2js';
import { re2 } from './re2.ts';

/** A `re` value that cannot be used, and what to do about it. */
export interface RegexProblem {
  readonly message: string;
  readonly hint: string;
}

const FLAGS = { i: 'CASE_INSENSITIVE', m: 'MULTILINE', s: 'DOTALL' } as const;

/** What RE2 cannot say, and how else to say it. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /\(\?<?[=!]/,
    'Lookaround is no part of Sigma regular expressions: say it as a second item and "not" in the condition.',
  ],
  [/\\[1-9]|\\k</, 'Back-references cannot be matched in linear time: write the alternatives out.'],
  [/\{\d{4,}|,\d{4,}\}/, 'Repeat at most 1,000 times (10,000 for a single character or class).'],
  [/[*+?}]\+|\(\?>/, 'Possessive quantifiers and atomic groups are not needed here: leave them out.'],
];

/** Compiles for linear-time, unanchored search. Throws RE2JSException for what RE2 does not know. */
export function compileRegex(pattern: string, flags: string): RE2JS {
  const engine = re2();
  let bits = 0;
  for (const [flag, name] of Object.entries(FLAGS)) if (flags.includes(flag)) bits |= engine[name];
  return engine.compile(splitRepeats(pattern), bits);
}

/** RE2 counts to 1,000; rules that look for long values count further. */
const MAX_REPEAT = 1000;
const MOST_REPEATS = 10_000;
const LONG_REPEAT = /(\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\\.)\{(\d{1,5})(,?)(\d{0,5})\}\??|\\[\s\S]/g;

/** Writes `.{2500,}` as `.{1000}.{1000}.{500}.*`. */
function splitRepeats(pattern: string): string {
  return pattern.replace(LONG_REPEAT, (whole, atom?: string, from?: string, comma?: string, to?: string) => {
    // An escape that nothing repeats.
    if (atom === undefined) return whole;
    const [least, most] = [Number(from), Number(to)];
    const long = Math.max(least, most) > MAX_REPEAT;
    if (!long || Math.max(least, most) > MOST_REPEATS || (to !== '' && most < least)) return whole;
    const rest = comma === '' ? '' : to === '' ? `${atom}*` : times(atom, most - least, '0,');
    return `(?:${times(atom, least, '')}${rest})`;
  });
}

/** `atom` so many times; with `0,` before the counts, at most so many. */
function times(atom: string, count: number, least: string): string {
  const full = `${atom}{${least}${MAX_REPEAT}}`.repeat(Math.floor(count / MAX_REPEAT));
  return `${full}${atom}{${least}${count % MAX_REPEAT}}`;
}

/** Escapes and classes, to step over them, or a look at whether any character follows, or precedes. */
const LINE_LOOK = /\\[\s\S]|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?<?!\.\)/g;
/** What decides inside the pattern whether "." takes line ends, and quotes in which nothing is special. */
const UNSURE = /\(\?[a-zA-Z-]*s|\\Q/;

/** Writes the two look-arounds that RE2 can say, `(?!.)` and `(?<!.)`, as the end and the start of a line. */
export function withoutLineLooks(pattern: string, flags: string): string {
  if (UNSURE.test(pattern)) return pattern;
  const [end, start] = flags.includes('s') ? ['\\z', '\\A'] : ['(?m:$)', '(?m:^)'];
  return pattern.replace(LINE_LOOK, (whole) => (whole === '(?!.)' ? end : whole === '(?<!.)' ? start : whole));
}

/** Why a pattern is refused; undefined when it is fine. */
export function regexProblem(pattern: string, flags: string): RegexProblem | undefined {
  try {
    compileRegex(pattern, flags);
    return undefined;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const hint = ADVICE.find(([sign]) => sign.test(pattern))?.[1];
    return {
      message: `not a regular expression that can be matched in linear time: ${reason}`,
      hint: hint ?? 'Use the syntax of RE2: . ^ $ * + ? {n,m} [a-z] | ( ) \\d \\w \\s.',
    };
  }
}
