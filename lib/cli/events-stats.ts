import { formatDuration } from '../model/duration.ts';
import { dateOf } from '../model/timestamp.ts';
import { type Command, type Host, OK } from './command.ts';
import { countOption, EVENT_OPTIONS, sourceOf } from './events/options.ts';
import { amountsText, countAudit, countTraffic, type Stats } from './events/stats/count.ts';
import { DIMENSIONS, type Dimension, isTime } from './events/stats/groups.ts';
import { chosen, statsListing } from './events/stats/stats-listing.ts';
import { OTHERS } from './events/stats/tally.ts';
import { writeRows } from './output/rows.ts';
import { formatOf, OUTPUT_OPTION, STORE_OPTIONS, withStores } from './store-options.ts';

export const eventsStats: Command = {
  usage:
    '--data DIR [--source audit|traffic] [--by WHAT] [--since 7d] [--until T]\n' +
    '                                   [--limit N] [--tenant NAME] [--output table|json|ndjson|csv]',
  description: `Counts stored events, and draws each count over the time range. Of traffic: bytes of both
directions, and flows that began. A flow that both ends report counts once: per source address,
destination address and port, protocol and hour, the larger of the sums of either end.
Takes the options of \`events\` that choose events.`,
  options: {
    ...STORE_OPTIONS,
    ...EVENT_OPTIONS,
    by: {
      value: 'WHAT',
      help: `${DIMENSIONS.join(' | ')} (activity; of traffic: peer)`,
      choices: DIMENSIONS,
    },
    limit: { value: 'N', help: 'only the N largest (a table shows 20 otherwise, and all hours or days)' },
    ...OUTPUT_OPTION,
  },
  async run(args, host) {
    const source = sourceOf(args);
    const limit = countOption(args, 'limit');
    const by = (args.text('by') ?? (source === 'audit' ? 'activity' : 'peer')) as Dimension;
    const count = source === 'audit' ? countAudit : countTraffic;
    const stats = await withStores(args, (stores) => count(by, args, host, stores));
    // Half a count would look like a whole one.
    if (host.stop.aborted) {
      await host.err.write('Stopped before all was counted.\n');
      return OK;
    }
    const format = formatOf(args);
    const all = stats.tally.rows();
    const rows = chosen(all, by, format, limit);
    await writeRows(host.out, format, statsListing({ by, ...stats }, rows), each(rows));
    if (format === 'table' && rows.length > 0) await host.out.write(footer(stats, by, all.length, rows.length));
    await warn(stats, by, host);
    return OK;
  },
};

async function* each<T>(things: Iterable<T>): AsyncIterable<T> {
  yield* things;
}

function footer(stats: Stats, by: Dimension, all: number, shown: number): string {
  const { from, width, count } = stats.columns;
  const [start, end] = [from, from + width * count].map((at) => dateOf(at).toISOString().slice(0, 16));
  const scale = isTime(by) ? '' : ` ${start}Z to ${end}Z, each block is ${formatDuration(width / 1000)}.`;
  const more = all > shown ? ` ${all - shown} more with --limit ${all}.` : '';
  return `\nIn all: ${amountsText(stats)}.${scale}${more}\n`;
}

async function warn({ tally, crowdedHours }: Stats, by: Dimension, host: Host): Promise<void> {
  if (tally.isExceeded) {
    await host.err.write(
      `There are more than memory holds: those that came last are counted together as ${OTHERS}.\n` +
        `  Ask for less at a time with --since, --until or another option; --by ${by} is exact for the others.\n`,
    );
  }
  const [first] = [...crowdedHours].map((hour) => dateOf(hour).toISOString().slice(0, 13));
  if (first !== undefined) {
    await host.err.write(
      `${crowdedHours.size} h of traffic from ${first}:00Z on are more than memory holds: some flows may count at both ends.\n` +
        '  Ask for less at a time, such as --protocol tcp or --user NAME.\n',
    );
  }
}
