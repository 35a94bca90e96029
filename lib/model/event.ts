import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { microsText, parseTimestamp } from './timestamp.ts';
import type { TrafficEvent } from './traffic.ts';

// zod/mini, since the functions load this file at every cold start; it brings no messages of its own.
z.config(en());

/** The feeds. `source` on every stored row. */
export const SOURCES = ['audit', 'traffic'] as const;
export type Source = (typeof SOURCES)[number];

const timestamp = z
  .string()
  .check(
    z.refine((text) => parseTimestamp(text) !== undefined, 'is not an RFC 3339 time such as 2026-11-23T15:51:34.035Z'),
  );

/** A decimal integer, served as text; NetBird's own page and the streaming feed show a number. */
const eventId = z.union([
  z.string().check(z.regex(/^\d+$/, 'is not a decimal integer')),
  z.pipe(z.int().check(z.nonnegative()), z.transform(String)),
]);

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/**
 * One row of `GET /api/events/audit`, with NetBird's own field names; unknown fields are kept.
 * `activity_code` is an open string: servers know codes that no list has.
 */
export const auditEventSchema = z.looseObject({
  id: eventId,
  timestamp,
  activity: z.string(),
  activity_code: z.string().check(z.minLength(1)),
  initiator_id: z.string(),
  initiator_name: z.string(),
  initiator_email: z.string(),
  target_id: z.string(),
  meta: z.record(z.string(), scalar),
});
export type AuditEvent = z.infer<typeof auditEventSchema>;

/** Anything the API served, as rules see it. */
export type SourceEvent = AuditEvent | TrafficEvent;

/** A stored audit event: the API's own fields, and ours. */
export type StoredEvent<E extends AuditEvent = AuditEvent> = E & OurFields & { source: Source };

/** A stored traffic row. `source` is the API's own field there: which feed it is of, its partition key says. */
export type StoredTrafficEvent = TrafficEvent & OurFields;

interface OurFields {
  tenant: string;
  /** RFC 3339, milliseconds: when this copy, the first seen, was stored. */
  collectedAt: string;
  /** Epoch seconds, DynamoDB's TTL. Absent: kept for ever. */
  expiresAt?: number;
  /** The first run's history: trains state; alerts only while younger than `alertHistory`. */
  firstRun?: true;
}

/**
 * What makes an audit event itself within a tenant: time to the microsecond and id. Ids alone start again when a
 * server loses its log; a move to Postgres cuts nanoseconds. It is the event's sort key, too.
 */
export function auditIdentity(event: { readonly timestamp: string; readonly id: string }): string {
  const time = parseTimestamp(event.timestamp);
  if (!time) throw new RangeError('auditIdentity needs an event that its schema has accepted');
  return `${microsText(time.micros)}#${event.id}`;
}
