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
async function* trafficPage(archive: Archive, tenant: string, query: TrafficPageQuery): AsyncGenerator<string> {
  const { page, pageSize } = query;
  yield '{"data":[';
  const total = yield* Object.keys(query.filters).length === 0
    ? allRows(archive, tenant, query)
    : wantedRows(archive, tenant, query);
  const pages = Math.ceil(total / pageSize);
  yield `],"page":${page},"page_size":${pageSize},"total_pages":${pages},"total_records":${total}}\n`;
}

/** The rows of a page; returns how many there are. What lies behind the page is counted without being read. */
async function* allRows(
  archive: Archive,
  tenant: string,
  { page, pageSize, since, until }: TrafficPageQuery,
): AsyncGenerator<string, number> {
  const range = { tenant, since, until };
  const first = (page - 1) * pageSize;
  if (first >= MOST_RECORDS) return archive.countTraffic(range, MOST_RECORDS);
  const last = Math.min(first + pageSize, MOST_RECORDS);
  let found = 0;
  for await (const stored of archive.traffic({ ...range, expected: last })) {
    if (found >= first) yield (found === first ? '' : ',') + asServed(stored.row);
    found++;
    if (found < last) continue;
    return found + (await archive.countTraffic({ ...range, after: stored.sortKey }, MOST_RECORDS - found));
  }
  return found;
}

/** The same of rows that filters want, for which all have to be looked at. */
async function* wantedRows(
  archive: Archive,
  tenant: string,
  { page, pageSize, filters, since, until }: TrafficPageQuery,
): AsyncGenerator<string, number> {
  const isWanted = trafficSieve(filters);
  const { reporter_id: reporterId } = filters;
  const reporter = reporterId === undefined ? {} : { reporterId };
  const first = (page - 1) * pageSize;
  let found = 0;
  for await (const { row } of archive.traffic({ tenant, since, until, ...reporter, expected: MOST_RECORDS })) {
    if (!isWanted(row)) continue;
    if (found >= first && found < first + pageSize) yield (found === first ? '' : ',') + asServed(row);
    found++;
    if (found === MOST_RECORDS) break;
  }
  return found;
}

/** As it was last served, without what the store added. */
function asServed(row: StoredTrafficEvent): string {
  const { tenant: _t, collectedAt: _c, expiresAt: _e, firstRun: _f, ...fields } = row;
  return goJson(fields satisfies Omit<TrafficEvent, never>);
}
