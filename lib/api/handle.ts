import type { Clock } from '../model/clock.ts';
import type { Archive } from '../store/archive.ts';
import { answerAudit } from './audit/answer.ts';
import type { Body } from './body.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import { openApiText } from './openapi.ts';
import { answerTraffic } from './traffic/answer.ts';
import { type Answer, errorAnswer, jsonAnswer, NO_ROUTE, type Refusal } from './wire/answer.ts';

/** A request as it came in, without its body: there is none to read. */
export interface ApiRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly clientAddress: string;
}

export interface ApiParts {
  readonly archive: Archive;
  readonly gatekeeper: Gatekeeper;
  readonly clock: Clock;
  /** A new `X-Request-Id`. */
  readonly requestId: () => string;
  /** Told of faults that the client only sees as "internal server error"; never with a key. */
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
}

export type ApiAnswer = Answer<AsyncIterable<string> | string>;

/** Answers a request as NetBird's server does. What fails before the body has begun is a 500; later, reading it throws. */
export async function handleRequest(parts: ApiParts, request: ApiRequest): Promise<ApiAnswer> {
  if (isPreflight(request)) return preflightAnswer(request);
  const [path = '', query = ''] = splitOnce(request.target, '?');
  const answer = await routed(parts, request, path, new URLSearchParams(query));
  return request.headers['origin'] === undefined ? answer : withHeaders(answer, FOR_ANY_ORIGIN);
}

type Route = (
  parts: ApiParts,
  tenant: string,
  path: string,
  params: URLSearchParams,
) => Promise<Body | { refusal: Refusal }>;

const audit: Route = ({ archive }, tenant, path, params) => answerAudit(archive, tenant, path, params);

const ROUTES: Readonly<Record<string, Route>> = {
  '/api/events': audit,
  '/api/events/audit': audit,
  '/api/events/network-traffic': async ({ archive, clock }, tenant, _path, params) =>
    answerTraffic(archive, tenant, params, clock()),
};

async function routed(parts: ApiParts, request: ApiRequest, path: string, params: URLSearchParams): Promise<ApiAnswer> {
  if (request.method !== 'GET' && request.method !== 'OPTIONS') return NO_ROUTE;
  if (path === '/openapi.json') return jsonAnswer(200, openApiText(), parts.requestId());
  const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
  if (!route) return NO_ROUTE;
  const requestId = parts.requestId();
  try {
    return await admitted(parts, request, requestId, (tenant) => route(parts, tenant, path, params));
  } catch (error) {
    parts.log({ message: 'A request could not be answered', requestId, error: String(error) });
    return errorAnswer(INTERNAL, requestId);
  }
}

async function admitted(
  { gatekeeper }: ApiParts,
  { headers, clientAddress }: ApiRequest,
  requestId: string,
  answer: (tenant: string) => Promise<Body | { refusal: Refusal }>,
): Promise<ApiAnswer> {
  const key = await gatekeeper.admit(headers['authorization'], clientAddress);
  if ('status' in key) return errorAnswer(key, requestId);
  const made = await answer(key.tenant);
  if ('refusal' in made) return errorAnswer(made.refusal, requestId);
  // The first read shows whether the store answers at all, while the status can still say so.
  const body = typeof made.body === 'string' ? made.body : await begun(made.body);
  return withHeaders(jsonAnswer(200, body, requestId), made.headers ?? {});
}

const INTERNAL: Refusal = { status: 500, message: 'internal server error' };

/** The same pieces, of which the first is there already. */
async function begun(pieces: AsyncIterable<string>): Promise<AsyncIterable<string>> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    try {
      for (let piece = first; !piece.done; piece = await iterator.next()) yield piece.value;
    } finally {
      await iterator.return?.();
    }
  })();
}

/** NetBird takes pages of any origin; only what a page may read beyond the body is the archive's own. */
const FOR_ANY_ORIGIN = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Link, X-Next-Cursor, X-Request-Id, X-Total-Count',
};

function isPreflight({ method, headers }: ApiRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

function preflightAnswer({ headers }: ApiRequest): ApiAnswer {
  const asked = headers['access-control-request-headers'];
  return {
    status: 204,
    headers: {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'GET',
      ...(asked === undefined ? {} : { 'Access-Control-Allow-Headers': 'Accept, Authorization, Content-Type' }),
      Vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    },
    body: '',
  };
}

function withHeaders(answer: ApiAnswer, headers: Readonly<Record<string, string>>): ApiAnswer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
