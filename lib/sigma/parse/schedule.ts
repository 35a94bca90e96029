import { didYouMean } from '../../model/nearest.ts';
import type { Schedule } from '../../model/rule.ts';
import { isZone } from '../event/time-part.ts';
import { entryOf, refuseUnknownKeys, textAt, textOf, textsAt } from './read.ts';
import type { Place, Report } from './report.ts';
import type { MapTree, Tree } from './tree.ts';

type Window = Schedule['windows'][number];

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const NAMED: Readonly<Record<string, readonly number[]>> = {
  weekdays: [1, 2, 3, 4, 5],
  weekend: [0, 6],
  daily: EVERY_DAY,
};
const MINUTES_A_DAY = 1440;
const WINDOW = /^(\S+)\s+(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})$/;
const HINT = 'Write it as "mon-fri 07:00-20:00"; an end before the start crosses midnight.';

/** `x-alert.schedule`: `zone` and `windows`, each a text such as `mon-fri 07:00-20:00` or `{days, from, to}`. */
export function parseSchedule(alert: MapTree, report: Report): Schedule | undefined {
  const entry = entryOf(alert, 'schedule');
  if (!entry) return undefined;
  const map = entry.value;
  if (map.kind !== 'map') return void report.error(entry.at, 'schedule must be a mapping', 'Give it zone and windows.');
  refuseUnknownKeys(map, ['zone', 'windows'], 'schedule', report);
  const zone = textAt(map, 'zone', report) ?? 'UTC';
  if (!isZone(zone)) {
    report.error(
      entryOf(map, 'zone')?.value.at ?? map.at,
      `"${zone}" is no time zone`,
      'Use an IANA name such as Europe/Berlin.',
    );
  }
  const always = [{ days: EVERY_DAY, from: 0, to: MINUTES_A_DAY }];
  return { zone, windows: entryOf(map, 'windows') ? windowsAt(map, 'windows', report) : always };
}

/** One window or a list of them under a key that is there. */
export function windowsAt(map: MapTree, key: string, report: Report): Window[] {
  const listed = entryOf(map, key)?.value;
  const trees = listed?.kind === 'list' ? listed.items : listed ? [listed] : [];
  if (trees.length === 0)
    report.error(listed?.at ?? map.at, `${key} is empty`, 'A rule without windows would never count.');
  return trees.flatMap((tree) => parseWindow(tree, report) ?? []);
}

function parseWindow(tree: Tree, report: Report): Window | undefined {
  if (tree.kind === 'map') return windowOf(tree, report);
  const text = textOf(tree, tree.at, 'a window', report);
  if (text === undefined) return undefined;
  const parts = WINDOW.exec(text.trim());
  if (!parts) return void report.error(tree.at, `"${text}" is no window`, HINT);
  const [, days = '', from = '', to = ''] = parts;
  return makeWindow(days.split(','), from, to, tree.at, report);
}

function windowOf(map: MapTree, report: Report): Window | undefined {
  refuseUnknownKeys(map, ['days', 'from', 'to'], 'a window', report);
  const days = textsAt(map, 'days', report)?.map(({ text }) => text) ?? ['daily'];
  return makeWindow(days, clockAt(map, 'from', '00:00', report), clockAt(map, 'to', '24:00', report), map.at, report);
}

function clockAt(map: MapTree, key: string, fallback: string, report: Report): string {
  return textAt(map, key, report) ?? fallback;
}

function makeWindow(names: readonly string[], from: string, to: string, at: Place, report: Report): Window | undefined {
  const days = names.flatMap((name) => daysOf(name.trim().toLowerCase(), at, report));
  const [start, end] = [minutesOf(from), minutesOf(to)];
  if (start === undefined || end === undefined || start === end || start === MINUTES_A_DAY) {
    return void report.error(at, `"${from}" to "${to}" is no time of day`, HINT);
  }
  return { days: [...new Set(days)].sort((a, b) => a - b), from: start, to: end };
}

function daysOf(name: string, at: Place, report: Report): readonly number[] {
  const named = NAMED[name];
  if (named) return named;
  const [first = -1, last = first] = name.split('-').map((day) => DAYS.indexOf(day.slice(0, 3)));
  if (first < 0 || last < 0) {
    report.error(
      at,
      `"${name}" is no day`,
      didYouMean(name, [...DAYS, ...Object.keys(NAMED)]) ?? `Days: ${DAYS.join(', ')}.`,
    );
    return [];
  }
  const count = ((last - first + 7) % 7) + 1;
  return Array.from({ length: count }, (_, index) => (first + index) % 7);
}

function minutesOf(text: string): number | undefined {
  const parts = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (!parts) return undefined;
  const [hours, minutes] = [Number(parts[1]), Number(parts[2])];
  const total = hours * 60 + minutes;
  return minutes < 60 && total <= MINUTES_A_DAY ? total : undefined;
}
