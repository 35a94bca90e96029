/** The keys of the Events and Alerts tables (docs/architecture.md, "Keys"). State keys are their owners' own. */
import { createHash } from 'node:crypto';
import { auditIdentity, type Source } from '../../model/event.ts';
import { dayOf, type Micros, microsText, parseTimestamp } from '../../model/timestamp.ts';
import { type TrafficEvent, trafficIdentity } from '../../model/traffic.ts';
import type { TrafficBucket } from '../../model/traffic-partition.ts';
import { sumKey, type TrafficSum } from '../../model/traffic-sum.ts';
import type { QuarantinedRow, WatermarkRow } from '../ports.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export const WATERMARK = '~watermark';

export function auditPartition(tenant: string, day: string): string {
  return `${tenant}#audit#${day}`;
}

/** Key of an audit event that its schema has accepted. */
export function eventKey(tenant: string, event: { readonly timestamp: string; readonly id: string }): Key {
  const sk = auditIdentity(event);
  return { pk: auditPartition(tenant, sk.slice(0, 10)), sk };
}

export function trafficPartition(tenant: string, bucket: TrafficBucket): string {
  return `${tenant}#traffic#${bucket}`;
}

/** Key of a traffic row in the part of the table that `bucket` names. Throws RangeError for a row without a time. */
export function trafficKey(tenant: string, row: TrafficEvent, bucket: TrafficBucket): Key {
  return { pk: trafficPartition(tenant, bucket), sk: trafficIdentity(row) };
}

/**
 * The item that lists, for one day, which partitions hold traffic rows: its set `hours` has what stands in their keys
 * after the day, `T15` or `T15#3/4`.
 */
export function hoursKey(tenant: string, day: string): Key {
  return { pk: `${tenant}#hours`, sk: day };
}

/** Hourly sums: one partition a day, sorted by hour and reporter. */
export function sumsPartition(tenant: string, hour: string): string {
  return `${tenant}#hourly#${hour.slice(0, 10)}`;
}

export function sumSortKey(hour: string, sum: TrafficSum): string {
  const hash = createHash('sha256').update(sumKey(sum)).digest('hex').slice(0, 16);
  return `${hour.slice(11)}#${sum.reporter_id}#${hash}`;
}

export function watermarkKey(watermark: WatermarkRow): Key {
  return { pk: `${watermark.tenant}#${watermark.source}#${watermark.bucket}`, sk: WATERMARK };
}

export function quarantineKey(row: QuarantinedRow): Key {
  const received = parseTimestamp(row.receivedAt);
  if (!received) throw new RangeError(`quarantined at "${row.receivedAt}", which is not an RFC 3339 time`);
  const hash = createHash('sha256').update(row.raw).digest('hex').slice(0, 16);
  return { pk: `${row.tenant}#quarantine#${dayOf(received.micros)}`, sk: `${row.receivedAt}#${hash}` };
}

/** The one item that lists a tenant's days with audit events, and their activity codes: a query knows where to look. */
export function daysKey(tenant: string): Key {
  return { pk: `${tenant}#days`, sk: '~days' };
}

/** Bounds of the sort keys of events in [from, to], for BETWEEN; the watermark lies above any of them. */
export function identityBounds(from: Micros, to: Micros): { low: string; high: string } {
  return { low: microsText(from), high: `${microsText(to)}#~` };
}

export function alertPartition(tenant: string, id: string): string {
  return `${tenant}#${id}`;
}

/** The alert's id in an Alerts partition key; ids have no `#`. */
export function alertIdOf(pk: string): string {
  return pk.slice(pk.lastIndexOf('#') + 1);
}

/** What a partition key of the Events table says; undefined for quarantine and anything else. */
export function parseEventPartition(pk: string): { tenant: string; source: Source; bucket: string } | undefined {
  const parts = /^(.+)#(audit|traffic)#(\d{4}-\d{2}-\d{2}(?:T\d{2}(?:#\d+\/\d+)?)?)$/.exec(pk);
  const [, tenant, source, bucket] = parts ?? [];
  if (tenant === undefined || bucket === undefined || (source !== 'audit' && source !== 'traffic')) return undefined;
  return { tenant, source, bucket };
}
