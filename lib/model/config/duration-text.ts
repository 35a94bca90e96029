import * as z from 'zod';
import { parseDuration } from '../duration.ts';

/** A duration as it is written in the file, between two others. */
export function duration(least: string, most: string, example: string) {
  const [from, to] = [parseDuration(least) ?? 0, parseDuration(most) ?? Number.POSITIVE_INFINITY];
  return z
    .string()
    .regex(/^\d+[smhdwMy]$/, `is not a duration such as ${example} (a whole number and s, m, h, d or w)`)
    .refine((text) => inRange(parseDuration(text), from, to), `is not between ${least} and ${most}`);
}

/** Undefined is a shape that the regular expression has already complained about. */
function inRange(millis: number | undefined, from: number, to: number): boolean {
  return millis === undefined || (from <= millis && millis <= to);
}
