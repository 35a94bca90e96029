import type { Repeat } from '../../model/rule.ts';
import { durationAt } from './alert.ts';
import { entryOf, mapAt, refuseUnknownKeys, textAt } from './read.ts';
import type { Report } from './report.ts';
import { windowsAt } from './schedule.ts';
import type { MapTree } from './tree.ts';

/** Of one event; more would make the test a benchmark. */
const MOST = 20_000;

/** `repeat: {every: 1h, for: 21d, during: mon-fri 08:00-18:00, vary: 20%}` of a test's event. */
export function parseRepeat(event: MapTree, report: Report): Repeat | undefined {
  const map = mapAt(event, 'repeat', report);
  if (!map) return undefined;
  refuseUnknownKeys(map, ['every', 'for', 'during', 'vary'], 'repeat', report);
  const [everyMs, forMs] = [timeAt(map, 'every', report), timeAt(map, 'for', report)];
  const vary = varyAt(map, report);
  const during = entryOf(map, 'during') && windowsAt(map, 'during', report);
  if (!everyMs || !forMs || vary === undefined) return undefined;
  if (forMs / everyMs > MOST) {
    return void report.error(
      map.at,
      `the event repeats over ${MOST} times`,
      'Repeat it less often, or for a shorter time.',
    );
  }
  return { everyMs, forMs, vary, ...(during && { during }) };
}

function timeAt(map: MapTree, key: string, report: Report): number | undefined {
  const millis = durationAt(map, key, report);
  const entry = entryOf(map, key);
  if (!entry) report.error(map.at, `repeat has no ${key}`, 'Write "repeat: {every: 1h, for: 21d}".');
  if (millis === 0) report.error(entry?.value.at ?? map.at, `${key} must be longer than 0`);
  return millis;
}

/** `20%` as a share. */
function varyAt(map: MapTree, report: Report): number | undefined {
  const text = textAt(map, 'vary', report);
  if (text === undefined) return entryOf(map, 'vary') ? undefined : 0;
  const [, digits] = /^(\d{1,2}(?:\.\d+)?)\s*%$/.exec(text.trim()) ?? [];
  if (digits !== undefined) return Number(digits) / 100;
  return void report.error(
    entryOf(map, 'vary')?.value.at ?? map.at,
    `"${text}" is no share`,
    'Write a percentage below 100, such as 20%.',
  );
}
