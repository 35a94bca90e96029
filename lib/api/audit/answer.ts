import type { AuditEvent, StoredEvent } from '../../model/event.ts';
import type { Archive } from '../../store/archive.ts';
import type { Body } from '../body.ts';
import { cursorOf } from '../cursor.ts';
import { badRequest } from '../parameters.ts';
import type { Refusal } from '../wire/answer.ts';
import { goJson } from '../wire/go-json.ts';
import { LARGEST_AUDIT_PAGE, readAuditQuery } from './parameters.ts';
import { type AuditPage, MOST_EXAMINED, readAuditPage } from './read-page.ts';

/** `GET /api/events/audit`: a bare array, newest first. Throws StoreError, also while the body is read. */
export async function answerAudit(
  archive: Archive,
  tenant: string,
  path: string,
  params: URLSearchParams,
): Promise<Body | { refusal: Refusal }> {
  const query = readAuditQuery(params);
  if (query === 'plain') return { body: newestEvents(archive, tenant) };
  if ('refusal' in query) return query;
  const page = await readAuditPage(archive, tenant, query);
  if (page.isCutShort && !query.after && query.skip > 0) {
    return badRequest(
      `page takes more than ${MOST_EXAMINED} events to find: narrow start_date and end_date, or go on with cursor from an earlier page`,
    );
  }
  return { body: `[${page.events.map(asServed).join(',')}]\n`, headers: headersOf(page, path, params) };
}

async function* newestEvents(archive: Archive, tenant: string): AsyncIterable<string> {
  let count = 0;
  for await (const event of archive.audit({ tenant, expected: LARGEST_AUDIT_PAGE })) {
    yield (count === 0 ? '[' : ',') + asServed(event);
    count++;
    if (count === LARGEST_AUDIT_PAGE) break;
  }
  yield count === 0 ? '[]\n' : ']\n';
}

function headersOf({ next, total }: AuditPage, path: string, params: URLSearchParams): Record<string, string> {
  if (!next) return total === undefined ? {} : { 'X-Total-Count': String(total) };
  const cursor = cursorOf(next);
  const others = [...params].filter(([name]) => name !== 'page' && name !== 'cursor');
  const search = new URLSearchParams([...others, ['cursor', cursor]]);
  return { 'X-Next-Cursor': cursor, Link: `<${path}?${search}>; rel="next"` };
}

/** As it was first seen, without what the store added. */
function asServed(event: StoredEvent): string {
  const { tenant: _t, source: _s, collectedAt: _c, expiresAt: _e, firstRun: _f, ...fields } = event;
  return goJson(fields satisfies Omit<AuditEvent, never>);
}
