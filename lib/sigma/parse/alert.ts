import { parseDuration } from '../../model/duration.ts';
import type { AlertSettings } from '../../model/rule.ts';
import { entryOf, refuseUnknownKeys, textAt, textsAt } from './read.ts';
import type { Report } from './report.ts';
import { parseSchedule } from './schedule.ts';
import type { MapTree } from './tree.ts';

const KEYS = ['title', 'dedup', 'suppress', 'runbook', 'owner', 'schedule'];

/** The `x-alert` block. */
export function parseAlert(map: MapTree, report: Report): AlertSettings {
  refuseUnknownKeys(map, KEYS, 'x-alert', report);
  const title = textAt(map, 'title', report);
  if (title?.replaceAll(/\{\{[^{}]*\}\}/g, '').includes('{{')) {
    report.error(entryOf(map, 'title')?.value.at ?? map.at, 'a "{{" in title is not closed', 'Close it with "}}".');
  }
  const dedup = textsAt(map, 'dedup', report)?.map(({ text }) => text);
  const suppressMs = durationAt(map, 'suppress', report);
  const runbook = textAt(map, 'runbook', report);
  const owner = textAt(map, 'owner', report);
  const schedule = parseSchedule(map, report);
  return {
    ...(title !== undefined && { title }),
    ...(dedup && { dedup }),
    ...(suppressMs !== undefined && { suppressMs }),
    ...(runbook !== undefined && { runbook }),
    ...(owner !== undefined && { owner }),
    ...(schedule && { schedule }),
  };
}

/** Milliseconds of a duration under a key. */
export function durationAt(map: MapTree, key: string, report: Report): number | undefined {
  const text = textAt(map, key, report);
  if (text === undefined) return undefined;
  const millis = parseDuration(text);
  if (millis !== undefined && Number.isSafeInteger(millis)) return millis;
  const at = entryOf(map, key)?.value.at ?? map.at;
  report.error(at, `${key} "${text}" is no duration`, 'Write a whole number and s, m, h, d or w, such as 15m.');
  return undefined;
}
