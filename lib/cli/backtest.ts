import type { Alert } from '../model/alert.ts';
import { InputError } from '../model/errors.ts';
import type { StoredTrafficEvent } from '../model/event.ts';
import { type Micros, parseTimestamp } from '../model/timestamp.ts';
import { type TrafficEvent, trafficTime } from '../model/traffic.ts';
import { type AlertLine, alertLine } from '../rules/alert-line.ts';
import { listsAt } from '../rules/lists-file.ts';
import { isZone } from '../sigma/event/time-part.ts';
import type { Lists } from '../sigma/index.ts';
import { loadCursor } from '../store/cursor.ts';
import { effectiveLists, storedLists } from '../store/lists.ts';
import { type Entry, InputReader } from './backtest-input.ts';
import { type BacktestSource, runBacktest } from './backtest-run.ts';
import { type Arguments, type Command, FOUND, type Host, OK } from './command.ts';
import { printable } from './output/printable.ts';
import { type Listing, writeRows } from './output/rows.ts';
import { ownFields } from './own-fields.ts';
import { readRuleSources, rulesFolder } from './rule-sources.ts';
import { loadSources, RULES_OPTION } from './rules-option.ts';
import { formatOf, OUTPUT_OPTION, STORE_OPTIONS, type Stores, tenantOf, withStores } from './store-options.ts';
import { timeOption } from './time-option.ts';

export const backtest: Command = {
  usage:
    '--input FILE | --data DIR [--rules DIR] [--from WHEN] [--to WHEN] [--fail]\n' +
    '                              [--time-zone ZONE] [--tenant NAME] [--output table|json|ndjson|csv]',
  description: `Runs rules over events that are there, through the engine that also runs live, and shows each alert
that would have been opened. All times are the events' own. FILE holds an object of NetBird's API a
line (audit event or traffic row) or recorded answers, in any order, plain or gzip; DIR is the
folder of \`local --data\`. With --from and --to the rules see only the events from then to then.
Silences, \`alertHistory\` and who is told do not matter here.`,
  options: {
    input: { value: 'FILE', help: 'events to run over, .ndjson or .ndjson.gz' },
    ...STORE_OPTIONS,
    ...RULES_OPTION,
    'time-zone': { value: 'ZONE', help: 'whose hours and weekends baselines learn: Europe/Berlin (UTC)' },
    from: { value: 'WHEN', help: 'not before: 2h, 7d, 2026-11-23 or 2026-11-23T15:49:14Z' },
    to: { value: 'WHEN', help: 'not after' },
    fail: { help: 'exit code 1 if any alert would have been opened' },
    ...OUTPUT_OPTION,
  },
  async run(args, host) {
    const sources = await readRuleSources(rulesFolder(args.text('rules'), host));
    const defaults = listsAt(sources.lists, host.clock());
    const range = rangeOf(args, host);
    const run = async (source: BacktestSource, lists: Lists): Promise<Alert[]> => {
      const ruleSet = await loadSources(sources, lists, host);
      return runBacktest({ ruleSet, tenant: tenantOf(args), timeZone: zoneOf(args), ...range }, source, host);
    };
    let badLines = 0;
    const complain = (): void => void badLines++;
    const overFile = args.text('data') === undefined;
    const alerts = overFile
      ? await run(fileOf(args, host, complain), defaults)
      : await overStore(args, host, defaults, run);
    await writeRows(host.out, formatOf(args), LISTING, inOrder(alerts));
    return badLines > 0 || (args.on('fail') && alerts.length > 0) ? FOUND : OK;
  },
};

interface Range {
  readonly from: Micros;
  readonly to: Micros;
}

type Run = (source: BacktestSource, lists: Lists) => Promise<Alert[]>;

function fileOf(args: Arguments, host: Host, complain: () => void): BacktestSource {
  const path = args.text('input');
  if (path === undefined) {
    throw new InputError(
      'Which events? --input FILE or --data DIR is missing.',
      'Name a file of events or a data folder.',
    );
  }
  const reader = new InputReader(async ({ line, reason }) => {
    complain();
    await host.err.write(`${printable(path)}:${line}: error: ${printable(reason)}\n`);
  });
  return {
    entries: () => reader.read(path),
    rowOf: (entry) => reader.rowOf(entry),
    complain: () => reader.complain(),
    upTo: () => reader.upTo,
  };
}

