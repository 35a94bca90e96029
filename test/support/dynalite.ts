import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { createTables, type TableNames } from '../../lib/store/dynamodb/index.ts';

export interface TestDynamoDb {
  readonly client: DynamoDBClient;
  readonly names: TableNames;
  stop(): Promise<void>;
}

/** dynalite in this process on a free port, with all tables of the schema; in memory, or in the folder `path`. */
export async function startDynalite(path?: string): Promise<TestDynamoDb> {
  const server = dynalite({
    ...(path !== undefined && { path }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const names = { Events: 'Test-Events', Alerts: 'Test-Alerts', State: 'Test-State' };
  await createTables(client, names);
  return {
    client,
    names,
    async stop() {
      client.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
