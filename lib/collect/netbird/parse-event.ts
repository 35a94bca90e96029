import { type AuditEvent, auditEventSchema } from '../../model/event.ts';
import { type Micros, parseTimestamp } from '../../model/timestamp.ts';
import type { RawElement } from './split-array.ts';

/** An event and its time, or why the element is none: field and complaint. */
export type ParsedEvent =
  | { readonly event: AuditEvent; readonly at: Micros }
  | { readonly event: undefined; readonly reason: string };

const TEXT_FIELDS = ['activity', 'initiator_id', 'initiator_name', 'initiator_email', 'target_id'] as const;

/** Reads one element of the audit log's answer; the schema decides. */
export function parseAuditEvent(raw: RawElement): ParsedEvent {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return { event: undefined, reason: 'event: is not JSON' };
  }
  const plain = isPlainEvent(value) ? timed(value) : undefined;
  if (plain) return plain;
  const parsed = auditEventSchema.safeParse(value);
  const event = parsed.success ? timed(parsed.data) : undefined;
  if (event) return event;
  const issue = parsed.error?.issues[0];
  const field = issue?.path.join('.') ?? '';
  return { event: undefined, reason: `${field === '' ? 'event' : field}: ${issue?.message ?? 'is not understood'}` };
}

function timed(event: AuditEvent): { readonly event: AuditEvent; readonly at: Micros } | undefined {
  const time = parseTimestamp(event.timestamp);
  return time && { event, at: time.micros };
}

/** What the schema takes, if the time is one, and leaves as it is: nearly every event, at a tenth of the schema's cost. */
function isPlainEvent(value: unknown): value is AuditEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const event = value as Record<string, unknown>;
  const { id, timestamp, activity_code: code, meta } = event;
  return (
    typeof id === 'string' &&
    /^\d+$/.test(id) &&
    typeof timestamp === 'string' &&
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
