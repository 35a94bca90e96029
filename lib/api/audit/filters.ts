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
 * What the archive is asked: the range, and the one condition that leaves least. The other conditions are for `fits`, so
 * that every event that is read is seen and can be counted.
 */
export function historyQueryOf(filters: AuditFilters): Omit<AuditHistoryQuery, 'tenant'> {
  const { since, until, activity_code: activity, initiator_id: initiatorId, target_id: targetId } = filters;
  const range = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
  if (targetId !== undefined) return { ...range, targetId };
  if (initiatorId !== undefined) return { ...range, initiatorId };
  return activity === undefined ? range : { ...range, activity };
}

/** Whether the archive's answer still has to go through `fits`. */
export function needsSieve({ activity_code, initiator_id, target_id, search }: AuditFilters): boolean {
  return (
    search !== undefined || [activity_code, initiator_id, target_id].filter((value) => value !== undefined).length > 1
  );
}

/** Whether an event is asked for, its time aside. */
export function fits(event: AuditEvent, filters: AuditFilters): boolean {
  const { activity_code: pattern, initiator_id, target_id, search } = filters;
  if (initiator_id !== undefined && event.initiator_id !== initiator_id) return false;
  if (target_id !== undefined && event.target_id !== target_id) return false;
  if (pattern !== undefined && !fitsActivity(pattern, event.activity_code)) return false;
  return search === undefined || searched(event).some((text) => text.toLowerCase().includes(search.toLowerCase()));
}

function searched(event: AuditEvent): string[] {
  const { activity, activity_code, initiator_id, initiator_name, initiator_email, target_id, meta } = event;
  const values = Object.values(meta).map(String);
  return [activity, activity_code, initiator_id, initiator_name, initiator_email, target_id, ...values];
}
