import type { Change, EventChange } from '../../lib/model/change.ts';
import type { AuditEvent } from '../../lib/model/event.ts';
import { dayOf, parseTimestamp } from '../../lib/model/timestamp.ts';
import { loadRuleSet, type RuleSet } from '../../lib/sigma/index.ts';

export const TENANT = 'acme';
export const STREAM = 'arn:aws:dynamodb:eu-central-1:1:table/Events/stream/1';
/** 2026-11-23T10:00:00Z in microseconds. */
export const START = Date.parse('2026-11-23T10:00:00Z') * 1000;
export const SECOND = 1_000_000;

let sequence = 0;

/** An audit event `seconds` after 10:00. */
export function auditEvent(seconds: number, over: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id: String(1000 + Math.round(seconds)),
    timestamp: new Date((START + seconds * SECOND) / 1000).toISOString(),
    activity: 'Route deleted',
    activity_code: 'route.delete',
    initiator_id: 'u1',
    initiator_name: 'Ann',
    initiator_email: 'ann@example.com',
    target_id: 'r1',
    meta: { name: 'office', network_range: '10.0.0.0/8' },
    ...over,
  };
}

/** What the stream says of a stored event. Sequence numbers rise from call to call unless given. */
export function changeOf(event: AuditEvent, over: Partial<EventChange> = {}): EventChange {
  const time = parseTimestamp(event.timestamp);
  if (!time) throw new Error(`not a time: ${event.timestamp}`);
  const partition = `${TENANT}#audit#${dayOf(time.micros)}`;
  sequence++;
  return {
    kind: 'event',
    tenant: TENANT,
    source: 'audit',
    event,
    at: time.micros,
    order: { nanosText: time.nanosText, id: event.id },
    history: false,
    position: { stream: STREAM, partition, sequence: `100000000000000000000${String(sequence).padStart(8, '0')}` },
    ...over,
  };
}

/** The watermark of the day at `seconds` after 10:00. */
export function watermarkAt(seconds: number): Change {
  const upTo = START + seconds * SECOND;
  const bucket = dayOf(upTo);
  sequence++;
  const partition = `${TENANT}#audit#${bucket}`;
  const position = { stream: STREAM, partition, sequence: `100000000000000000000${String(sequence).padStart(8, '0')}` };
  return { kind: 'watermark', tenant: TENANT, source: 'audit', bucket, upTo, position };
}

/** The rules of one file; throws what is wrong with it. */
export function rulesOf(text: string): RuleSet {
  const { ruleSet, problems } = loadRuleSet([{ file: 'rules.yml', text }]);
  const errors = problems.filter(({ level }) => level === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return ruleSet;
}
