import * as z from 'zod/mini';
import { type Micros, parseTimestamp } from '../model/timestamp.ts';
import type { Refusal } from './wire/answer.ts';

/** Longest value of a parameter, in UTF-16 units: API Gateway takes about as much for a whole query. */
const LONGEST = 8192;
/** As much of a wrong value as an answer repeats. */
const LONGEST_ECHO = 64;

/** A whole number between two others, `preset` where it is not given. */
export function integerParameter(about: string, least: number, most: number, preset: number) {
  const says = `a whole number from ${least} to ${most}`;
  const number = z.int(says).check(z.minimum(least, says), z.maximum(most, says), z.describe(about));
  return z._default(number, preset);
}

export function textParameter(about: string) {
  return z.optional(z.string().check(z.maxLength(LONGEST, `text of at most ${LONGEST} characters`), z.describe(about)));
}

export function choiceParameter<const Values extends readonly [string, ...string[]]>(about: string, values: Values) {
  return z.optional(z.enum(values, `one of ${values.join(', ')}`).check(z.describe(about)));
}

/** An RFC 3339 time; `microsOf` reads it. */
export function timeParameter(about: string) {
  const says = 'an RFC 3339 time such as 2026-11-23T15:51:34Z';
  const isTime = z.refine<string>((text) => microsOf(text) !== undefined, says);
  return z.optional(z.string().check(isTime, z.meta({ description: about, format: 'date-time' })));
}

/** Microseconds of a `timeParameter`. A `+` that was not encoded has come as a space. */
export function microsOf(text: string | undefined): Micros | undefined {
  return text === undefined ? undefined : parseTimestamp(text.replace(/ (?=\d\d:\d\d$)/, '+'))?.micros;
}

type Shape = Readonly<Record<string, z.ZodMiniType>>;

/**
 * The parameters of a query that `shape` knows, the first where one comes twice; others are ignored, and an empty one
 * counts as none. A refusal names the parameter and says what is right.
 */
export function readParameters<S extends Shape>(shape: S, params: URLSearchParams): Values<S> | { refusal: Refusal } {
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(shape)) {
    const text = params.get(name) || undefined;
    const asText = schema.safeParse(text);
    // Numbers come as text, too.
    const read = !asText.success && /^-?\d{1,15}$/.test(text ?? '') ? schema.safeParse(Number(text)) : asText;
    if (!read.success) return { refusal: badValue(name, text ?? '', read.error.issues[0]?.message ?? '') };
    if (read.data !== undefined) values[name] = read.data;
  }
  return { values } as unknown as Values<S>;
}

interface Values<S extends Shape> {
  readonly values: z.output<z.ZodMiniObject<S>>;
}

/** Parameters that do not fit together, or a value that is none of those that are right. */
export function badRequest(message: string): { refusal: Refusal } {
  return { refusal: { status: 400, message } };
}

function badValue(name: string, text: string, right: string): Refusal {
  const echo = text.length > LONGEST_ECHO ? `${text.slice(0, LONGEST_ECHO)}…` : text;
  return { status: 400, message: `${name} cannot be ${JSON.stringify(echo)}: give ${right}` };
}
