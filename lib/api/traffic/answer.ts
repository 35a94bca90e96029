import type { StoredTrafficEvent } from '../../model/event.ts';
import type { TrafficEvent } from '../../model/traffic.ts';
import type { Archive } from '../../store/archive.ts';
import type { Body } from '../body.ts';
import type { Refusal } from '../wire/answer.ts';
import { goJson } from '../wire/go-json.ts';
import { trafficSieve } from './filters.ts';
import { MOST_RECORDS, readTrafficQuery, type TrafficPageQuery } from './parameters.ts';

/** `GET /api/events/network-traffic`: a page of rows, newest first, and how many there are. Throws StoreError while it is read. */
export function answerTraffic(
  archive: Archive,
  tenant: string,
  params: URLSearchParams,
  now: Date,
): Body | { refusal: Refusal } {
  const query = readTrafficQuery(params, now);
  return 'refusal' in query ? query : { body: trafficPage(archive, tenant, query) };
}

/** Rows as they are read; how many there are comes after them, so that nothing has to be kept. */
async function* trafficPage(archive: Archive, tenant: string, query: TrafficPageQuery): AsyncIterable<string> {
  const { page, pageSize, filters, since, until } = query;
  const isWanted = trafficSieve(filters);
  const first = (page - 1) * pageSize;
  let found = 0;
  yield '{"data":[';
  const { reporter_id: reporterId } = filters;
  const reporter = reporterId === undefined ? {} : { reporterId };
  for await (const { row } of archive.traffic({ tenant, since, until, ...reporter, expected: MOST_RECORDS })) {
    if (!isWanted(row)) continue;
    if (found >= first && found < first + pageSize) yield (found === first ? '' : ',') + asServed(row);
    found++;
    if (found === MOST_RECORDS) break;
  }
  const pages = Math.ceil(found / pageSize);
  yield `],"page":${page},"page_size":${pageSize},"total_pages":${pages},"total_records":${found}}\n`;
}

/** As it was last served, without what the store added. */
function asServed(row: StoredTrafficEvent): string {
  const { tenant: _t, collectedAt: _c, expiresAt: _e, firstRun: _f, ...fields } = row;
  return goJson(fields satisfies Omit<TrafficEvent, never>);
}
