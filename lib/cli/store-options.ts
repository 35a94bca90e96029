import { type SharedStore, sharedStore } from '../local/data-folder.ts';
import { LOCAL_TABLES } from '../local/tables.ts';
import { InputError } from '../model/errors.ts';
import type { StoredTrafficEvent } from '../model/event.ts';
import type { Archive } from '../store/archive.ts';
import { DynamoDbArchive } from '../store/dynamodb/archive.ts';
import { createDynamoDbStores, createTables } from '../store/dynamodb/index.ts';
import { type TrafficSpan, trafficOldestFirst } from '../store/dynamodb/traffic-history.ts';
import type { AlertStore, EventStore, StateStore } from '../store/ports.ts';
import type { Arguments, Option } from './command.ts';
import { FORMATS, type Format } from './output/rows.ts';

/** What every command that reads a store takes. */
export const STORE_OPTIONS = {
  data: { value: 'DIR', help: 'the folder that `local --data DIR` was given' },
  tenant: { value: 'NAME', help: 'the configured name of the NetBird account (default)' },
} as const satisfies Record<string, Option>;

export const OUTPUT_OPTION = {
  output: { value: 'FORMAT', help: FORMATS.join(' | '), choices: FORMATS },
} as const satisfies Record<string, Option>;

export function formatOf(args: Arguments): Format {
  return (args.text('output') ?? 'table') as Format;
}

export function tenantOf(args: Arguments): string {
  return args.text('tenant') ?? 'default';
}

export interface Stores {
  readonly events: EventStore;
  readonly alerts: AlertStore;
  readonly state: StateStore;
  readonly archive: Archive;
  /** Stored traffic rows by their start, oldest first. */
  trafficOldestFirst(range: TrafficSpan): AsyncIterable<StoredTrafficEvent>;
}

/** Runs `work` over the stores of `--data`, and lets go of the folder afterwards. */
export async function withStores<T>(args: Arguments, work: (stores: Stores) => Promise<T>): Promise<T> {
  const folder = args.text('data');
  if (folder === undefined) {
    throw new InputError(
      'Which store? --data DIR is missing.',
      'Give the folder that `netbird-alerts local --data DIR` was given.',
    );
  }
  const store: SharedStore = await sharedStore(folder);
  try {
    // A run that was killed at its very beginning has left a store without tables.
    await createTables(store.client, LOCAL_TABLES);
    return await work({
      ...createDynamoDbStores(store.client, LOCAL_TABLES),
      archive: new DynamoDbArchive(store.client, LOCAL_TABLES.Events),
      trafficOldestFirst: (range) => trafficOldestFirst(store.client, LOCAL_TABLES.Events, range),
    });
  } finally {
    await store.close();
  }
}
