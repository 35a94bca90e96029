import { parseDuration } from '../model/duration.ts';
import { InputError } from '../model/errors.ts';
import { didYouMean } from '../model/nearest.ts';
import { parseTimestamp } from '../model/timestamp.ts';
import { type ListRow, listRows } from '../rules/list-rows.ts';
import { expiryText } from '../rules/lists-file.ts';
import { loadRuleSet } from '../sigma/index.ts';
import {
  foldOf,
  forgetListEntries,
  type StoredList,
  type StoredListEntry,
  storedLists,
  writeListEntries,
} from '../store/lists.ts';
import type { StateStore } from '../store/ports.ts';
import { type Arguments, type Command, type Host, OK } from './command.ts';
import { countText } from './count-text.ts';
import { printable } from './output/printable.ts';
import { type Listing, writeRows } from './output/rows.ts';
import { type RuleSources, readRuleSources, rulesFolder } from './rule-sources.ts';
import { RULES_OPTION } from './rules-option.ts';
import { formatOf, OUTPUT_OPTION, STORE_OPTIONS, tenantOf, withStores } from './store-options.ts';

export const listsShow: Command = {
  usage:
    '[NAME] [--data DIR] [--rules DIR] [--tenant NAME]\n' +
    '                                 [--output table|json|ndjson|csv]',
  description: `Shows the entries of every list, or of one: those of lists.yaml beside the rules, and what was
changed in a store. Entries that have expired, or were taken out, do not count. Without --data: what
lists.yaml says.`,
  positionals: ['NAME'],
  options: { ...STORE_OPTIONS, ...RULES_OPTION, ...OUTPUT_OPTION },
  async run(args, host) {
    const sources = await sourcesOf(args, host);
    const stored = args.text('data') === undefined ? new Map() : await readStored(args);
    const [name] = args.positionals;
    if (name !== undefined) checkName(name, sources, stored);
    const rows = listRows(sources.lists, stored, host.clock()).filter(
      ({ list }) => name === undefined || list === name,
    );
    await writeRows(host.out, formatOf(args), LISTING, inTurn(rows));
    return OK;
  },
};

export const listsAdd: Command = {
  usage:
    'NAME VALUE… --data DIR [--owner WHO] [--expires WHEN] [--note TEXT]\n' +
    '                              [--rules DIR] [--tenant NAME]',
  description: `Puts entries into a list; one that is there already gets the new owner, expiry and note. Rules see
it within five minutes in AWS, and at the next poll of \`local\`. Entries are literal text, without
regard to case.`,
  positionals: ['NAME', 'VALUE…'],
  options: {
    ...STORE_OPTIONS,
    owner: { value: 'WHO', help: 'who answers for it' },
    expires: {
      value: 'WHEN',
      help: 'from then on it does not count: 90d (from now), 2027-01-31 or 2027-01-31T12:00:00Z',
    },
    note: { value: 'TEXT', help: 'why' },
    ...RULES_OPTION,
  },
  async run(args, host) {
    const { name, values } = named(args);
    const sources = await sourcesOf(args, host);
    const entries = values.map((value) => entryOf(value, args, host.clock()));
    await withStores(args, async ({ state }) => {
      checkName(name, sources, await storedLists(state, tenantOf(args)));
      await writeListEntries(state, tenantOf(args), name, entries);
      const until = entries[0]?.expires === undefined ? '' : ` until ${entries[0].expires}`;
      await host.out.write(
        `${printable(`${countText(values.length, 'entry', 'entries')} added to ${name}${until}.`)}\n`,
      );
    });
    return OK;
  },
};

export const listsRemove: Command = {
  usage: 'NAME VALUE… --data DIR [--rules DIR] [--tenant NAME]',
  description: `Takes entries out of a list, also those of lists.yaml beside the rules. \`lists add\` brings them
back.`,
  positionals: ['NAME', 'VALUE…'],
  options: { ...STORE_OPTIONS, ...RULES_OPTION },
  async run(args, host) {
    const { name, values } = named(args);
    const sources = await sourcesOf(args, host);
    await withStores(args, async ({ state }) => {
      const stored = await storedLists(state, tenantOf(args));
      checkName(name, sources, stored);
      const rows = listRows(sources.lists, stored, host.clock()).filter(({ list }) => list === name);
      for (const value of values) checkEntry(value, name, rows);
      await takeOut(state, args, { name, values, sources, now: host.clock() });
      await host.out.write(`${printable(`${countText(values.length, 'entry', 'entries')} taken out of ${name}.`)}\n`);
    });
    return OK;
  },
};

