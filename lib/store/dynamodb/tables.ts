/** The schema's tables as CreateTable wants them: for the local runtime and tests; in AWS, CDK makes them. */
import {
  type AttributeDefinition,
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import { type KeyAttribute, TABLES, type TableSchema } from '../schema.ts';

/** The physical name of each table. */
export interface TableNames {
  readonly Events: string;
  readonly Alerts: string;
  readonly State: string;
}

/** CreateTable's input for one table of the schema. */
export function createTableInput(table: TableSchema, name: string): CreateTableCommandInput {
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: attributeDefinitions(table),
    KeySchema: keySchema(table.partitionKey, table.sortKey),
    ...(table.stream ? { StreamSpecification: { StreamEnabled: true, StreamViewType: table.stream } } : {}),
    ...(table.globalIndexes.length > 0 ? { GlobalSecondaryIndexes: globalIndexes(table) } : {}),
    ...(table.localIndexes.length > 0 ? { LocalSecondaryIndexes: localIndexes(table) } : {}),
  };
}

/** Creates the tables that are not there yet and waits until all can be used. Throws what the client throws. */
export async function createTables(client: DynamoDBClient, names: TableNames): Promise<void> {
  for (const table of TABLES) {
    try {
      await client.send(new CreateTableCommand(createTableInput(table, names[table.name])));
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error;
    }
  }
  for (const table of TABLES) await untilActive(client, names[table.name]);
}

async function untilActive(client: DynamoDBClient, name: string): Promise<void> {
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function attributeDefinitions(table: TableSchema): AttributeDefinition[] {
  const keys = [table.partitionKey, table.sortKey, ...table.localIndexes.map((index) => index.sortKey)];
  for (const index of table.globalIndexes) keys.push(index.partitionKey, index.sortKey);
  const types = new Map(keys.filter((key) => key !== undefined).map((key) => [key.name, key.type]));
  return [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
}

function keySchema(partitionKey: KeyAttribute, sortKey: KeyAttribute | undefined): KeySchemaElement[] {
  const hash: KeySchemaElement = { AttributeName: partitionKey.name, KeyType: 'HASH' };
  return sortKey ? [hash, { AttributeName: sortKey.name, KeyType: 'RANGE' }] : [hash];
}

function globalIndexes(table: TableSchema) {
  return table.globalIndexes.map((index) => ({
    IndexName: index.name,
    KeySchema: keySchema(index.partitionKey, index.sortKey),
    Projection: { ProjectionType: index.projection },
  }));
}

function localIndexes(table: TableSchema) {
  return table.localIndexes.map((index) => ({
    IndexName: index.name,
    KeySchema: keySchema(table.partitionKey, index.sortKey),
    Projection: { ProjectionType: 'KEYS_ONLY' as const },
  }));
}
