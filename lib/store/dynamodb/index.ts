import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../model/clock.ts';
import type { AlertStore, EventStore, StateStore } from '../ports.ts';
import { DynamoDbAlertStore } from './alert-store.ts';
import { DynamoDbEventStore } from './event-store.ts';
import { DynamoDbStateStore } from './state-store.ts';
import type { TableNames } from './tables.ts';

/** The stores over DynamoDB tables; all throw StoreError. `clock` only dates `updatedAt`, for people. */
export function createDynamoDbStores(
  client: DynamoDBClient,
  names: TableNames,
  clock: Clock = () => new Date(),
): { events: EventStore; alerts: AlertStore; state: StateStore } {
  return {
    events: new DynamoDbEventStore(client, names.Events),
    alerts: new DynamoDbAlertStore(client, names.Alerts),
    state: new DynamoDbStateStore(client, names.State, clock),
  };
}

export { type RejectedRecord, toChanges } from './changes.ts';
export { createTables, type TableNames } from './tables.ts';
