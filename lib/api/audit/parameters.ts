import * as z from 'zod/mini';
import type { AuditPosition } from '../../store/archive.ts';
import { positionOf } from '../cursor.ts';
import { badRequest, integerParameter, microsOf, readParameters, textParameter, timeParameter } from '../parameters.ts';
import type { Refusal } from '../wire/answer.ts';
import type { AuditFilters } from './filters.ts';

/** As many as NetBird's own answer holds at most. */
export const LARGEST_AUDIT_PAGE = 10_000;
/** So far pages by number go, as NetBird's totals do; a cursor goes on. */
const FARTHEST_BY_NUMBER = 50_000;

const CURSOR_SAYS = 'the X-Next-Cursor of an earlier answer, as it is';

/** What the endpoint knows beyond NetBird's own, which knows no parameter. */
export const auditParameters = {
  start_date: timeParameter('First moment, inclusive.'),
  end_date: timeParameter('Last moment, inclusive.'),
  activity_code: textParameter('An activity code; `*` stands for any text: `route.*`, `*.delete`.'),
  initiator_id: textParameter('Who did it, by id.'),
  target_id: textParameter('What it was done to, by id.'),
  search: textParameter(
    'A part of the activity, its code, the initiator’s name, e-mail or id, the target’s id or a value of `meta`, in any case.',
  ),
  page: integerParameter('Number of the page.', 1, FARTHEST_BY_NUMBER, 1),
  page_size: integerParameter('Events on a page.', 1, LARGEST_AUDIT_PAGE, 1000),
  cursor: z.optional(
    z.string().check(
      z.refine((text: string) => positionOf(text) !== undefined, CURSOR_SAYS),
      z.describe('Goes on after the page whose header `X-Next-Cursor` had this value. Has no end.'),
    ),
  ),
};

/** One page of what is asked for. */
export interface AuditPageQuery {
  readonly filters: AuditFilters;
  readonly pageSize: number;
  /** Events to pass over, which come before the page. */
  readonly skip: number;
  readonly after?: AuditPosition;
}

/** `plain`: no parameter that the endpoint knows, so that it answers as NetBird does. */
export function readAuditQuery(params: URLSearchParams): 'plain' | AuditPageQuery | { refusal: Refusal } {
  if (!Object.keys(auditParameters).some((name) => params.get(name))) return 'plain';
  const read = readParameters(auditParameters, params);
  if ('refusal' in read) return read;
  const { page, page_size: pageSize, cursor, start_date, end_date, ...exact } = read.values;
  if (cursor !== undefined && params.get('page'))
    return badRequest('page and cursor do not go together: leave page out');
  if (page * pageSize > FARTHEST_BY_NUMBER) {
    return badRequest(
      `page ${page} of ${pageSize} lies beyond the first ${FARTHEST_BY_NUMBER} events: go on with cursor, from the X-Next-Cursor of an earlier page`,
    );
  }
  const [since, until] = [microsOf(start_date), microsOf(end_date)];
  const filters = {
    ...exact,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
  const after = cursor === undefined ? undefined : positionOf(cursor);
  return { filters, pageSize, skip: (page - 1) * pageSize, ...(after ? { after } : {}) };
}
