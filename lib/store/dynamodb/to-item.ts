/** Pure: rows of the ports → items. The API's own fields keep their names; nothing is left out. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { AuditEvent, StoredEvent } from '../../model/event.ts';
import { microsText } from '../../model/timestamp.ts';
import type { QuarantinedRow, StateItem, WatermarkRow } from '../ports.ts';
import { AS_JSON, type Item, toAttribute, toItem } from './attribute.ts';
import { eventKey, quarantineKey, watermarkKey } from './keys.ts';

const INDEX_ATTRIBUTES = ['pk', 'sk', 'byActivity', 'byActor', 'byTarget', 'neverSet'];
/** Attributes of an audit event's item that are not fields of the event. */
export const AUDIT_RESERVED: ReadonlySet<string> = new Set([...INDEX_ATTRIBUTES, 'reporter_id']);
/** Attributes of a traffic row's item that are not fields of the row; its index goes by the API's own `reporter_id`. */
export const TRAFFIC_RESERVED: ReadonlySet<string> = new Set([...INDEX_ATTRIBUTES, 'notServed']);

/** The item of a stored audit event. */
export function eventToItem(event: StoredEvent<AuditEvent>): Item {
  const item = fieldsToItem(event);
  const { pk, sk } = eventKey(event.tenant, event);
  item['pk'] = { S: pk };
  item['sk'] = { S: sk };
  setIndex(item, 'byActivity', event.tenant, event.activity_code);
  setIndex(item, 'byActor', event.tenant, event.initiator_id);
  setIndex(item, 'byTarget', event.tenant, event.target_id);
  return item;
}

/** Fields as attributes; those with a name that an attribute cannot have, or that a key takes, go as JSON. */
export function fieldsToItem(fields: object, reserved = AUDIT_RESERVED): Item {
  const unfit: [string, unknown][] = [];
  const item: [string, AttributeValue][] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (name === '' || name === AS_JSON || reserved.has(name)) unfit.push([name, value]);
    else item.push([name, toAttribute(value)]);
  }
  if (unfit.length > 0) item.push([AS_JSON, { S: JSON.stringify(Object.fromEntries(unfit)) }]);
  return Object.fromEntries(item);
}

export function quarantinedToItem(row: QuarantinedRow): Item {
  return toItem({ ...row, ...quarantineKey(row) });
}

export function watermarkToItem(row: WatermarkRow): Item {
  return toItem({ ...row, ...watermarkKey(row), upToText: microsText(row.upTo) });
}

/** The item of a State row whose body is already JSON text. */
export function stateToItem(item: StateItem, json: string, updatedAt: Date): Item {
  return toItem({
    pk: item.key,
    version: item.version,
    updatedAt: updatedAt.toISOString(),
    body: json,
    dueFor: item.due?.for,
    dueAt: item.due?.at,
    expiresAt: item.expiresAt,
  });
}

/** A key attribute of an index may not be empty: what has no value is absent, and so not in the index. */
function setIndex(item: Item, name: string, tenant: string, value: string): void {
  if (value !== '') item[name] = { S: `${tenant}#${value}` };
}
