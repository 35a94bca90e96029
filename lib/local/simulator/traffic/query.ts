import { microsOf, readParameters } from '../../../api/parameters.ts';
import { trafficSieve } from '../../../api/traffic/filters.ts';
import { trafficParameters } from '../../../api/traffic/parameters.ts';
import type { Refusal } from '../../../api/wire/answer.ts';
import type { Micros } from '../../../model/timestamp.ts';
import type { TrafficEvent } from '../../../model/traffic.ts';

/** The endpoint's parameters as they are understood. */
export interface TrafficQuery {
  readonly page: number;
  readonly pageSize: number;
  /** Whether a row is asked for, its time aside. */
  readonly isAskedFor: (row: TrafficEvent) => boolean;
  readonly from: Micros;
  readonly to: Micros;
}

/**
 * Reads a query as the archive does; what is wrong is refused with 400. Parameters that the endpoint does not know are
 * ignored: before 0.75 (`aggregates` false) also those for the two ends.
 */
export function readTrafficQuery(params: URLSearchParams, aggregates = true): TrafficQuery | Refusal {
  const read = readParameters(trafficParameters, params);
  if ('refusal' in read) return read.refusal;
  const { page, page_size: pageSize, start_date, end_date, ...filters } = read.values;
  const { source_id, destination_id, connection_type, ...known } = filters;
  const isKnown = trafficSieve(aggregates ? { ...known, source_id, destination_id } : known);
  return {
    page,
    pageSize,
    isAskedFor: (row) => isKnown(row) && (connection_type === undefined || connectionOf(row) === connection_type),
    from: microsOf(start_date) ?? 0,
    to: microsOf(end_date) ?? Number.MAX_SAFE_INTEGER,
  };
}

/** The server knows it; its answer does not say, so that others tell it by the reporter. */
function connectionOf({ source, destination }: TrafficEvent): 'P2P' | 'ROUTED' {
  return source.type === 'PEER' && destination.type === 'PEER' ? 'P2P' : 'ROUTED';
}
