import { type AuditEvent, auditEventSchema } from '../../model/event.ts';
import { parseTimestamp } from '../../model/timestamp.ts';
import type { RawElement } from './split-array.ts';

/** An event, or why the element is none: field and complaint. */
export type ParsedEvent = { readonly event: AuditEvent } | { readonly event: undefined; readonly reason: string };

const TEXT_FIELDS = ['activity', 'initiator_id', 'initiator_name', 'initiator_email', 'target_id'] as const;

/** Reads one element of the audit log's answer; the schema decides. */
export function parseAuditEvent(raw: RawElement): ParsedEvent {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return { event: undefined, reason: 'event: is not JSON' };
  }
  if (isPlainEvent(value)) return { event: value };
  const parsed = auditEventSchema.safeParse(value);
  if (parsed.success) return { event: parsed.data };
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  return { event: undefined, reason: `${field === '' ? 'event' : field}: ${issue?.message ?? 'is not understood'}` };
}

/** What the schema takes and leaves as it is: nearly every event, at a tenth of the schema's cost. */
function isPlainEvent(value: unknown): value is AuditEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const event = value as Record<string, unknown>;
  const { id, timestamp, activity_code: code, meta } = event;
  return (
    typeof id === 'string' &&
    /^\d+$/.test(id) &&
    typeof timestamp === 'string' &&
    parseTimestamp(timestamp) !== undefined &&
    typeof code === 'string' &&
    code !== '' &&
    TEXT_FIELDS.every((field) => typeof event[field] === 'string') &&
    isTextRecord(meta) &&
    !Object.hasOwn(event, '__proto__')
  );
}

function isTextRecord(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !Object.hasOwn(value, '__proto__') && Object.values(value).every((each) => typeof each === 'string');
}
