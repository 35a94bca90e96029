import type { StoredTrafficEvent } from '../../model/event.ts';
import { TRAFFIC_COUNTERS, type TrafficEvent, trafficIdentity, trafficStart } from '../../model/traffic.ts';
import type { Arguments } from '../command.ts';
import { bytesText } from '../output/bytes-text.ts';
import type { Listing } from '../output/rows.ts';
import type { Stores } from '../store-options.ts';
import type { EventFeed, Reading } from './feed.ts';
import type { TimeRange } from './options.ts';
import { protocolName, trafficFilter } from './traffic-filter.ts';

/** Rows show up to 10 minutes after their window, which is up to an hour, and a reporter may be late itself. */
const LATENESS = 3 * 3_600_000_000;

/** Stored traffic rows that fit the options. */
export function trafficFeed(args: Arguments, tenant: string, range: TimeRange): EventFeed<StoredTrafficEvent> {
  return {
    read: (stores, reading) => read(stores, { tenant, ...range }, reading),
    fits: trafficFilter(args),
    named: (row) => row,
    listing: () => LISTING,
    identity: trafficIdentity,
    size: (row) => TRAFFIC_COUNTERS.reduce((sum, counter) => sum + (row[counter] ?? 0), 0),
    at: (row) => trafficStart(row)?.micros ?? 0,
    lateness: LATENESS,
  };
}

async function* read(
  { archive, trafficOldestFirst }: Stores,
  query: TimeRange & { readonly tenant: string },
  { since = query.since, newestFirst, expected }: Reading,
): AsyncIterable<StoredTrafficEvent> {
  if (!newestFirst) {
    yield* trafficOldestFirst({ ...query, since });
    return;
  }
  const range = { since: since ?? 0, until: query.until ?? Number.MAX_SAFE_INTEGER };
  const stored = archive.traffic({ ...query, ...range, ...(expected !== undefined && { expected }) });
  for await (const { row } of stored) yield row;
}

const LISTING: Listing<StoredTrafficEvent> = {
  json: asServed,
  csv: {
    window_start: (row) => row.window_start ?? '',
    window_end: (row) => row.window_end ?? '',
    flow_id: (row) => row.flow_id,
    reporter_id: (row) => row.reporter_id,
    direction: (row) => row.direction,
    protocol: (row) => String(row.protocol),
    ...endColumns('source'),
    ...endColumns('destination'),
    'user.id': (row) => row.user?.id ?? '',
    'user.email': (row) => row.user?.email ?? '',
    'user.name': (row) => row.user?.name ?? '',
    'policy.id': (row) => row.policy?.id ?? '',
    'policy.name': (row) => row.policy?.name ?? '',
    'icmp.type': (row) => String(row.icmp?.type ?? ''),
    'icmp.code': (row) => String(row.icmp?.code ?? ''),
    ...Object.fromEntries(
      TRAFFIC_COUNTERS.map((counter) => [counter, (row: TrafficEvent) => String(row[counter] ?? '')]),
    ),
    events: (row) => JSON.stringify(row.events ?? []),
  },
  table: [
    { title: 'TIME', width: 24, value: (row) => row.window_start ?? row.events?.[0]?.timestamp ?? '' },
    { title: 'DIRECTION', width: 9, value: (row) => row.direction },
    { title: 'PROTOCOL', width: 8, value: (row) => protocolName(row.protocol) },
    { title: 'BYTES', width: 7, value: (row) => bytesText(row.rx_bytes + row.tx_bytes) },
    { title: 'SOURCE', width: 40, value: (row) => endText(row.source) },
    { title: 'DESTINATION', width: 0, value: (row) => endText(row.destination) },
  ],
  none:
    'No traffic fits. `netbird-alerts events --data DIR --source traffic` shows all that is stored; servers without ' +
    'traffic logging have none.',
};

/** What the API served; what the store added to it stays there. */
function asServed({ tenant: _t, collectedAt: _c, expiresAt: _e, firstRun: _f, ...fields }: StoredTrafficEvent) {
  return fields;
}

type Column = (row: StoredTrafficEvent) => string;

function endColumns(end: 'source' | 'destination'): Record<string, Column> {
  return {
    [`${end}.id`]: (row) => row[end].id,
    [`${end}.type`]: (row) => row[end].type ?? '',
    [`${end}.name`]: (row) => row[end].name,
    [`${end}.address`]: (row) => row[end].address,
    [`${end}.dns_label`]: (row) => row[end].dns_label ?? '',
    [`${end}.os`]: (row) => row[end].os ?? '',
    [`${end}.geo_location.city_name`]: (row) => row[end].geo_location?.city_name ?? '',
    [`${end}.geo_location.country_code`]: (row) => row[end].geo_location?.country_code ?? '',
  };
}

/** `db 100.64.0.2:443`, or what there is of it. */
export function endText({ name, address, id }: TrafficEvent['source']): string {
  return [name, address].filter((text) => text !== '').join(' ') || id;
}
