import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownStore } from '../../lib/local/data-folder.ts';
import { LOCAL_TABLES } from '../../lib/local/tables.ts';
import type { Alert } from '../../lib/model/alert.ts';
import type { AuditEvent } from '../../lib/model/event.ts';
import { createDynamoDbStores, createTables } from '../../lib/store/dynamodb/index.ts';
import { rememberNames } from '../../lib/store/names.ts';

export interface Contents {
  readonly events?: readonly AuditEvent[];
  /** Reveal names, and are not stored themselves. */
  readonly revealing?: readonly AuditEvent[];
  readonly alerts?: readonly Alert[];
}

/** A data folder with these contents, as `local --data` leaves it. `owned`: and a process still has it open. */
export async function storedFolder(contents: Contents): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'stored-'));
  const store = await ownStore(folder);
  await createTables(store.client, LOCAL_TABLES);
  const { events, alerts, state } = createDynamoDbStores(store.client, LOCAL_TABLES);
  await events.putNew(
    (contents.events ?? []).map((event) => ({
      ...event,
      tenant: 'default',
      source: 'audit',
      collectedAt: '2026-11-24T00:00:00.000Z',
      firstRun: true,
    })),
  );
  await rememberNames(state, 'default', [...(contents.events ?? []), ...(contents.revealing ?? [])]);
  for (const alert of contents.alerts ?? []) await alerts.upsert(alert);
  await store.close();
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

export function auditEvent(fields: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id: '1',
    timestamp: '2026-11-23T15:51:34.035Z',
    activity: 'Route deleted',
    activity_code: 'route.delete',
    initiator_id: 'u-anna',
    initiator_name: 'Anna',
    initiator_email: 'anna@example.com',
    target_id: 'r-office',
    meta: { name: 'Office', network_range: '10.1.0.0/16' },
    ...fields,
  };
}
