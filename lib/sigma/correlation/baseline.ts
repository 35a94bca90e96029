import { parseDuration } from '../../model/duration.ts';
import { didYouMean } from '../../model/nearest.ts';
import type { BaselineSettings } from '../../model/rule.ts';
import { parseSize } from '../../model/size.ts';
import { entryOf, mapAt, refuseUnknownKeys, textAt, textsAt } from '../parse/read.ts';
import type { Report } from '../parse/report.ts';
import type { MapTree } from '../parse/tree.ts';

/** What `x-correlation` of type `baseline` says of its own; `top` is absent where the rule leaves it to us. */
export type BaselineSpec = Omit<BaselineSettings, 'top'> & { readonly top?: readonly string[] };

const CONDITION_KEYS = ['false-alarms', 'min', 'direction'];
const DIRECTIONS = ['up', 'down', 'both'] as const;
const MOST_TOP = 3;
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const PERIODS: Readonly<Record<string, number>> = {
  hour: DAY / 24,
  day: DAY,
  week: 7 * DAY,
  month: 30 * DAY,
  year: 365 * DAY,
};

/** Reads `condition: {false-alarms, min, direction}` and `top`, and checks the timespan. */
export function parseBaseline(map: MapTree, timespanMs: number, report: Report): BaselineSpec | undefined {
  checkTimespan(map, timespanMs, report);
  const condition = mapAt(map, 'condition', report);
  const top = parseTop(map, report);
  if (!condition) return undefined;
  refuseUnknownKeys(condition, CONDITION_KEYS, 'the condition of baseline', report);
  const falseAlarms = parseFalseAlarms(condition, report);
  const min = parseLeast(condition, entryOf(map, 'field') !== undefined, report);
  const direction = parseDirection(condition, report);
  if (!falseAlarms || min === undefined) return undefined;
  return { falseAlarms, min, direction, ...(top && { top }) };
}

function checkTimespan(map: MapTree, timespanMs: number, report: Report): void {
  const isRound = timespanMs % MINUTE === 0 && DAY % timespanMs === 0;
  if (timespanMs === 0 || (5 * MINUTE <= timespanMs && timespanMs <= DAY && isRound)) return;
  report.error(
    entryOf(map, 'timespan')?.value.at ?? map.at,
    'the timespan of baseline is its bucket, and a day must divide into them',
    'Write 5m, 10m, 15m, 30m, 1h, 2h, 6h, 12h or 1d.',
  );
}

/** `1 per 30d`, `2 per week`. */
function parseFalseAlarms(condition: MapTree, report: Report): BaselineSettings['falseAlarms'] | undefined {
  const hint = 'Write how many alarms about nothing are bearable over all series, such as "1 per 30d".';
  const text = textAt(condition, 'false-alarms', report);
  const at = entryOf(condition, 'false-alarms')?.value.at ?? condition.at;
  if (text === undefined) {
    if (!entryOf(condition, 'false-alarms')) report.error(at, 'the condition of baseline has no false-alarms', hint);
    return undefined;
  }
  const [, digits = '', period = ''] = /^(\d+(?:\.\d+)?)\s+(?:per|in|a|an)\s+(\S+)$/.exec(text.trim()) ?? [];
  const count = Number(digits);
  const perMs = parseDuration(period) ?? PERIODS[period];
  if (perMs !== undefined && perMs > 0 && count > 0) {
    if (count / (perMs / DAY) <= 1000) return { count, perMs };
    return void report.error(at, `"${text}" are over 1,000 false alarms a day`, hint);
  }
  return void report.error(at, `"${text}" does not say how many false alarms in what time`, hint);
}

function parseLeast(condition: MapTree, hasField: boolean, report: Report): number | undefined {
  const example = hasField ? 'min: 100MB' : 'min: 20';
  const text = textAt(condition, 'min', report);
  const at = entryOf(condition, 'min')?.value.at ?? condition.at;
  if (text === undefined) {
    if (entryOf(condition, 'min')) return undefined;
    return void report.error(
      at,
      'the condition of baseline has no min',
      `Add what a bucket must hold at least: "${example}".`,
    );
  }
  const size = parseSize(text);
  if (!size || size.value <= 0) {
    return void report.error(
      at,
      `min "${text}" is no amount`,
      `Write a number above 0, with or without unit: "${example}".`,
    );
  }
  if (size.hasUnit && !hasField) {
    return void report.error(
      at,
      `without a field, min counts events, and "${text}" is a size`,
      'Add "field: total_bytes", or write a plain number.',
    );
  }
  return size.value;
}

function parseDirection(condition: MapTree, report: Report): BaselineSettings['direction'] {
  const text = textAt(condition, 'direction', report) ?? 'up';
  const known = DIRECTIONS.find((direction) => direction === text);
  if (known) return known;
  const hint = didYouMean(text, DIRECTIONS) ?? `Directions: ${DIRECTIONS.join(', ')}.`;
  report.error(entryOf(condition, 'direction')?.value.at ?? condition.at, `"${text}" is no direction`, hint);
  return 'up';
}

function parseTop(map: MapTree, report: Report): string[] | undefined {
  const fields = textsAt(map, 'top', report)?.map(({ text }) => text);
  if (fields && fields.length > MOST_TOP) {
    report.error(
      entryOf(map, 'top')?.at ?? map.at,
      `top takes up to ${MOST_TOP} fields`,
      'They are kept for every series.',
    );
  }
  return fields;
}
