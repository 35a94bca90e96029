import type { EventSummary, Finding } from '../../lib/model/finding.ts';

export const SECOND = 1_000_000;
export const START = Date.parse('2026-11-23T10:00:00Z') * 1000;

/** A stored event's summary, `seconds` after 10:00. */
export function summary(seconds: number, id: number, over: Partial<EventSummary> = {}): EventSummary {
  const at = START + seconds * SECOND;
  const ref = `acme#audit#2026-11-23|${new Date(at / 1000).toISOString()}#${id}`;
  return { ref, at, activity: 'route.delete', actor: 'backup-agent', target: `route-${id}`, ...over };
}

/** A finding of one event, `seconds` after 10:00. */
export function finding(seconds: number, id: number, over: Partial<Finding> = {}): Finding {
  const at = START + seconds * SECOND;
  return {
    id: `f${id}`,
    tenant: 'acme',
    rule: { key: 'route_deleted', title: 'Route deleted', status: 'stable', severity: 'high', suppressMs: 3_600_000 },
    dedupKey: 'u1',
    group: { initiator_id: 'u1' },
    title: 'Route deleted by backup-agent',
    at,
    firstEventAt: at,
    lastEventAt: at,
    count: 1,
    samples: [summary(seconds, id)],
    notify: true,
    position: { stream: 'arn', partition: 'p', sequence: String(id) },
    ...over,
  };
}
