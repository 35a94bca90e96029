/** PURE: what is said about traffic as a source. */
import type { Finding } from '../model/finding.ts';
import type { Problem } from '../model/problem.ts';
import type { Micros } from '../model/timestamp.ts';
import { type TrafficCursor, trafficCursorKey } from '../store/cursor.ts';
import type { SourceError } from './netbird/source-error.ts';
import { operatorFinding } from './operator-finding.ts';

const TITLES: Readonly<Record<string, string>> = {
  gap: 'Traffic may have passed unseen',
  traffic_capped: 'NetBird has more traffic than it shows',
};

/** The finding that belongs to the cursor's write with `version`. `since`: when it began, where that is known. */
export function trafficFinding(
  tenant: string,
  problem: Problem,
  { version, at, since }: { readonly version: number; readonly at: Micros; readonly since?: Micros | undefined },
): Finding {
  return operatorFinding({
    tenant,
    source: 'traffic',
    key: trafficCursorKey(tenant),
    version,
    code: problem.code,
    severity: 'high',
    title: TITLES[problem.code] ?? problem.code,
    message: problem.message,
    // Each gap is an alert of its own.
    dedupKey: problem.code === 'gap' ? `traffic gap ${version}` : `traffic ${problem.code}`,
    at,
    ...(since === undefined ? {} : { since }),
  });
}

/** No traffic was ever read here, and the refusal is what a server, a plan or a user without traffic gives. */
export function isUnavailable(error: SourceError, cursor: TrafficCursor): boolean {
  if (cursor.watermark !== undefined || cursor.firstRun !== undefined) return false;
  return ['endpoint_absent', 'plan_required', 'role_denied'].includes(error.code);
}

const REASONS: Readonly<Record<string, string>> = {
  endpoint_absent: 'this server has no traffic events (they come with NetBird Cloud’s and Enterprise plans)',
  plan_required: 'the plan of this account does not include traffic events',
  role_denied: 'the token’s user may not read traffic events',
};

/** What is said once. */
export function unavailableNote({ code }: SourceError): Problem {
  const message = `Traffic is not collected: ${REASONS[code] ?? code}. The audit log is; traffic is looked for again once a day, and not at all with traffic: false in the configuration.`;
  return { code: 'traffic_unavailable', message };
}
