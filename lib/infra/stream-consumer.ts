import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  EventSourceMapping,
  FilterCriteria,
  type Function as LambdaFunction,
  MetricType,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface StreamConsumerProps {
  readonly table: Table;
  readonly target: LambdaFunction;
  readonly batchSize: number;
  readonly batchingWindow: Duration;
  /** Which records wake the function; any of them. */
  readonly patterns: readonly Record<string, unknown>[];
  readonly keepData: boolean;
}

/**
 * A table's stream, handed to a function in order. Order within a partition key is what exactly-once state stands on
 * (docs/adr/0001-order-within-a-partition-key.md): hence one batch at a time per shard. A batch that fails is cut in
 * halves and retried until it is 20 hours old; then it goes to a bucket, with its payload.
 */
export class StreamConsumer extends Construct {
  readonly mapping: EventSourceMapping;
  readonly givenUp: Bucket;

  constructor(scope: Construct, id: string, props: StreamConsumerProps) {
    super(scope, id);
    this.givenUp = createBucket(this, props.keepData);
    const streamArn = props.table.tableStreamArn;
    if (!streamArn) throw new Error(`Table ${props.table.node.id} has no stream: add one in lib/store/schema.ts`);
    allowReading(props.target, streamArn, this.givenUp);
    this.mapping = new EventSourceMapping(this, 'Mapping', {
      target: props.target,
      eventSourceArn: streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      parallelizationFactor: 1,
      batchSize: props.batchSize,
      maxBatchingWindow: props.batchingWindow,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      maxRecordAge: Duration.hours(20),
      onFailure: { bind: () => ({ destination: this.givenUp.bucketArn }) },
      supportS3OnFailureDestination: true,
      filters: props.patterns.map((pattern) => FilterCriteria.filter(pattern)),
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
    // Lambda looks at the role's rights when the mapping is made.
    if (props.target.role) this.mapping.node.addDependency(props.target.role);
  }
}

function allowReading(target: LambdaFunction, streamArn: string, givenUp: Bucket): void {
  target.addToRolePolicy(
    new PolicyStatement({
      actions: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
        (action) => `dynamodb:${action}`,
      ),
      resources: [streamArn],
    }),
  );
  target.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [givenUp.bucketArn] }));
  const objects = 'aws/lambda/*';
  target.addToRolePolicy(
    new PolicyStatement({ actions: ['s3:PutObject'], resources: [givenUp.arnForObjects(objects)] }),
  );
  const bucket = Stack.of(givenUp).getLogicalId(givenUp.node.defaultChild as CfnBucket);
  Validations.of(target.role ?? target).acknowledge({
    id: `AwsSolutions-IAM5[Resource::<${bucket}.Arn>/${objects}]`,
    reason: 'Lambda names each object itself, by mapping, shard and time; the bucket holds nothing else.',
  });
}

function createBucket(scope: Construct, keepData: boolean): Bucket {
  const bucket = new Bucket(scope, 'GivenUp', {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    lifecycleRules: [{ expiration: Duration.days(90) }],
    removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason:
      'It stays empty unless Lambda itself gives a batch up, which raises an alarm; a log of reads would be a second bucket.',
  });
  return bucket;
}
