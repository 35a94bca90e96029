import { isPlainRow } from '../model/plain-row.ts';
import { type TrafficEvent, trafficEventSchema } from '../model/traffic.ts';

const WINDOW_START = '"window_start":"';

/** No row is as long; an answer with many rows is. */
const LONGEST_ROW = 6000;

/** The time of a line that is one traffic row, without reading all of it; undefined where that is not certain. */
export function windowStartIn(text: string): string | undefined {
  if (text.charCodeAt(0) !== 123 || text.length > LONGEST_ROW) return undefined;
  const at = text.indexOf(WINDOW_START);
  // Quotes inside a text are escaped, so this is a key.
  if (at < 0) return undefined;
  const start = at + WINDOW_START.length;
  const end = text.indexOf('"', start);
  return end - start > 40 ? undefined : text.slice(start, end);
}

/** A row as its schema takes it, or what is wrong with it. The schema itself is asked only where something is unusual. */
export function trafficRowOf(value: object): { readonly row: TrafficEvent } | { readonly reason: string } {
  if (isPlainRow(value)) return { row: value };
  const parsed = trafficEventSchema.safeParse(value);
  if (parsed.success) return { row: parsed.data };
  const [issue] = parsed.error.issues;
  return { reason: `${issue?.path.join('.')}: ${issue?.message}` };
}
