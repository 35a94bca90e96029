import type { Refusal } from '../../api/wire/answer.ts';
import type { AuditLog } from './audit-log.ts';
import type { FaultPlan } from './faults.ts';
import type { TrafficLog } from './traffic/traffic-log.ts';

/** What there is to serve. */
export interface Served {
  readonly log: AuditLog;
  readonly traffic: TrafficLog | undefined;
  readonly faults: FaultPlan;
  readonly version: string;
}

export interface Route {
  /** Only for who may read events. */
  readonly readsEvents: boolean;
  readonly faults?: (served: Served) => FaultPlan | undefined;
  /** JSON text with its newline, or why there is none. */
  readonly body: (served: Served, query: URLSearchParams) => string | Refusal;
}

/** Undefined: not registered. The open-source server has no route for network traffic. */
export function routeOf(pathname: string, served: Served): Route | undefined {
  const { traffic } = served;
  if (pathname !== TRAFFIC || !traffic) return ROUTES[pathname];
  return { readsEvents: true, faults: () => traffic.faults, body: (_served, query) => traffic.body(query) };
}

const TRAFFIC = '/api/events/network-traffic';

const auditLog: Route = { readsEvents: true, faults: ({ faults }) => faults, body: ({ log }) => log.body() };

const ROUTES: Readonly<Record<string, Route | undefined>> = {
  '/api/events': auditLog,
  '/api/events/audit': auditLog,
  '/api/events/proxy': { readsEvents: false, body: (_served, query) => emptyProxyLog(query) },
  '/api/instance/version': {
    readsEvents: false,
    body: ({ version }) =>
      `${JSON.stringify({ management_current_version: version, management_update_available: false })}\n`,
  },
};

/** The reverse proxy's access log of a network that has none. Bad values fall back, as everywhere in this feed. */
function emptyProxyLog(query: URLSearchParams): string {
  const asked = Number(query.get('page_size') ?? 50);
  const size = Number.isInteger(asked) && asked >= 1 ? Math.min(asked, 100) : 50;
  return `${JSON.stringify({ data: [], page: 1, page_size: size, total_pages: 0, total_records: 0 })}\n`;
}
