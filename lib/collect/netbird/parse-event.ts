import { type AuditEvent, auditEventSchema } from '../../model/event.ts';
import { type Micros, parseTimestamp } from '../../model/timestamp.ts';
import { complaintOf } from './complaint.ts';
import type { RawElement } from './split-array.ts';

/** An event and its time, or why the element is none: field and complaint. */
export type ParsedEvent =
  | { readonly event: AuditEvent; readonly at: Micros }
  | { readonly event: undefined; readonly reason: string };

/** A stored item may have 400 KB, and nested lists of short values take half as much again there as in JSON. */
const MAX_BYTES = 256 * 1024;
/** Of fields that are keys of the store. NetBird's ids have 20 letters, those of identity providers some more. */
const MAX_KEY_BYTES = 900;
const KEY_FIELDS = ['id', 'activity_code', 'initiator_id', 'target_id'] as const;

const TEXT_FIELDS = ['activity', 'initiator_id', 'initiator_name', 'initiator_email', 'target_id'] as const;

/** Reads one element of the audit log's answer; the schema decides, and what the store can take. */
export function parseAuditEvent(raw: RawElement): ParsedEvent {
  const bytes = bytesOver(raw, MAX_BYTES);
  if (bytes > 0) return { event: undefined, reason: `event: has ${bytes} bytes, more than ${MAX_BYTES}` };
  const parsed = parseEvent(raw);
  const field = parsed.event && KEY_FIELDS.find((name) => bytesOver(parsed.event[name], MAX_KEY_BYTES) > 0);
  return field ? { event: undefined, reason: `${field}: has more than ${MAX_KEY_BYTES} bytes` } : parsed;
}

/** Its bytes where they are more than `most`, else 0. A UTF-16 unit is at most 3 bytes, so most texts need no count. */
function bytesOver(text: string, most: number): number {
  if (text.length * 3 <= most) return 0;
  const bytes = Buffer.byteLength(text);
  return bytes > most ? bytes : 0;
}

function parseEvent(raw: RawElement): ParsedEvent {
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
  return { event: undefined, reason: complaintOf(parsed.error, 'event') };
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
