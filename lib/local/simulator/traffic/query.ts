import type { Refusal } from '../../../api/wire/answer.ts';
import { type Micros, parseTimestamp } from '../../../model/timestamp.ts';

/** The endpoint's parameters as they are understood. */
export interface TrafficQuery {
  readonly page: number;
  readonly pageSize: number;
  /** Exact values by parameter: `user_id`, `reporter_id`, `source_id`, `destination_id`, `direction` … */
  readonly exact: Readonly<Partial<Record<ExactFilter, string>>>;
  /** Lower case; "" for none. */
  readonly search: string;
  readonly from: Micros;
  readonly to: Micros;
}

export type ExactFilter = (typeof EXACT)[number];

const EXACT = [
  'user_id',
  'reporter_id',
  'source_id',
  'destination_id',
  'protocol',
  'type',
  'connection_type',
  'direction',
] as const;

const ENUMS: Readonly<Partial<Record<ExactFilter, readonly string[]>>> = {
  type: ['TYPE_UNKNOWN', 'TYPE_START', 'TYPE_END', 'TYPE_DROP'],
  connection_type: ['P2P', 'ROUTED'],
  direction: ['INGRESS', 'EGRESS', 'DIRECTION_UNKNOWN'],
};

/** Equal to the cap on all records of a query. */
export const LARGEST_PAGE = 50_000;
const USUAL_PAGE = 1000;
const LARGEST_INTEGER = 2 ** 31 - 1;

/** Reads a query; parameters that the endpoint does not know are ignored. What is wrong is refused with 400. */
export function readTrafficQuery(params: URLSearchParams): TrafficQuery | Refusal {
  const wrong: string[] = [];
  const integer = (name: string, preset: number, least: number, most: number): number => {
    const text = params.get(name) ?? '';
    if (text === '') return preset;
    const number = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= least && number <= most)) wrong.push(name);
    return number;
  };
  const time = (name: string, preset: Micros): Micros => {
    const text = params.get(name) ?? '';
    const micros = text === '' ? preset : parseTimestamp(text)?.micros;
    if (micros === undefined) wrong.push(name);
    return micros ?? preset;
  };
  integer('protocol', 0, 0, LARGEST_INTEGER);
  const query: TrafficQuery = {
    page: integer('page', 1, 1, LARGEST_INTEGER),
    pageSize: integer('page_size', USUAL_PAGE, 1, LARGEST_PAGE),
    exact: exactFilters(params, wrong),
    search: (params.get('search') ?? '').toLowerCase(),
    from: time('start_date', 0),
    to: time('end_date', Number.MAX_SAFE_INTEGER),
  };
  const [first] = wrong;
  return first === undefined ? query : { status: 400, message: `invalid value for query parameter ${first}` };
}

function exactFilters(params: URLSearchParams, wrong: string[]): Partial<Record<ExactFilter, string>> {
  const filters: Partial<Record<ExactFilter, string>> = {};
  for (const name of EXACT) {
    const text = params.get(name) ?? '';
    if (text === '') continue;
    if (ENUMS[name]?.includes(text) === false) wrong.push(name);
    filters[name] = text;
  }
  return filters;
}
