import type { Alert } from '../model/alert.ts';
import { isAuditEvent } from '../model/change.ts';
import { InputError } from '../model/errors.ts';
import type { AuditEvent } from '../model/event.ts';
import type { Micros } from '../model/timestamp.ts';
import { type ReplayedEvent, replayEvents } from '../pipeline/replay.ts';
import { type AlertLine, alertLine } from '../rules/alert-line.ts';
import { listsAt } from '../rules/lists-file.ts';
import type { Lists } from '../sigma/index.ts';
import { loadCursor } from '../store/cursor.ts';
import { effectiveLists, storedLists } from '../store/lists.ts';
import { rememberNames } from '../store/names.ts';
import { type BacktestInput, readBacktestInput, timeOf } from './backtest-input.ts';
import { type Arguments, type Command, FOUND, type Host, OK } from './command.ts';
import { printable } from './output/printable.ts';
import { type Listing, writeRows } from './output/rows.ts';
import { ownFields } from './own-fields.ts';
import { readRuleSources, rulesFolder } from './rule-sources.ts';
import { loadSources, RULES_OPTION } from './rules-option.ts';
import { formatOf, OUTPUT_OPTION, STORE_OPTIONS, tenantOf, withStores } from './store-options.ts';
import { timeOption } from './time-option.ts';

/** Milliseconds between two words on how far it is. */
const PROGRESS_EVERY_MS = 5000;

export const backtest: Command = {
  usage:
    '--input FILE | --data DIR [--rules DIR] [--from WHEN] [--to WHEN] [--fail]\n' +
    '                              [--tenant NAME] [--output table|json|ndjson|csv]',
  description: `Runs rules over events that are there, through the engine that also runs live, and shows each alert
that would have been opened. All times are the events' own. FILE holds an object of NetBird's API a
line (audit event or traffic row) or recorded answers, in any order, plain or gzip; DIR is the
folder of \`local --data\`. With --from and --to the rules see only the events from then to then.
Silences, \`alertHistory\` and who is told do not matter here.`,
  options: {
    input: { value: 'FILE', help: 'events to run over, .ndjson or .ndjson.gz' },
    ...STORE_OPTIONS,
    ...RULES_OPTION,
    from: { value: 'WHEN', help: 'not before: 2h, 7d, 2026-11-23 or 2026-11-23T15:49:14Z' },
    to: { value: 'WHEN', help: 'not after' },
    fail: { help: 'exit code 1 if any alert would have been opened' },
    ...OUTPUT_OPTION,
  },
  async run(args, host) {
    const sources = await readRuleSources(rulesFolder(args.text('rules'), host));
    const defaults = listsAt(sources.lists, host.clock());
    const material =
      args.text('data') === undefined ? await fromFile(args, host) : await fromStore(args, host, defaults);
    const ruleSet = await loadSources(sources, material.lists ?? defaults, host);
    const { upTo, earlier } = material;
    const alerts = await replayEvents(ruleSet, material.events, {
      tenant: tenantOf(args),
      ...(upTo === undefined ? {} : { upTo }),
      prepare: (state) => rememberNames(state, tenantOf(args), earlier),
      onBatch: progress(host),
    });
    await writeRows(host.out, formatOf(args), LISTING, inOrder(alerts));
    return material.badLines > 0 || (args.on('fail') && alerts.length > 0) ? FOUND : OK;
  },
};

/** What a backtest runs over. */
interface Material extends BacktestInput {
  /** Events before `--from`: they reveal names, and rules do not see them. */
  readonly earlier: readonly AuditEvent[];
  readonly badLines: number;
  /** As the store has them. */
  readonly lists?: Lists;
}

interface Range {
  readonly from: Micros;
  readonly to: Micros;
}

async function fromFile(args: Arguments, host: Host): Promise<Material> {
  const path = args.text('input');
  if (path === undefined) {
    throw new InputError(
      'Which events? --input FILE or --data DIR is missing.',
      'Name a file of events or a data folder.',
    );
  }
  let badLines = 0;
  const input = await readBacktestInput(path, async ({ line, reason }) => {
    badLines++;
    await host.err.write(`${printable(path)}:${line}: error: ${printable(reason)}\n`);
  });
  return { ...within(rangeOf(args, host), input), badLines };
}

async function fromStore(args: Arguments, host: Host, defaults: Lists): Promise<Material> {
  if (args.text('input') !== undefined) {
    throw new InputError('--input and --data do not go together.', 'Choose one of the two.');
  }
  const tenant = tenantOf(args);
  const range = rangeOf(args, host);
  return withStores(args, async ({ events: store, state }) => {
    const events: ReplayedEvent[] = [];
    // From the beginning: what was before reveals names.
    for await (const event of store.query({ tenant, ...(range.to < Number.MAX_SAFE_INTEGER && { until: range.to }) })) {
      if (isAuditEvent(event)) events.push({ source: 'audit', event: ownFields(event) });
    }
    const { cursor } = await loadCursor(state, tenant);
    const input = { events, ...(cursor.watermark === undefined ? {} : { upTo: cursor.watermark }) };
    const edited = [...(await storedLists(state, tenant)).keys()];
    const lists = await effectiveLists(state, tenant, defaults, host.clock(), edited);
    return { ...within(range, input), lists, badLines: 0 };
  });
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

function within({ from, to }: Range, { events, upTo }: BacktestInput): Omit<Material, 'badLines'> {
  const at = ({ event }: ReplayedEvent): Micros => timeOf(event) ?? 0;
  return {
    events: events.filter((each) => from <= at(each) && at(each) <= to),
    earlier: events.filter((each) => at(each) < from).flatMap(({ event }) => (isAuditEvent(event) ? [event] : [])),
    ...(upTo === undefined ? {} : { upTo: Math.min(upTo, to) }),
  };
}

/** Says every few seconds how far it is, and ends the run at Ctrl-C. */
function progress({ clock, err, stop }: Host): (done: number, of: number) => void {
  let last = clock().getTime();
  return (done, of) => {
    if (stop.aborted) throw new InputError(`Stopped after ${done} of ${of} events.`, 'Nothing was changed by it.');
    const now = clock().getTime();
    if (now - last < PROGRESS_EVERY_MS || done === of) return;
    last = now;
    void err.write(`${done} of ${of} events (${Math.floor((done / of) * 100)} %)\n`);
  };
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
