import { type Micros, microsOf } from '../../../model/timestamp.ts';
import { MICROS_PER_HOUR } from '../../../model/traffic-partition.ts';
import type { Arguments, Host } from '../../command.ts';
import { countText } from '../../count-text.ts';
import { bytesText } from '../../output/bytes-text.ts';
import { loadNames } from '../../remembered-names.ts';
import { type Stores, tenantOf } from '../../store-options.ts';
import { auditFeed } from '../audit-feed.ts';
import { type EventFeed, found } from '../feed.ts';
import { rangeOf } from '../options.ts';
import { trafficFeed } from '../traffic-feed.ts';
import { columnsOver } from './columns.ts';
import { conversations } from './conversations.ts';
import { auditGrouping, type Dimension, trafficGrouping } from './groups.ts';
import type { Measure } from './stats-listing.ts';
import { type Columns, type Group, Tally } from './tally.ts';

/** Everything counted. */
export interface Stats {
  readonly tally: Tally;
  readonly columns: Columns;
  readonly measures: readonly Measure[];
  /** By measure, of all that is in a group. Not the sum of the groups: what is in several counts once. */
  readonly totals: readonly number[];
  /** Beginnings of hours with more traffic than memory holds: flows may count at both ends there. */
  readonly crowdedHours: ReadonlySet<Micros>;
}

/** One thing to count, under all its groups. */
interface Counted {
  readonly at: Micros;
  readonly groups: readonly Group[];
  readonly amounts: readonly number[];
}

const SECOND = 1_000_000;
const EVENTS: readonly Measure[] = [{ field: 'events', text: String }];
const TRAFFIC: readonly Measure[] = [
  { field: 'bytes', text: bytesText },
  { field: 'flows', text: String },
];

/** Counts audit events. Throws InputError where they have nothing to be counted `by`. */
export async function countAudit(by: Dimension, args: Arguments, host: Host, stores: Stores): Promise<Stats> {
  const grouping = auditGrouping(by);
  const feed = auditFeed(args, tenantOf(args), rangeOf(args, host.clock()));
  const names = await loadNames(stores.state, tenantOf(args));
  const counted = mapped(found(feed, stores, names, host.stop), (event) => {
    const at = feed.at(event);
    return { at, groups: grouping(event, at, names), amounts: [1] };
  });
  return count(counted, await rangeAsked(feed, args, host, stores), { measures: EVENTS, least: SECOND });
}

/** Counts traffic, each flow once. Throws InputError where it has nothing to be counted `by`. */
export async function countTraffic(by: Dimension, args: Arguments, host: Host, stores: Stores): Promise<Stats> {
  const grouping = trafficGrouping(by);
  const feed = trafficFeed(args, tenantOf(args), rangeOf(args, host.clock()));
  const names = await loadNames(stores.state, tenantOf(args));
  const crowdedHours = new Set<Micros>();
  const rows = found(feed, stores, names, host.stop);
  const counted = mapped(
    conversations(rows, (hour) => crowdedHours.add(hour)),
    (conversation) => ({
      at: conversation.at,
      groups: grouping(conversation),
      amounts: [conversation.bytes, conversation.flows],
    }),
  );
  const range = await rangeAsked(feed, args, host, stores);
  return { ...(await count(counted, range, { measures: TRAFFIC, least: MICROS_PER_HOUR })), crowdedHours };
}

/** `5.0 MB, 12 flows`. */
export function amountsText({ measures, totals }: Pick<Stats, 'measures' | 'totals'>): string {
  const texts = measures.map(({ field, text }, index) => {
    const amount = totals[index] ?? 0;
    return field === 'bytes' ? text(amount) : countText(amount, field.slice(0, -1));
  });
  return texts.join(', ');
}

/** What is asked for; without an end, up to the newest that is stored. */
async function rangeAsked<T>(
  feed: EventFeed<T>,
  args: Arguments,
  host: Host,
  stores: Stores,
): Promise<{ since: Micros | undefined; until: Micros }> {
  const { since, until } = rangeOf(args, host.clock());
  if (until !== undefined) return { since, until };
  for await (const newest of feed.read(stores, { newestFirst: true, expected: 1 })) {
    return { since, until: feed.at(newest) };
  }
  return { since, until: microsOf(host.clock()) };
}

async function count(
  counted: AsyncIterable<Counted>,
  { since, until }: { readonly since: Micros | undefined; readonly until: Micros },
  { measures, least }: { readonly measures: readonly Measure[]; readonly least: Micros },
): Promise<Stats> {
  let columns = columnsOver(since ?? until, until, least);
  let tally: Tally | undefined;
  const totals = measures.map(() => 0);
  for await (const { at, groups, amounts } of counted) {
    // The first is the oldest.
    if (!tally) columns = columnsOver(since ?? at, until, least);
    tally ??= new Tally(columns);
    for (const group of groups) tally.add(group, at, amounts);
    if (groups.length > 0) addTo(totals, amounts);
  }
  return { tally: tally ?? new Tally(columns), columns, measures, totals, crowdedHours: new Set() };
}

function addTo(totals: number[], amounts: readonly number[]): void {
  for (const [index, amount] of amounts.entries()) totals[index] = (totals[index] ?? 0) + amount;
}

async function* mapped<T, U>(things: AsyncIterable<T>, to: (one: T) => U): AsyncIterable<U> {
  for await (const one of things) yield to(one);
}
