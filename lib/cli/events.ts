import { InputError } from '../model/errors.ts';
import type { KnownName } from '../model/names.ts';
import { type Arguments, type Command, type Host, OK } from './command.ts';
import { auditFeed } from './events/audit-feed.ts';
import { type EventFeed, found, taken } from './events/feed.ts';
import { followed } from './events/follow.ts';
import { countOption, EVENT_OPTIONS, rangeOf, sourceOf } from './events/options.ts';
import { trafficFeed } from './events/traffic-feed.ts';
import { writeRows } from './output/rows.ts';
import { loadNames } from './remembered-names.ts';
import { formatOf, OUTPUT_OPTION, STORE_OPTIONS, tenantOf, withStores } from './store-options.ts';

export const events: Command = {
  usage:
    '--data DIR [--since 2h] [--until T] [--activity CODE] [--actor WHO] [--target WHAT]\n' +
    '                             [--search TEXT] [--limit N] [--newest] [--follow]\n' +
    '                             [--source traffic …] [--tenant NAME] [--output table|json|ndjson|csv]',
  description: `Lists every stored event that fits, oldest first. Also works while \`local\` runs on the folder.
Names that NetBird no longer knows are filled in from what was remembered. With --source traffic it
lists traffic instead, a row as NetBird served it; both ends of a flow report it, so that sums belong
to \`events stats\`, which counts each flow once.`,
  options: {
    ...STORE_OPTIONS,
    ...EVENT_OPTIONS,
    limit: { value: 'N', help: 'no more than so many' },
    newest: { help: 'newest first' },
    follow: { help: 'show what comes in from now on, until Ctrl-C; with --since, what is there since then, too' },
    ...OUTPUT_OPTION,
  },
  async run(args, host) {
    const range = rangeOf(args, host.clock());
    if (sourceOf(args) === 'traffic') return list(trafficFeed(args, tenantOf(args), range), args, host);
    return list(auditFeed(args, tenantOf(args), range), args, host);
  },
};

async function list<T>(feed: EventFeed<T>, args: Arguments, host: Host): Promise<typeof OK> {
  const limit = countOption(args, 'limit');
  const format = formatOf(args);
  if (args.on('follow')) {
    checkFollow(args);
    // Nothing may come for hours.
    if (format === 'table') await host.err.write('Showing what comes in. Ctrl-C ends it.\n');
    const names = new Map<string, KnownName>();
    const news = followed({ feed, args, host, since: rangeOf(args, host.clock()).since, names });
    const listing = { ...feed.listing(names), none: 'Nothing has come in.' };
    await writeRows(host.out, format, listing, taken(news, limit));
    return OK;
  }
  await withStores(args, async (stores) => {
    const names = await loadNames(stores.state, tenantOf(args));
    const reading = { newestFirst: args.on('newest'), ...(limit !== undefined && { expected: limit }) };
    const fitting = found(feed, stores, names, host.stop, reading);
    await writeRows(host.out, format, feed.listing(names), taken(fitting, limit));
  });
  return OK;
}

function checkFollow(args: Arguments): void {
  const other = ['until', 'newest'].find((option) => args.on(option));
  if (other === undefined) return;
  throw new InputError(`--follow and --${other} exclude each other.`, 'Leave out one of the two.');
}
