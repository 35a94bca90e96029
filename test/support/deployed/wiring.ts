import type { MappingProperties } from './event-source.ts';
import type { Call } from './fake-aws/server.ts';
import { roleMay, serviceMay, type Wish } from './policies.ts';
import { ACCOUNT, REGION, type Template } from './template.ts';

/** `AWS::Lambda::Function`, as far as it is run. */
export interface FunctionProperties {
  readonly Code: { readonly S3Key: string };
  readonly Handler: string;
  readonly Runtime: string;
  readonly Role: string;
  readonly Timeout: number;
  readonly MemorySize: number;
  readonly Environment?: { readonly Variables: Readonly<Record<string, string>> };
  readonly LoggingConfig?: { readonly LogGroup: string };
}

/** `AWS::Scheduler::Schedule`. */
export interface ScheduleProperties {
  readonly ScheduleExpression: string;
  readonly State: string;
  readonly Target: {
    readonly Arn: string;
    readonly RoleArn: string;
    readonly Input: string;
    readonly RetryPolicy?: { readonly MaximumRetryAttempts: number };
    readonly DeadLetterConfig?: { readonly Arn: string };
  };
}

/** `AWS::Lambda::EventInvokeConfig`. */
export interface InvokeConfigProperties {
  readonly FunctionName: string;
  readonly MaximumRetryAttempts?: number;
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination: string } };
}

/** What AWS itself does in the stack's name, with its roles and policies: each hop from one service to the next. */
export function hopsOf(template: Template): Call[] {
  return [
    ...logHops(template),
    ...streamHops(template),
    ...failureHops(template),
    ...scheduleHops(template),
    ...topicHops(template),
  ];
}

function hop(caller: string, isAllowed: boolean, { action, resource }: Wish): Call {
  return { caller, action, resource, isAllowed };
}

function asRole(template: Template, role: string, service: string, wish: Wish): Call {
  return hop(`${service} as ${role}`, roleMay(template, role, service, wish), wish);
}

function asService(template: Template, service: string, wish: Wish): Call {
  return hop(service, serviceMay(template, service, wish), wish);
}

function functionsOf(template: Template) {
  return template.all<FunctionProperties>('AWS::Lambda::Function');
}

function roleOf(template: Template, functionName: string): string {
  const found = functionsOf(template).find(({ logicalId }) => template.attribute(logicalId, 'Ref') === functionName);
  if (!found) throw new RangeError(`No function ${functionName}`);
  return found.properties.Role;
}

function logHops(template: Template): Call[] {
  return functionsOf(template).flatMap(({ logicalId, properties: { Role, LoggingConfig } }) => {
    const group = LoggingConfig?.LogGroup ?? `/aws/lambda/${template.attribute(logicalId, 'Ref')}`;
    const resource = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${group}:log-stream:2026/01/01/[$LATEST]1`;
    return ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) =>
      asRole(template, Role, 'lambda.amazonaws.com', { action, resource }),
    );
  });
}

/** Lambda reads streams, and writes what it gives up, in the function's name. */
function streamHops(template: Template): Call[] {
  return template
    .all<MappingProperties>('AWS::Lambda::EventSourceMapping')
    .flatMap(({ properties: { FunctionName, EventSourceArn, DestinationConfig } }) => {
      const role = roleOf(template, FunctionName);
      const reads = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((name) => ({
        action: `dynamodb:${name}`,
        resource: EventSourceArn,
      }));
      const bucket = DestinationConfig?.OnFailure?.Destination;
      const object = `${bucket}/aws/lambda/0d7b/shardId-1/2026/01/01/2026-01-01T00.00.00-1`;
      const writes =
        bucket === undefined
          ? []
          : [
              { action: 's3:PutObject', resource: object },
              { action: 's3:ListBucket', resource: bucket },
            ];
      return [...reads, ...writes].map((wish) => asRole(template, role, 'lambda.amazonaws.com', wish));
    });
}

/** Lambda hands on what an asynchronous invocation failed at, in the function's name. */
function failureHops(template: Template): Call[] {
  return template
    .all<InvokeConfigProperties>('AWS::Lambda::EventInvokeConfig')
    .flatMap(({ properties: { FunctionName, DestinationConfig } }) => {
      const resource = DestinationConfig?.OnFailure?.Destination;
      if (resource === undefined) return [];
      const wish = { action: 'sqs:SendMessage', resource };
      return [asRole(template, roleOf(template, FunctionName), 'lambda.amazonaws.com', wish)];
    });
}

function scheduleHops(template: Template): Call[] {
  return template.all<ScheduleProperties>('AWS::Scheduler::Schedule').flatMap(({ properties: { Target } }) => {
    const queue = Target.DeadLetterConfig?.Arn;
    const wishes = [
      { action: 'lambda:InvokeFunction', resource: Target.Arn },
      ...(queue === undefined ? [] : [{ action: 'sqs:SendMessage', resource: queue }]),
    ];
    return wishes.map((wish) => asRole(template, Target.RoleArn, 'scheduler.amazonaws.com', wish));
  });
}

/** Alarms publish to their topic; SNS puts what no endpoint took into a queue. Both need the resource's own policy. */
function topicHops(template: Template): Call[] {
  const alarms = template
    .all<{ AlarmActions?: string[]; OKActions?: string[] }>('AWS::CloudWatch::Alarm')
    .flatMap(({ logicalId, properties: { AlarmActions = [], OKActions = [] } }) => {
      const source = template.attribute(logicalId, 'Arn');
      return [...AlarmActions, ...OKActions].map((resource) =>
        asService(template, 'cloudwatch.amazonaws.com', { action: 'sns:Publish', resource, source }),
      );
    });
  const refused = template
    .all<{ TopicArn: string; RedrivePolicy?: { deadLetterTargetArn: string } }>('AWS::SNS::Subscription')
    .flatMap(({ properties: { TopicArn, RedrivePolicy } }) => {
      if (!RedrivePolicy) return [];
      const wish = { action: 'sqs:SendMessage', resource: RedrivePolicy.deadLetterTargetArn, source: TopicArn };
      return [asService(template, 'sns.amazonaws.com', wish)];
    });
  return [...alarms, ...refused];
}
