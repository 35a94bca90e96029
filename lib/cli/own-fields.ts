import type { AuditEvent, StoredEvent } from '../model/event.ts';

/** What the API served; what the store added to it stays there. */
export function ownFields(event: StoredEvent<AuditEvent>): AuditEvent {
  const { tenant: _t, source: _s, collectedAt: _c, expiresAt: _e, firstRun: _f, ...fields } = event;
  return fields as AuditEvent;
}
