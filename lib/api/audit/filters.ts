import type { AuditEvent } from '../../model/event.ts';
import type { Micros } from '../../model/timestamp.ts';
import { type AuditHistoryQuery, fitsActivity } from '../../store/archive.ts';

export interface AuditFilters {
  readonly since?: Micros;
  readonly until?: Micros;
  readonly activity_code?: string | undefined;
  readonly initiator_id?: string | undefined;
  readonly target_id?: string | undefined;
  readonly search?: string | undefined;
}

/**
 * What the archive is asked: the range, and the one condition that leaves least. The other conditions are for `auditSieve`, so
 * that every event that is read is seen and can be counted.
 */
export function historyQueryOf(filters: AuditFilters): Omit<AuditHistoryQuery, 'tenant'> {
  const { since, until, activity_code: activity, initiator_id: initiatorId, target_id: targetId } = filters;
  const range = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
  if (targetId !== undefined) return { ...range, targetId };
  if (initiatorId !== undefined) return { ...range, initiatorId };
  return activity === undefined ? range : { ...range, activity };
}

/** A test for what the archive was not asked for; undefined: there is nothing left to test. */
export function auditSieve(filters: AuditFilters): ((event: AuditEvent) => boolean) | undefined {
  const { activity_code: pattern, initiator_id, target_id, search } = filters;
  const conditions = [pattern, initiator_id, target_id].filter((value) => value !== undefined);
  if (search === undefined && conditions.length < 2) return undefined;
  const part = search?.toLowerCase();
  return (event) =>
    (initiator_id === undefined || event.initiator_id === initiator_id) &&
    (target_id === undefined || event.target_id === target_id) &&
    (pattern === undefined || fitsActivity(pattern, event.activity_code)) &&
    (part === undefined || searched(event).some((text) => text.toLowerCase().includes(part)));
}

function searched(event: AuditEvent): string[] {
  const { activity, activity_code, initiator_id, initiator_name, initiator_email, target_id, meta } = event;
  const values = Object.values(meta).map(String);
  return [activity, activity_code, initiator_id, initiator_name, initiator_email, target_id, ...values];
}
