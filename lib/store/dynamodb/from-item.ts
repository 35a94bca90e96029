/** Pure: items → rows of the ports. */
import type { Alert } from '../../model/alert.ts';
import type { StoredEvent } from '../../model/event.ts';
import type { StateItem } from '../ports.ts';
import { AS_JSON, fromAttribute, fromItem, type Image } from './attribute.ts';
import { AUDIT_RESERVED } from './to-item.ts';

/** The fields of a row without its keys. */
export function fieldsFromItem(image: Image, reserved = AUDIT_RESERVED): Record<string, unknown> {
  const fields: [string, unknown][] = [];
  for (const [name, attribute] of Object.entries(image)) {
    if (name === AS_JSON) fields.push(...Object.entries(JSON.parse(attribute.S ?? '{}')));
    else if (!reserved.has(name)) fields.push([name, fromAttribute(attribute)]);
  }
  return Object.fromEntries(fields);
}

/** A stored event as `eventToItem` wrote it. */
export function eventFromItem(image: Image): StoredEvent {
  return fieldsFromItem(image) as StoredEvent;
}

export function stateFromItem(image: Image): StateItem {
  const dueFor = image['dueFor']?.S;
  const dueAt = image['dueAt']?.N;
  const expiresAt = image['expiresAt']?.N;
  return {
    key: image['pk']?.S ?? '',
    version: Number(image['version']?.N),
    body: JSON.parse(image['body']?.S ?? 'null'),
    ...(dueFor !== undefined && dueAt !== undefined ? { due: { for: dueFor, at: Number(dueAt) } } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt: Number(expiresAt) }),
  };
}

const NOT_OF_THE_ALERT = ['pk', 'byStatus', 'byRule', 'openedAtText', 'toSendFor', 'expiresAt'];

/** An alert as `alertUpdate` wrote it. */
export function alertFromItem(image: Image): Alert {
  const fields = fromItem(image);
  for (const name of NOT_OF_THE_ALERT) delete fields[name];
  return fields as unknown as Alert;
}
