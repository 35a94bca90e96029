import { didYouMean } from '../model/nearest.ts';
import type { RuleTest } from '../model/rule.ts';
import { parseTimestamp } from '../model/timestamp.ts';
import type { AlertLine } from './alert-line.ts';

type Expected = Readonly<Record<string, unknown>>;

const KEYS: readonly (keyof AlertLine)[] = [
  'rule',
  'status',
  'severity',
  'dedupKey',
  'group',
  'openedAt',
  'firstEventAt',
  'lastEventAt',
  'count',
  'title',
  'value',
  'expected',
  'channel',
];

/** How the alerts differ from what a test expects, one line each; empty where they do not. */
export function differences(expected: RuleTest['alerts'], got: readonly AlertLine[]): string[] {
  const wanted = typeof expected === 'number' ? expected : expected.length;
  const number = wanted === got.length ? [] : [`expected ${alerts(wanted)}, got ${alerts(got.length)}`];
  if (typeof expected === 'number') return number.length === 0 ? [] : [...number, ...got.map(told)];
  const { missing, left } = pair(expected, got);
  const details = missing.flatMap((one, index) => {
    const nearest = left[index];
    return nearest ? differencesOf(one, nearest) : [`  not got: ${JSON.stringify(one)}`];
  });
  return [...number, ...details, ...left.slice(missing.length).map(told)];
}

function alerts(count: number): string {
  return count === 1 ? '1 alert' : `${count} alerts`;
}

function told({ title, dedupKey, count, firstEventAt }: AlertLine): string {
  return `  got: ${JSON.stringify({ title, dedupKey, count, firstEventAt })}`;
}

/** Alerts come in the order of time; an expectation takes the first that fits it. */
function pair(expected: readonly Expected[], got: readonly AlertLine[]): { missing: Expected[]; left: AlertLine[] } {
  const left = [...got];
  const missing = expected.filter((one) => {
    const index = left.findIndex((line) => differencesOf(one, line).length === 0);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  return { missing, left };
}

function differencesOf(expected: Expected, line: AlertLine): string[] {
  return Object.entries(expected).flatMap(([key, value]) => {
    const known = KEYS.find((each) => each === key);
    if (!known) {
      const hint = didYouMean(key, KEYS) ?? `Alerts have ${KEYS.join(', ')}.`;
      return [`  ${key}: alerts have no such key. ${hint}`];
    }
    return isSame(value, line[known])
      ? []
      : [`  ${key}: expected ${JSON.stringify(value)}, got ${JSON.stringify(line[known])}`];
  });
}

/** Times compare as times, numbers as written; of `group` only what is expected. */
function isSame(expected: unknown, got: unknown): boolean {
  if (typeof expected === 'object' && expected !== null && typeof got === 'object' && got !== null) {
    return Object.entries(expected).every(([key, value]) => isSame(value, (got as Record<string, unknown>)[key]));
  }
  if (got === undefined) return false;
  const [a, b] = [String(expected), String(got)];
  const [time, other] = [parseTimestamp(a), parseTimestamp(b)];
  return a === b || (time !== undefined && time.micros === other?.micros);
}
