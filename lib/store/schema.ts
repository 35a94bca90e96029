/**
 * The three tables, once: CDK and the local runtime both build from this. Plain data, no SDK and no CDK.
 * People query these tables by hand, so names and attributes speak.
 */

export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N';
}

export interface IndexSchema {
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey: KeyAttribute;
  readonly projection: 'ALL' | 'KEYS_ONLY';
}

export interface TableSchema {
  /** Logical name; the physical one comes from the environment. */
  readonly name: 'Events' | 'Alerts' | 'State';
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  readonly stream?: 'NEW_IMAGE' | 'NEW_AND_OLD_IMAGES';
  readonly ttlAttribute: string;
  readonly globalIndexes: readonly IndexSchema[];
  readonly localIndexes: readonly { readonly name: string; readonly sortKey: KeyAttribute }[];
}

const text = (name: string): KeyAttribute => ({ name, type: 'S' });
const number = (name: string): KeyAttribute => ({ name, type: 'N' });

/**
 * `neverSet` is an attribute that no item has. A table with a local secondary index does not split an item
 * collection, so a stream keeps its order within a partition key; exactly-once state needs that (docs/adr).
 */
export const EVENTS_TABLE: TableSchema = {
  name: 'Events',
  partitionKey: text('pk'),
  sortKey: text('sk'),
  stream: 'NEW_AND_OLD_IMAGES',
  ttlAttribute: 'expiresAt',
  globalIndexes: [
    { name: 'byActivity', partitionKey: text('byActivity'), sortKey: text('sk'), projection: 'ALL' },
    { name: 'byActor', partitionKey: text('byActor'), sortKey: text('sk'), projection: 'ALL' },
    { name: 'byTarget', partitionKey: text('byTarget'), sortKey: text('sk'), projection: 'ALL' },
    // Traffic of all tenants, by the API's own field: a row's only index, and its keys only, since each is another write.
    { name: 'byReporter', partitionKey: text('reporter_id'), sortKey: text('sk'), projection: 'KEYS_ONLY' },
  ],
  localIndexes: [{ name: 'keepsCollectionWhole', sortKey: text('neverSet') }],
};

export const ALERTS_TABLE: TableSchema = {
  name: 'Alerts',
  partitionKey: text('pk'),
  stream: 'NEW_IMAGE',
  ttlAttribute: 'expiresAt',
  globalIndexes: [
    { name: 'byStatus', partitionKey: text('byStatus'), sortKey: text('openedAtText'), projection: 'ALL' },
    { name: 'byRule', partitionKey: text('byRule'), sortKey: text('openedAtText'), projection: 'ALL' },
    { name: 'toSend', partitionKey: text('toSendFor'), sortKey: number('toSendAt'), projection: 'KEYS_ONLY' },
  ],
  localIndexes: [],
};

export const STATE_TABLE: TableSchema = {
  name: 'State',
  partitionKey: text('pk'),
  ttlAttribute: 'expiresAt',
  globalIndexes: [{ name: 'due', partitionKey: text('dueFor'), sortKey: number('dueAt'), projection: 'KEYS_ONLY' }],
  localIndexes: [],
};

export const TABLES = [EVENTS_TABLE, ALERTS_TABLE, STATE_TABLE] as const;
