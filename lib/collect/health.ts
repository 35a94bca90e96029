import type { Source } from '../model/event.ts';
import type { Finding } from '../model/finding.ts';
import type { Severity } from '../model/severity.ts';
import { dateOf, type Micros, microsOf } from '../model/timestamp.ts';
import type { StateStore } from '../store/ports.ts';
import type { SourceError, SourceErrorCode } from './netbird/source-error.ts';
import { operatorFinding } from './operator-finding.ts';

/**
 * State `health#<tenant>#<source>`: whether the source can be read. The write that learns of an outage or of its end
 * carries the finding in `pending`; it is told, then cleared. A run that dies in between leaves it to the next.
 */
interface Health {
  readonly outage?: Outage;
  readonly pending: readonly Finding[];
}

interface Outage {
  readonly code: SourceErrorCode;
  readonly title: string;
  readonly severity: Severity;
  readonly since: Micros;
}

export interface HealthDeps {
  /** The feed that is read. */
  readonly feed: Source;
  readonly state: StateStore;
  readonly tell: (findings: Finding[]) => Promise<void>;
}

export function healthKey(tenant: string, source: Source): string {
  return `health#${tenant}#${source}`;
}

const FEEDS: Readonly<Record<Source, { readonly title: string; readonly verb: string }>> = {
  audit: { title: 'The NetBird audit log', verb: 'is read' },
  traffic: { title: 'NetBird’s traffic events', verb: 'are read' },
};

/** Tells the operator once that an outage began, once that it is of a worse kind, and once that it is over. */
export async function reportHealth(
  { state, tell, feed }: HealthDeps,
  tenant: string,
  now: Date,
  error: SourceError | undefined,
): Promise<void> {
  const key = healthKey(tenant, feed);
  const item = (await state.getMany([key])).get(key);
  const health = (item?.body as Health | undefined) ?? { pending: [] };
  const version = item?.version ?? 0;
  // Before the next write forgets it.
  if (health.pending.length > 0) await tell([...health.pending]);

  const next = nextHealth(health, { tenant, source: feed, key, version: version + 1, at: microsOf(now) }, error);
  if (!next && health.pending.length === 0) return;
  const body = next ?? withOutage(health.outage, []);
  // On a conflict another run has just written what it saw, and tells it.
  if ((await state.put({ key, version: version + 1, body })) === 'conflict' || body.pending.length === 0) return;
  await tell([...body.pending]);
  await state.put({ key, version: version + 2, body: withOutage(body.outage, []) });
}

type Write = {
  readonly tenant: string;
  readonly source: Source;
  readonly key: string;
  readonly version: number;
  readonly at: Micros;
};

/** Undefined: nothing is new. */
function nextHealth(health: Health, write: Write, error: SourceError | undefined): Health | undefined {
  const { outage } = health;
  if (!error) return outage ? withOutage(undefined, [overFinding(outage, write)]) : undefined;
  const severity = severityOf(error);
  const since = outage?.since ?? write.at;
  if (outage && (outage.severity === severity || severity === 'medium')) return undefined;
  const begun: Outage = { code: error.code, title: error.title, severity, since };
  return withOutage(begun, [outageFinding(begun, write, error)]);
}

function withOutage(outage: Outage | undefined, pending: readonly Finding[]): Health {
  return outage ? { outage, pending } : { pending };
}

/** What may pass by itself can wait until somebody reads mail; the rest stays until somebody acts. */
function severityOf(error: SourceError): Severity {
  return error.retryable ? 'medium' : 'high';
}

function outageFinding(outage: Outage, write: Write, error: SourceError): Finding {
  return operatorFinding({
    ...write,
    code: outage.code,
    severity: outage.severity,
    title: `${FEEDS[write.source].title} cannot be read: ${outage.title}`,
    message: error.message,
    // Each outage is an alert of its own: one that lasts must not be taken for the repeat of one that passed.
    dedupKey: `${write.source} ${outage.code} ${write.version}`,
    since: outage.since,
  });
}

function overFinding(outage: Outage, write: Write): Finding {
  const since = dateOf(outage.since).toISOString();
  const { title, verb } = FEEDS[write.source];
  return operatorFinding({
    ...write,
    code: 'over',
    severity: outage.severity,
    title: `${title} ${verb} again (${outage.title}, since ${since})`,
    message: `NetBird could not be read from ${since} to ${dateOf(write.at).toISOString()}. What it served since is stored.`,
    dedupKey: `${write.source} over ${write.version}`,
    since: outage.since,
  });
}
