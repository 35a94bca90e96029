import { parseDuration } from '../model/duration.ts';
import { InputError } from '../model/errors.ts';
import { type Micros, microsOf, parseTimestamp } from '../model/timestamp.ts';

/** `2h` (before `now`), `2026-11-23` (its beginning, UTC) or an RFC 3339 time. Throws InputError for anything else. */
export function timeOption(name: string, text: string, now: Date): Micros {
  const duration = parseDuration(text);
  if (duration !== undefined) return microsOf(now) - duration * 1000;
  const time = parseTimestamp(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (time) return time.micros;
  throw new InputError(
    `--${name} cannot be ${text}.`,
    'Write how long ago (90s, 15m, 2h, 7d), a day (2026-11-23) or a time (2026-11-23T15:49:14Z).',
  );
}
