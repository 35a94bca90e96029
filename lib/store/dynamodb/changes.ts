/** Pure: records of the Events stream → what detect reads. */
import type { Change, Position } from '../../model/change.ts';
import { auditEventSchema } from '../../model/event.ts';
import { type Micros, parseTimestamp } from '../../model/timestamp.ts';
import { trafficEventSchema } from '../../model/traffic.ts';
import { trafficChange } from '../../model/traffic-change.ts';
import type { Image } from './attribute.ts';
import { fieldsFromItem } from './from-item.ts';
import { parseEventPartition, WATERMARK } from './keys.ts';
import { trafficFromItem } from './traffic-item.ts';

/** What is read of a stream record; `DynamoDBRecord` of aws-lambda fits. */
export interface StreamRecord {
  readonly eventName?: string | undefined;
  readonly eventSourceARN?: string | undefined;
  readonly dynamodb?:
    | {
        readonly SequenceNumber?: string | undefined;
        readonly Keys?: Image | undefined;
        readonly NewImage?: Image | undefined;
        readonly OldImage?: Image | undefined;
      }
    | undefined;
}

/** A record that could not be understood, for quarantine. */
export interface RejectedRecord {
  readonly reason: string;
  readonly keys: Image;
}

/**
 * Changes in the records' order. Skipped: deletions, rewritten audit events (only the first copy counts), traffic rows
 * whose counters stay, quarantine and whatever else is no event. `alertHistoryMs`: first-run events older than this when
 * collected are history.
 */
export function toChanges(
  records: readonly StreamRecord[],
  settings: { readonly alertHistoryMs: number },
): { changes: Change[]; rejected: RejectedRecord[] } {
  const changes: Change[] = [];
  const rejected: RejectedRecord[] = [];
  for (const record of records) {
    const change = toChange(record, settings.alertHistoryMs);
    if (typeof change === 'string') rejected.push({ reason: change, keys: record.dynamodb?.Keys ?? {} });
    else if (change) changes.push(change);
  }
  return { changes, rejected };
}

/** Undefined: nothing to tell. Text: why it is rejected. */
function toChange(record: StreamRecord, alertHistoryMs: number): Change | string | undefined {
  if (record.eventName === 'REMOVE') return undefined;
  const keys = record.dynamodb?.Keys ?? record.dynamodb?.NewImage;
  const partition = keys?.['pk']?.S ?? '';
  const place = parseEventPartition(partition);
  if (!place) return undefined;
  const sequence = record.dynamodb?.SequenceNumber ?? '';
  if (!/^\d{1,40}$/.test(sequence) || !record.eventSourceARN) return 'the record has no sequence number or stream';
  const image = record.dynamodb?.NewImage;
  if (!image) return 'the record has no new image: the stream must carry new images';
  const position = { stream: record.eventSourceARN, partition, sequence };
  if (keys?.['sk']?.S === WATERMARK) return watermarkChange(place, image, position);
  if (place.source === 'traffic') return rowChange(record, place.tenant, position, alertHistoryMs);
  if (record.eventName !== 'INSERT') return undefined;
  return eventChange(place.tenant, image, position, alertHistoryMs);
}

type Place = NonNullable<ReturnType<typeof parseEventPartition>>;

function watermarkChange(place: Place, image: Image, position: Position): Change | string {
  const upTo = Number(image['upTo']?.N);
  if (!Number.isSafeInteger(upTo)) return 'the watermark has no whole number as upTo';
  const from = image['from']?.S;
  const [lostFrom, lostTo] = [Number(image['lostFrom']?.N), Number(image['lostTo']?.N)];
  const lost = Number.isSafeInteger(lostFrom) && Number.isSafeInteger(lostTo) ? { lostFrom, lostTo } : {};
  return { kind: 'watermark', ...place, upTo, ...(from === undefined ? {} : { from }), ...lost, position };
}

function eventChange(tenant: string, image: Image, position: Position, alertHistoryMs: number): Change | string {
  const { tenant: _t, source: _s, collectedAt, expiresAt: _e, firstRun, ...fields } = fieldsFromItem(image);
  const parsed = auditEventSchema.safeParse(fields);
  if (!parsed.success) return complaintsOf(parsed.error.issues);
  const event = parsed.data;
  const time = parseTimestamp(event.timestamp);
  if (!time) return 'timestamp: is not an RFC 3339 time';
  return {
    kind: 'event',
    tenant,
    source: 'audit',
    event,
    at: time.micros,
    order: { nanosText: time.nanosText, id: event.id },
    history: firstRun === true && time.micros < historyBefore(collectedAt, alertHistoryMs),
    position,
  };
}

/** A new row, or one that has grown. */
function rowChange(
  { dynamodb, eventName }: StreamRecord,
  tenant: string,
  position: Position,
  alertHistoryMs: number,
): Change | string | undefined {
  const { NewImage = {}, OldImage, Keys } = dynamodb ?? {};
  if (eventName === 'MODIFY' && !OldImage) return 'the record has no old image: the stream must carry old images';
  const { tenant: _t, collectedAt, expiresAt: _e, firstRun, ...row } = trafficFromItem(NewImage);
  const parsed = trafficEventSchema.safeParse(row);
  if (!parsed.success) return complaintsOf(parsed.error.issues);
  const sk = (Keys ?? NewImage)['sk']?.S ?? '';
  const before = historyBefore(collectedAt, alertHistoryMs);
  const isHistory = (at: Micros): boolean => firstRun === true && at < before;
  const rowKey = sk.slice(sk.indexOf('#') + 1);
  try {
    const known = eventName === 'MODIFY' && OldImage ? trafficFromItem(OldImage) : undefined;
    return trafficChange({ tenant, before: known, row: parsed.data, rowKey, position, isHistory });
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

/** First-run rows from before this time are history. */
function historyBefore(collectedAt: unknown, alertHistoryMs: number): Micros {
  const collected = parseTimestamp(String(collectedAt))?.micros ?? Number.POSITIVE_INFINITY;
  return collected - alertHistoryMs * 1000;
}

type Issues = readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];

function complaintsOf(issues: Issues): string {
  return issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
}
