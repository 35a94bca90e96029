import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ALERTS_TABLE, EVENTS_TABLE, type KeyAttribute, STATE_TABLE, type TableSchema } from '../store/schema.ts';

export interface TablesProps {
  /** Whether the tables outlive the stack and refuse to be deleted. @default true */
  readonly keepData?: boolean;
}

/** The three tables, made from the schema that the local runtime reads as well. */
export class Tables extends Construct {
  readonly events: Table;
  readonly alerts: Table;
  readonly state: Table;

  constructor(scope: Construct, id: string, props: TablesProps = {}) {
    super(scope, id);
    const keepData = props.keepData ?? true;
    this.events = createTable(this, EVENTS_TABLE, keepData);
    this.alerts = createTable(this, ALERTS_TABLE, keepData);
    this.state = createTable(this, STATE_TABLE, keepData);
  }

  /** The names under which every function finds the tables. */
  get environment(): { EVENTS_TABLE: string; ALERTS_TABLE: string; STATE_TABLE: string } {
    return {
      EVENTS_TABLE: this.events.tableName,
      ALERTS_TABLE: this.alerts.tableName,
      STATE_TABLE: this.state.tableName,
    };
  }

  all(): Table[] {
    return [this.events, this.alerts, this.state];
  }
}

/** Allows exactly `actions` on a table: CDK's own grants are a fixed list of actions. */
export function allow(grantee: IGrantable, table: Table, actions: readonly string[]): void {
  allowOn(grantee, actions, table.tableArn);
}

/** Allows to query one index of a table, and not the table: CDK's own grants cover `index/*`. */
export function allowQuery(grantee: IGrantable, table: Table, index: string): void {
  allowOn(grantee, ['Query'], `${table.tableArn}/index/${index}`);
}

function allowOn(grantee: IGrantable, names: readonly string[], resource: string): void {
  const actions = names.map((name) => `dynamodb:${name}`);
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [resource] }));
}

function createTable(scope: Construct, schema: TableSchema, keepData: boolean): Table {
  const table = new Table(scope, schema.name, {
    partitionKey: keyOf(schema.partitionKey),
    ...(schema.sortKey && { sortKey: keyOf(schema.sortKey) }),
    ...(schema.stream && { stream: STREAM_VIEWS[schema.stream] }),
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.AWS_MANAGED,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: schema.ttlAttribute,
    removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    deletionProtection: keepData,
  });
  for (const index of schema.globalIndexes) {
    table.addGlobalSecondaryIndex({
      indexName: index.name,
      partitionKey: keyOf(index.partitionKey),
      sortKey: keyOf(index.sortKey),
      projectionType: ProjectionType[index.projection],
    });
  }
  for (const index of schema.localIndexes) {
    table.addLocalSecondaryIndex({
      indexName: index.name,
      sortKey: keyOf(index.sortKey),
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }
  return table;
}

const STREAM_VIEWS = {
  NEW_IMAGE: StreamViewType.NEW_IMAGE,
  NEW_AND_OLD_IMAGES: StreamViewType.NEW_AND_OLD_IMAGES,
} as const;

function keyOf(key: KeyAttribute): { name: string; type: AttributeType } {
  return { name: key.name, type: key.type === 'S' ? AttributeType.STRING : AttributeType.NUMBER };
}
