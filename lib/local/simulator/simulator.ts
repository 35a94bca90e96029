import type { IncomingMessage } from 'node:http';
import { type Answer, errorAnswer, jsonAnswer, NO_ROUTE } from '../../api/wire/answer.ts';
import type { RateLimit } from '../../api/wire/token-buckets.ts';
import type { Clock } from '../../model/clock.ts';
import { faultyAnswer } from './answer.ts';
import { type Act, AuditLog, type Dialect } from './audit-log.ts';
import { type Fault, FaultPlan } from './faults.ts';
import { createIdFactory, type IdFactory } from './ids.ts';
import { createRandom } from './random.ts';
import { type Route, routeOf, type Served } from './routes.ts';
import { type Delivery, type Listening, listen } from './server.ts';
import { TokenBook, type TokenSpec } from './token-book.ts';
import { TrafficLog, type TrafficLogOptions } from './traffic/traffic-log.ts';
import { UserDirectory } from './user-directory.ts';

export interface SimulatorOptions {
  /** Decides tokens, ids and invented nanoseconds. Default 1. */
  readonly seed?: number;
  /** Times of new events, expiry, rate limit, and the `Date` header. Default: the wall clock. */
  readonly clock?: Clock;
  /** Default `sqlite`. */
  readonly dialect?: Dialect;
  /** What is in the log from the start. */
  readonly events?: readonly Act[];
  /** Beside the one in `token`. */
  readonly tokens?: readonly TokenSpec[];
  /** Default: off. */
  readonly rateLimit?: RateLimit;
  /** Default 3; the hosted service's ids jump by thousands. */
  readonly maxIdGap?: number;
  /** Default `0.77.1`. */
  readonly version?: string;
  /** An account with traffic events. Default: the open-source server, which has no such endpoint. */
  readonly traffic?: Omit<TrafficLogOptions, 'clock'>;
}

/** A request as it was answered; never with its token. */
export interface ServedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** A NetBird management server that exists only here. All but `listen` works without a network. */
export interface NetBirdSimulator {
  readonly log: AuditLog;
  /** Absent: the server has no such endpoint. */
  readonly traffic?: TrafficLog;
  readonly directory: UserDirectory;
  readonly tokens: TokenBook;
  /** Valid: an auditor service user's. */
  readonly token: string;
  /** For the audit log's two paths; the traffic log has its own. */
  readonly faults: FaultPlan;
  /** The last 1,000 requests, oldest first. */
  readonly requests: readonly ServedRequest[];
  /** Body bytes handed to the network since the start. */
  readonly bytesSent: number;
  /** Port 0, the default, takes a free one; host 127.0.0.1. */
  listen(port?: number, host?: string): Promise<Listening>;
}

const REQUESTS_KEPT = 1000;

/** Makes a simulator. The same options and the same calls give the same answers, byte for byte. */
export function createNetBirdSimulator(options: SimulatorOptions = {}): NetBirdSimulator {
  const clock = options.clock ?? (() => new Date());
  const seed = options.seed ?? 1;
  const directory = new UserDirectory();
  const { dialect = 'sqlite', maxIdGap = 3 } = options;
  const log = new AuditLog({ random: createRandom(seed), clock, dialect, directory, maxIdGap });
  const tokens = new TokenBook(createRandom(seed + 1), clock, options.rateLimit);
  const token = tokens.issue();
  for (const spec of options.tokens ?? []) tokens.issue(spec);
  log.append(options.events ?? []);
  const version = options.version ?? '0.77.1';
  const traffic = options.traffic && new TrafficLog({ ...options.traffic, clock });
  const faults = new FaultPlan();
  const ids = createIdFactory(createRandom(seed + 2), clock);
  const requests: ServedRequest[] = [];
  let bytesSent = 0;

  const decide = (request: IncomingMessage): Delivery => {
    const { answer, fault } = answerTo(request, { log, traffic, tokens, faults, ids, version });
    requests.push({ method: request.method ?? '', path: request.url ?? '', status: answer.status });
    if (requests.length > REQUESTS_KEPT) requests.shift();
    return { answer, at: clock(), ...(fault ? { fault } : {}) };
  };
  const count = (bytes: number): void => {
    bytesSent += bytes;
  };
  return {
    log,
    ...(traffic ? { traffic } : {}),
    directory,
    tokens,
    token,
    faults,
    requests,
    get bytesSent() {
      return bytesSent;
    },
    listen: (port = 0, host = '127.0.0.1') => listen(decide, count, port, host),
  };
}

interface Parts extends Served {
  readonly tokens: TokenBook;
  readonly ids: IdFactory;
}

function answerTo(request: IncomingMessage, parts: Parts): { answer: Answer; fault?: Fault } {
  const [pathname = '', search = ''] = (request.url ?? '').split('?', 2);
  const route = routeOf(pathname, parts);
  if (!route || (request.method !== 'GET' && request.method !== 'OPTIONS')) return { answer: NO_ROUTE };
  const requestId = parts.ids.xid();
  const answer = authorized(request, route, new URLSearchParams(search), parts, requestId);
  const fault = route.faults?.(parts)?.take();
  return fault ? { answer: faultyAnswer(fault, answer, requestId), fault } : { answer };
}

function authorized(
  request: IncomingMessage,
  route: Route,
  query: URLSearchParams,
  parts: Parts,
  requestId: string,
): Answer {
  const { authorization = '' } = request.headers;
  const refusal =
    parts.tokens.authenticate(authorization, request.headers['user-agent']) ??
    (route.readsEvents ? parts.tokens.authorize(authorization) : undefined);
  const body = refusal ?? route.body(parts, query);
  return typeof body === 'string' ? jsonAnswer(200, body, requestId) : errorAnswer(body, requestId);
}
