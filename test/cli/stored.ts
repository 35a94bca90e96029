import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownStore } from '../../lib/local/data-folder.ts';
import { LOCAL_TABLES } from '../../lib/local/tables.ts';
import type { Alert } from '../../lib/model/alert.ts';
import type { AuditEvent, StoredEvent } from '../../lib/model/event.ts';
import { type TrafficEvent, trafficIdentity } from '../../lib/model/traffic.ts';
import { bucketOfRow } from '../../lib/model/traffic-partition.ts';
import { createDynamoDbStores, createTables } from '../../lib/store/dynamodb/index.ts';
import { rememberNames } from '../../lib/store/names.ts';
import type { EventStore } from '../../lib/store/ports.ts';

export interface Contents {
  readonly events?: readonly AuditEvent[];
  /** Reveal names, and are not stored themselves. */
  readonly revealing?: readonly AuditEvent[];
  readonly alerts?: readonly Alert[];
  readonly traffic?: readonly TrafficEvent[];
}

/** A data folder with these contents, as `local --data` leaves it. `owned`: and a process still has it open. */
export async function storedFolder(contents: Contents): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'stored-'));
  const store = await ownStore(folder);
  await createTables(store.client, LOCAL_TABLES);
  const { events, alerts, state } = createDynamoDbStores(store.client, LOCAL_TABLES);
  await events.putUnknown((contents.events ?? []).map(storedEvent));
  await putTraffic(events, contents.traffic ?? []);
  await rememberNames(state, 'default', [...(contents.events ?? []), ...(contents.revealing ?? [])]);
  for (const alert of contents.alerts ?? []) await alerts.upsert(alert);
  await store.close();
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

/** As collect stores it. */
export function storedEvent(event: AuditEvent): StoredEvent<AuditEvent> {
  return {
    ...event,
    tenant: 'default',
    source: 'audit',
    collectedAt: '2026-11-24T00:00:00.000Z',
    firstRun: true,
  };
}

export async function putTraffic(events: EventStore, rows: readonly TrafficEvent[]): Promise<void> {
  await events.putTraffic(
    rows.map((row) => ({
      row: { ...row, tenant: 'default', collectedAt: '2026-11-24T00:00:00.000Z' },
      bucket: bucketOfRow(trafficIdentity(row), []),
    })),
  );
}

export function trafficRow(fields: Partial<TrafficEvent> = {}): TrafficEvent {
  return {
    flow_id: '61f2eed9-fe36-4f05-8b4d-000000000001',
    reporter_id: 'peer-laptop',
    source: trafficEnd({ id: 'peer-laptop', name: 'laptop', address: '100.64.0.1:51234' }),
    destination: trafficEnd({ id: 'peer-db', name: 'db', address: '100.64.0.2:5432' }),
    user: { id: 'u-anna', email: 'anna@example.com', name: 'Anna' },
    policy: { id: '', name: '' },
    icmp: { type: 0, code: 0 },
    protocol: 6,
    direction: 'EGRESS',
    rx_bytes: 4000,
    tx_bytes: 1000,
    rx_packets: 4,
    tx_packets: 2,
    num_of_starts: 1,
    num_of_ends: 1,
    num_of_drops: 0,
    window_start: '2026-11-23T10:00:00Z',
    window_end: '2026-11-23T10:10:00Z',
    events: [],
    ...fields,
  };
}

export function trafficEnd(fields: Partial<TrafficEvent['source']> = {}): TrafficEvent['source'] {
  return {
    id: '',
    type: 'PEER',
    name: '',
    geo_location: { city_name: '', country_code: '' },
    os: null,
    address: ':0',
    dns_label: null,
    ...fields,
  };
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