async function takeOut(
  state: StateStore,
  args: Arguments,
  change: { name: string; values: readonly string[]; sources: RuleSources; now: Date },
): Promise<void> {
  const { name, values, sources, now } = change;
  const presets = new Set(sources.lists.get(name)?.entries.map(({ value }) => foldOf(value)));
  const isPreset = (value: string): boolean => presets.has(foldOf(value));
  const changedAt = now.toISOString();
  const removals = values.filter(isPreset).map((value): StoredListEntry => ({ value, changedAt, removed: true }));
  await forgetListEntries(
    state,
    tenantOf(args),
    name,
    values.filter((value) => !isPreset(value)),
  );
  if (removals.length > 0) await writeListEntries(state, tenantOf(args), name, removals);
}

function sourcesOf(args: Arguments, host: Host): Promise<RuleSources> {
  return readRuleSources(rulesFolder(args.text('rules'), host));
}

function readStored(args: Arguments): Promise<Map<string, StoredList>> {
  return withStores(args, ({ state }) => storedLists(state, tenantOf(args)));
}

function named(args: Arguments): { name: string; values: string[] } {
  const [name, ...values] = args.positionals;
  if (name !== undefined && values.length > 0) return { name, values };
  throw new InputError(
    'Which list, and which entries?',
    'Write the name of the list and the entries after it: `AutomationUsers svc-1`.',
  );
}

/** A slip of the name would make a list that no rule looks at. */
function checkName(name: string, { lists, files }: RuleSources, stored: ReadonlyMap<string, unknown>): void {
  if (lists.has(name) || stored.has(name)) return;
  const used = loadRuleSet(files, { unresolvedLists: 'empty' }).ruleSet.lists.map((use) => use.name);
  if (used.includes(name)) return;
  const known = [...new Set([...lists.keys(), ...used])];
  const near = didYouMean(name, known);
  throw new InputError(
    `No rule names a list ${name}.`,
    near ?? `Lists: ${known.join(', ') || 'none'}. Declare others in lists.yaml beside the rules.`,
  );
}

function checkEntry(value: string, name: string, rows: readonly ListRow[]): void {
  const active = rows.filter(({ state }) => state !== 'removed').map((row) => row.value);
  if (active.some((each) => foldOf(each) === foldOf(value))) return;
  const near = didYouMean(value, active);
  throw new InputError(
    `${value} is not in the list ${name}.`,
    near ?? `\`netbird-alerts lists show ${name}\` shows its entries.`,
  );
}

function entryOf(value: string, args: Arguments, now: Date): StoredListEntry {
  const [owner, note, expires] = [args.text('owner'), args.text('note'), args.text('expires')];
  if (value.trim() === '') throw new InputError('An entry is empty.', 'Leave it out, or put the text in quotes.');
  return {
    value,
    ...(owner !== undefined && { owner }),
    ...(expires !== undefined && { expires: expiryOf(expires, now) }),
    ...(note !== undefined && { note }),
    changedAt: now.toISOString(),
  };
}

function expiryOf(text: string, now: Date): string {
  const duration = parseDuration(text);
  const expiry = duration === undefined ? expiryText(text) : new Date(now.getTime() + duration).toISOString();
  const time = parseTimestamp(expiry);
  if (time && time.micros > now.getTime() * 1000) return expiry;
  const what = time ? 'lies in the past' : 'is no time';
  throw new InputError(
    `--expires ${text} ${what}.`,
    'Write how long it counts (90d, 12h), a day (2027-01-31, its beginning in UTC) or a time.',
  );
}

async function* inTurn<T>(things: readonly T[]): AsyncIterable<T> {
  yield* things;
}

const LISTING: Listing<ListRow> = {
  json: ({ list, value, state, from, owner, expires, note }) => ({ list, value, state, from, owner, expires, note }),
  csv: {
    list: (row) => row.list,
    value: (row) => row.value,
    state: (row) => row.state,
    from: (row) => row.from,
    owner: (row) => row.owner ?? '',
    expires: (row) => row.expires ?? '',
    note: (row) => row.note ?? '',
  },
  table: [
    { title: 'LIST', width: 20, value: (row) => row.list },
    { title: 'VALUE', width: 28, value: (row) => row.value },
    { title: 'STATE', width: 8, value: (row) => row.state },
    { title: 'FROM', width: 6, value: (row) => row.from },
    { title: 'OWNER', width: 16, value: (row) => row.owner ?? '' },
    { title: 'EXPIRES', width: 24, value: (row) => row.expires ?? 'never' },
    { title: 'NOTE', width: 0, value: (row) => row.note ?? '' },
  ],
  none: 'The lists are empty. `netbird-alerts lists add NAME VALUE --data DIR` fills them.',
};
