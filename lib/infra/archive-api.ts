import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  ResponseTransferMode,
  ResponseType,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ApiEnv } from '../../functions/api/env.ts';
import type { Config } from '../model/config.ts';
import { EVENTS_TABLE } from '../store/schema.ts';
import type { AlarmSpec } from './alarms.ts';
import { PipelineFunction } from './pipeline-function.ts';
import { allow, allowQuery, type Tables } from './tables.ts';

export interface ArchiveApiProps {
  readonly assets: string;
  readonly tables: Tables;
  readonly config: Config;
}

/** Of all clients together, a second; a key has its own limit. */
const THROTTLE = { rate: 50, burst: 200 };
/** Of one key, as NetBird's own API. */
const KEY_LIMIT = { perMinute: 120, burst: 1200 };

/** Serves the archive over HTTPS. It reads events and the hashes of keys, and nothing else (docs/adr/0013-…). */
export class ArchiveApi extends Construct {
  readonly function: PipelineFunction;
  readonly api: RestApi;

  constructor(scope: Construct, id: string, props: ArchiveApiProps) {
    super(scope, id);
    this.function = new PipelineFunction(this, 'Function', {
      assets: props.assets,
      name: 'api',
      description: 'Events table → HTTPS',
      // As long as API Gateway streams.
      timeout: Duration.minutes(15),
      memoryMegabytes: 1024,
      environment: {
        EVENTS_TABLE: props.tables.events.tableName,
        STATE_TABLE: props.tables.state.tableName,
        TENANT: props.config.tenant,
        RATE_PER_MINUTE: String(KEY_LIMIT.perMinute),
        RATE_BURST: String(KEY_LIMIT.burst),
      } satisfies ApiEnv,
    });
    this.#grant(props.tables);
    this.api = this.#createApi();
    const integration = new LambdaIntegration(this.function, {
      responseTransferMode: ResponseTransferMode.STREAM,
      timeout: Duration.minutes(15),
      allowTestInvoke: false,
    });
    // Whatever is asked for, NetBird's answer comes from the function.
    this.api.root.addMethod('ANY', integration);
    this.api.root.addProxy({ defaultIntegration: integration, anyMethod: true });
    acknowledgeRules(this.api);
  }

  /** The base URL, without a slash at the end. */
  get url(): string {
    return this.api.deploymentStage.urlForPath('/').replace(/\/$/, '');
  }

  /** What clients are told was a fault of ours, and what the function itself ended with. */
  get alarms(): AlarmSpec[] {
    const often = { period: Duration.minutes(5), statistic: 'Sum' };
    const alarm = (id: string, says: string, heading: string, metric: IMetric): AlarmSpec => ({
      id,
      says,
      heading,
      metric,
      atLeast: 1,
      periods: 3,
    });
    return [
      alarm('ApiErrors', 'The API answers with 5xx.', 'A function fails', this.api.metricServerError(often)),
      alarm('ApiFunctionErrors', 'The API breaks answers off.', 'A function fails', this.function.metricErrors(often)),
      alarm(
        'ApiThrottles',
        "The API is not allowed to run: the account's concurrency is used up.",
        'A function is throttled',
        this.function.metricThrottles(often),
      ),
    ];
  }

  #grant({ events, state }: Tables): void {
    allow(this.function, events, ['GetItem', 'BatchGetItem', 'Query']);
    for (const { name } of EVENTS_TABLE.globalIndexes) allowQuery(this.function, events, name);
    this.function.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:BatchGetItem'],
        resources: [state.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['apikey#*'] } },
      }),
    );
  }

  #createApi(): RestApi {
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const api = new RestApi(this, 'Rest', {
      description: "The archive of netbird-alerts, in the shape of NetBird's own API",
      endpointTypes: [EndpointType.REGIONAL],
      // Without this role in the account's settings, no stage may log; others may need it after this stack is gone.
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        stageName: STAGE,
        throttlingRateLimit: THROTTLE.rate,
        throttlingBurstLimit: THROTTLE.burst,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    for (const [type, code, message] of REFUSALS) {
      const body = JSON.stringify({ message, code });
      api.addGatewayResponse(`Response${code}`, { type, templates: { 'application/json': body } });
    }
    return api;
  }
}

/** The first part of every path, which custom domains can do without. */
const STAGE = 'netbird';

/** Neither headers nor the query, in which people search for names. */
const ACCESS_LOG = {
  requestId: AccessLogField.contextRequestId(),
  time: AccessLogField.contextRequestTime(),
  ip: AccessLogField.contextIdentitySourceIp(),
  method: AccessLogField.contextHttpMethod(),
  path: AccessLogField.contextPath(),
  status: AccessLogField.contextStatus(),
  bytes: AccessLogField.contextResponseLength(),
  millis: AccessLogField.contextResponseLatency(),
};

/** What API Gateway refuses by itself is worded as NetBird does. */
const REFUSALS = [
  [ResponseType.THROTTLED, 429, 'too many requests'],
  [ResponseType.DEFAULT_5XX, 500, 'internal server error'],
] as const;

const LOG_POLICY = 'service-role/AmazonAPIGatewayPushToCloudWatchLogs';

function acknowledgeRules(api: RestApi): void {
  const reasons: [id: string, reason: string][] = [
    [
      'AwsSolutions-APIG2',
      'The function validates requests: NetBird’s own clients expect its messages, not those of API Gateway.',
    ],
    [
      'AwsSolutions-APIG3',
      'A web ACL costs more than the rest of the stack; who wants one can attach it to the stage.',
    ],
    ['AwsSolutions-APIG4', 'The function checks a key of each request, as NetBird does with its tokens.'],
    [
      'AwsSolutions-APIG6',
      'Execution logs hold requests and cannot be given a retention; accesses and faults are logged.',
    ],
    ['AwsSolutions-COG4', 'Clients of NetBird have tokens, not Cognito’s users.'],
    [
      `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${LOG_POLICY}]`,
      'The managed policy is what API Gateway wants of the role by which it logs.',
    ],
  ];
  for (const [id, reason] of reasons) Validations.of(api).acknowledge({ id, reason });
}
