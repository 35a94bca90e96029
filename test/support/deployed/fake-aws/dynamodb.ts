import { CreateTableCommand, type CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { clientOf, type EmbeddedDynamoDb } from '../../../../lib/local/embedded/embedded-dynamodb.ts';
import { TABLES, type TableSchema } from '../../../../lib/store/schema.ts';
import type { Deployed, Template } from '../template.ts';
import { type Answer, type Input, jsonRefusal, type Service, type Wanted } from './answer.ts';

type SchemaName = TableSchema['name'];

interface TableProperties
  extends Pick<
    CreateTableCommandInput,
    'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes' | 'BillingMode'
  > {
  readonly StreamSpecification?: { readonly StreamViewType: string };
}

/**
 * The template's tables in the embedded store. There they have the names that its streams go by; functions know only
 * the physical ones.
 */
export class FakeDynamoDb implements Service {
  /** Requests of an operation that are still to get an internal error. */
  readonly failures = new Map<string, number>();
  readonly #database: EmbeddedDynamoDb;
  readonly #template: Template;
  /** Physical name → name in the embedded store. */
  readonly #names = new Map<string, SchemaName>();

  constructor(database: EmbeddedDynamoDb, template: Template) {
    this.#database = database;
    this.#template = template;
  }

  /** Makes the tables as the template defines them. */
  async createTables(): Promise<void> {
    const client = clientOf(this.#database.endpoint);
    for (const table of this.#template.all<TableProperties>('AWS::DynamoDB::Table')) {
      const name = schemaNameOf(table);
      const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes, BillingMode } =
        table.properties;
      const keys = { AttributeDefinitions, KeySchema, BillingMode };
      const indexes = { GlobalSecondaryIndexes, LocalSecondaryIndexes };
      await client.send(new CreateTableCommand({ TableName: name, ...keys, ...indexes }));
      this.#names.set(this.#template.attribute(table.logicalId, 'Ref'), name);
    }
    client.destroy();
  }

  /** The table behind a stream's ARN. */
  tableOfStream(streamArn: string): SchemaName {
    const table = this.#template
      .all<TableProperties>('AWS::DynamoDB::Table')
      .find(({ logicalId }) => this.#template.attribute(logicalId, 'StreamArn') === streamArn);
    if (!table) throw new RangeError(`No table has the stream ${streamArn}`);
    return schemaNameOf(table);
  }

  wanted(operation: string, input: Input): Wanted[] {
    const { TableName, IndexName, RequestItems } = input;
    const tables = RequestItems ? Object.keys(RequestItems) : [String(TableName)];
    return tables.map((name) => {
      // Not known: then it is no table of the stack, and no grant can name it.
      const logicalId = this.#template
        .all('AWS::DynamoDB::Table')
        .find((table) => this.#template.attribute(table.logicalId, 'Ref') === name)?.logicalId;
      const arn = logicalId === undefined ? `table/${name}` : this.#template.attribute(logicalId, 'Arn');
      const resource = IndexName === undefined ? arn : `${arn}/index/${IndexName}`;
      return { action: `dynamodb:${operation}`, resource, leadingKeys: leadingKeysOf(input, name) };
    });
  }

  async answer(operation: string, input: Input, authorization: string): Promise<Answer> {
    const toFail = this.failures.get(operation) ?? 0;
    if (toFail > 0) {
      this.failures.set(operation, toFail - 1);
      return jsonRefusal(500, 'InternalServerError', 'Something is wrong here');
    }
    const { address, secret } = this.#database.endpoint;
    const response = await fetch(address, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        authorization: authorization.replace(/Credential=[^/]+/, `Credential=${secret}`),
      },
      body: JSON.stringify(renamed(input, this.#names)),
    });
    const back = new Map([...this.#names].map(([physical, name]) => [name as string, physical]));
    const body = JSON.stringify(renamed(JSON.parse(await response.text()), back));
    return { status: response.status, type: 'application/x-amz-json-1.0', body };
  }

  refusal = jsonRefusal;
}

interface KeyedItem {
  readonly pk?: { readonly S?: string };
}

/** Partition keys of the items that a request names: one to get, or some of a table to get at once. */
function leadingKeysOf({ Key, RequestItems }: Input, table: string): string[] {
  const asked = (RequestItems as Record<string, { Keys?: KeyedItem[] }> | undefined)?.[table]?.Keys ?? [];
  return [...asked, ...(Key ? [Key as KeyedItem] : [])].map(({ pk }) => pk?.S ?? '');
}

/** Tables stand under `TableName`, or as keys of what batches ask and answer. */
function renamed(message: Input, names: ReadonlyMap<string, string>): Input {
  const nameOf = (name: string) => names.get(name) ?? name;
  return Object.fromEntries(
    Object.entries(message).map(([key, value]) => {
      if (key === 'TableName') return [key, nameOf(String(value))];
      if (!/^(RequestItems|Responses|Unprocessed\w+)$/.test(key)) return [key, value];
      return [key, Object.fromEntries(Object.entries(value as object).map(([name, own]) => [nameOf(name), own]))];
    }),
  );
}

/** Streams come from the embedded store as the schema has them: the template must want the same. */
function schemaNameOf({ logicalId, properties }: Deployed<TableProperties>): SchemaName {
  const schema = TABLES.find(({ name }) => logicalId.includes(`Tables${name}`));
  if (!schema) throw new RangeError(`${logicalId} is no table of the schema`);
  if (schema.stream !== properties.StreamSpecification?.StreamViewType) {
    throw new RangeError(`The template wants another stream of ${schema.name} than the schema`);
  }
  return schema.name;
}
