import * as z from 'zod/mini';
import { MICROS_PER_DAY, type Micros, microsOf as microsOfDate } from '../../model/timestamp.ts';
import {
  badRequest,
  choiceParameter,
  integerParameter,
  microsOf,
  readParameters,
  textParameter,
  timeParameter,
} from '../parameters.ts';
import type { Refusal } from '../wire/answer.ts';
import type { TrafficFilters } from './filters.ts';

/** As many records as NetBird answers or counts for one query. */
export const MOST_RECORDS = 50_000;
/** Days that a filtered query looks through where `start_date` is missing: as long as NetBird itself keeps traffic. */
const USUAL_DAYS = 7;
const MOST_DAYS = 31;
const protocolSays = 'an IANA protocol number such as 6, and no name';
const LAST_MICROS: Micros = Number.MAX_SAFE_INTEGER;

/** NetBird's own, with their types, defaults, limits and values. */
export const trafficParameters = {
  page: integerParameter('Number of the page.', 1, 2 ** 31 - 1, 1),
  page_size: integerParameter('Rows on a page.', 1, MOST_RECORDS, 1000),
  user_id: textParameter('Who sent it, by id.'),
  reporter_id: textParameter('The peer that reported it, by id.'),
  source_id: textParameter('Where it came from, by id.'),
  destination_id: textParameter('Where it went to, by id.'),
  protocol: z.optional(
    z.int(protocolSays).check(z.minimum(0, protocolSays), z.describe('IANA number: 6 is TCP, 17 is UDP.')),
  ),
  type: choiceParameter('Rows with such a sub-event, or counted ones of that type.', [
    'TYPE_UNKNOWN',
    'TYPE_START',
    'TYPE_END',
    'TYPE_DROP',
  ]),
  connection_type: choiceParameter('P2P: the reporter is one of the two ends.', ['P2P', 'ROUTED']),
  direction: choiceParameter('As the reporter saw it.', ['INGRESS', 'EGRESS', 'DIRECTION_UNKNOWN']),
  search: textParameter('A part of the user’s e-mail, an endpoint’s name or its address, in any case.'),
  start_date: timeParameter(
    'First moment, inclusive, of `window_start` (of a row without a window: of its first sub-event).',
  ),
  end_date: timeParameter('Last moment, inclusive, of the same.'),
};

export interface TrafficPageQuery {
  readonly page: number;
  readonly pageSize: number;
  readonly filters: TrafficFilters;
  readonly since: Micros;
  readonly until: Micros;
}

export function readTrafficQuery(params: URLSearchParams, now: Date): TrafficPageQuery | { refusal: Refusal } {
  const read = readParameters(trafficParameters, params);
  if ('refusal' in read) return read;
  const { page, page_size: pageSize, start_date, end_date, ...filters } = read.values;
  const until = microsOf(end_date) ?? LAST_MICROS;
  const from = microsOf(start_date);
  const latest = Math.min(until, microsOfDate(now));
  // Totals end at 50,000 rows, so that without filters no range is too wide.
  if (Object.keys(filters).length === 0) return { page, pageSize, filters, since: from ?? 0, until };
  const since = from ?? Math.max(0, latest - USUAL_DAYS * MICROS_PER_DAY);
  if (latest - since > MOST_DAYS * MICROS_PER_DAY) {
    return badRequest(
      `start_date is more than ${MOST_DAYS} days before end_date: with filters, ask for at most ${MOST_DAYS} days at a time`,
    );
  }
  return { page, pageSize, filters, since, until };
}