async function overStore(args: Arguments, host: Host, defaults: Lists, run: Run): Promise<Alert[]> {
  if (args.text('input') !== undefined) {
    throw new InputError('--input and --data do not go together.', 'Choose one of the two.');
  }
  const tenant = tenantOf(args);
  const { to } = rangeOf(args, host);
  return withStores(args, async (stores) => {
    const { state } = stores;
    const edited = [...(await storedLists(state, tenant)).keys()];
    const lists = await effectiveLists(state, tenant, defaults, host.clock(), edited);
    const { cursor } = await loadCursor(state, tenant);
    const until = to < Number.MAX_SAFE_INTEGER ? { until: to } : {};
    const source: BacktestSource = {
      entries: () => storedEntries(stores, { tenant, ...until }),
      rowOf: ({ row }) => (typeof row === 'string' ? undefined : row),
      complain: async () => undefined,
      upTo: () => cursor.watermark,
    };
    return run(source, lists);
  });
}

/** Both feeds from the beginning: what was before the asked time reveals names. */
async function* storedEntries(
  { events, trafficOldestFirst }: Stores,
  query: { tenant: string; until?: Micros },
): AsyncGenerator<readonly Entry[]> {
  const audit = entriesOf(events.query(query), (event) => ({ at: timeOf(event), audit: ownFields(event) }));
  const rows = entriesOf(trafficOldestFirst(query), (stored) => {
    const row = ownRowFields(stored);
    return { at: trafficTime(row)?.micros ?? 0, line: 0, row };
  });
  yield* inTurn(audit, rows);
}

async function* entriesOf<T>(stored: AsyncIterable<T>, entryOf: (each: T) => Entry): AsyncGenerator<Entry> {
  for await (const each of stored) yield entryOf(each);
}

/** Two feeds, each oldest first, as one. */
async function* inTurn(a: AsyncGenerator<Entry>, b: AsyncGenerator<Entry>): AsyncGenerator<readonly Entry[]> {
  let [first, second] = [await a.next(), await b.next()];
  while (!first.done || !second.done) {
    const isFirst = !first.done && (second.done || first.value.at <= second.value.at);
    if (isFirst) {
      yield [first.value as Entry];
      first = await a.next();
    } else {
      yield [second.value as Entry];
      second = await b.next();
    }
  }
}

function timeOf(event: { readonly timestamp: string }): Micros {
  return parseTimestamp(event.timestamp)?.micros ?? 0;
}

/** What the API served; what the store added to it stays there. */
function ownRowFields({
  tenant: _t,
  collectedAt: _c,
  expiresAt: _e,
  firstRun: _f,
  ...row
}: StoredTrafficEvent): TrafficEvent {
  return row as TrafficEvent;
}

function rangeOf(args: Arguments, host: Host): Range {
  const time = (name: 'from' | 'to', preset: Micros): Micros => {
    const text = args.text(name);
    return text === undefined ? preset : timeOption(name, text, host.clock());
  };
  const range = { from: time('from', 0), to: time('to', Number.MAX_SAFE_INTEGER) };
  if (range.from <= range.to) return range;
  throw new InputError('--from lies after --to.', 'Write the earlier of the two times after --from.');
}

/** Whose days and hours baselines learn. */
function zoneOf(args: Arguments): string {
  const zone = args.text('time-zone') ?? 'UTC';
  if (isZone(zone)) return zone;
  throw new InputError(`${zone} is no time zone.`, 'Write an IANA name: `--time-zone Europe/Berlin`.');
}

async function* inOrder(alerts: readonly Alert[]): AsyncIterable<AlertLine> {
  const lines = alerts.map(alertLine);
  const place = ({ openedAt, rule, dedupKey }: AlertLine): string => JSON.stringify([openedAt, rule, dedupKey]);
  yield* lines.sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

const LISTING: Listing<AlertLine> = {
  json: (line) => line,
  csv: {
    openedAt: (line) => line.openedAt,
    firstEventAt: (line) => line.firstEventAt,
    lastEventAt: (line) => line.lastEventAt,
    severity: (line) => line.severity,
    status: (line) => line.status,
    rule: (line) => line.rule,
    count: (line) => String(line.count),
    title: (line) => line.title,
    dedupKey: (line) => line.dedupKey,
  },
  table: [
    { title: 'OPENED', width: 20, value: (line) => `${line.openedAt.slice(0, 19)}Z` },
    { title: 'SEVERITY', width: 13, value: (line) => line.severity },
    { title: 'STATUS', width: 12, value: (line) => line.status },
    { title: 'COUNT', width: 5, value: (line) => String(line.count) },
    { title: 'RULE', width: 36, value: (line) => line.rule },
    { title: 'TITLE', width: 0, value: (line) => line.title },
  ],
  none: 'No alert would have been opened.',
};
