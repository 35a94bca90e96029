import type { Repeat, RuleTest } from '../../model/rule.ts';
import { entryOf, mapAt, refuseUnknownKeys, textAt, textsAt } from './read.ts';
import { parseRepeat } from './repeat.ts';
import type { Report } from './report.ts';
import { type Entry, type MapTree, plain, type Tree } from './tree.ts';

/** The `x-tests` of a rule. */
export function parseTests(map: MapTree, report: Report): RuleTest[] {
  const entry = entryOf(map, 'x-tests');
  if (!entry) return [];
  if (entry.value.kind !== 'list') {
    report.error(entry.at, 'x-tests must be a list of tests');
    return [];
  }
  return entry.value.items.flatMap((item) => parseTest(item, report) ?? []);
}

function parseTest(tree: Tree, report: Report): RuleTest | undefined {
  if (tree.kind !== 'map')
    return void report.error(tree.at, 'a test must be a mapping', 'Give it name, events and alerts.');
  refuseUnknownKeys(tree, ['name', 'events', 'lists', 'alerts'], 'a test', report);
  const name = textAt(tree, 'name', report);
  if (name === undefined && !entryOf(tree, 'name')) report.error(tree.at, 'the test has no name', 'Add "name: …".');
  const events = records(tree, 'events', report);
  const repeats = parseRepeats(tree, report);
  const alerts = parseAlerts(tree, report);
  const lists = parseLists(tree, report);
  if (name === undefined || !events || alerts === undefined) return undefined;
  return {
    name,
    line: tree.at.line,
    events: events.map(({ repeat, ...event }, index) =>
      repeats.has(index) ? event : { ...event, ...(repeat === undefined ? {} : { repeat }) },
    ),
    alerts,
    ...(repeats.size > 0 && { repeats }),
    ...(lists && { lists }),
  };
}

/** `repeat` of each event that has one, by the event's place in the list. */
function parseRepeats(map: MapTree, report: Report): Map<number, Repeat> {
  const entry = entryOf(map, 'events');
  const maps = entry?.value.kind === 'list' ? entry.value.items.filter((item) => item.kind === 'map') : [];
  return new Map(
    maps.flatMap((item, index): [number, Repeat][] => {
      const repeat = entryOf(item, 'repeat') && parseRepeat(item, report);
      return repeat ? [[index, repeat]] : [];
    }),
  );
}

function parseAlerts(map: MapTree, report: Report): RuleTest['alerts'] | undefined {
  const entry = entryOf(map, 'alerts');
  if (!entry)
    return void report.error(map.at, 'the test does not say what to expect', 'Add "alerts: 1" or "alerts: 0".');
  if (entry.value.kind === 'list') return records(map, 'alerts', report);
  const count = entry.value.kind === 'scalar' ? entry.value.value : undefined;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0) return count;
  return void report.error(entry.at, 'alerts must be a number or a list of what the alerts hold');
}

/** A list of mappings as plain objects. */
function records(map: MapTree, key: string, report: Report): Record<string, unknown>[] | undefined {
  const entry = entryOf(map, key);
  if (!entry) return void report.error(map.at, `the test has no ${key}`, `Add "${key}: […]".`);
  if (entry.value.kind !== 'list') return void report.error(entry.at, `${key} must be a list of mappings`);
  return entry.value.items.flatMap((item) => {
    if (item.kind === 'map') return [plain(item) as Record<string, unknown>];
    report.error(item.at, `each entry of ${key} must be a mapping`);
    return [];
  });
}

function parseLists(map: MapTree, report: Report): Record<string, readonly string[]> | undefined {
  const lists = mapAt(map, 'lists', report);
  return lists && Object.fromEntries(lists.entries.map((entry) => [entry.key, entriesOf(lists, entry, report)]));
}

function entriesOf(lists: MapTree, entry: Entry, report: Report): string[] {
  return (textsAt(lists, entry.key, report) ?? []).map(({ text }) => text);
}
