import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { CollectEnv } from '../../functions/collect/env.ts';
import type { Config } from '../model/config.ts';
import { DeadLetters } from './dead-letters.ts';
import { Every } from './every.ts';
import { PipelineFunction } from './pipeline-function.ts';
import { allow, type Tables } from './tables.ts';

export interface CollectorProps {
  readonly assets: string;
  readonly tables: Tables;
  readonly config: Config;
  readonly every: Duration;
  readonly keepData: boolean;
}

/** Reads NetBird on a schedule. It alone may read the token, and it cannot publish. */
export class Collector extends Construct {
  readonly function: PipelineFunction;
  /** Name or ARN of the secret that holds the token. */
  readonly secretId: string;
  readonly deadLetters: readonly DeadLetters[];

  constructor(scope: Construct, id: string, props: CollectorProps) {
    super(scope, id);
    const secret = props.config.tokenSecretName === undefined ? createSecret(this, props.keepData) : undefined;
    this.secretId = secret?.ref ?? props.config.tokenSecretName ?? '';
    this.function = new PipelineFunction(this, 'Function', {
      assets: props.assets,
      name: 'collect',
      description: 'NetBird API → Events table',
      timeout: Duration.minutes(5),
      memoryMegabytes: 512,
      environment: this.#environment(props),
    });
    const failed = new DeadLetters(this, 'Failed');
    this.function.configureAsyncInvoke({
      // The next tick does a failed one's work, from where the stored cursor stands.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
      onFailure: new SqsDestination(failed),
    });
    const schedule = new Every(this, 'Every', {
      rate: props.every,
      target: this.function,
      description: 'Reads what is new in NetBird',
      input: { trigger: 'schedule' },
    });
    this.deadLetters = [failed, schedule.deadLetters];
    this.#grant(props.tables, secret?.ref ?? arnOfSecretNamed(this, this.secretId));
  }

  #environment({ tables, config }: CollectorProps): Record<string, string> {
    return {
      ...tables.environment,
      TENANT: config.tenant,
      NETBIRD_URL: config.url,
      ALLOW_HTTP: config.allowHttp ? 'true' : 'false',
      TOKEN_SECRET: this.secretId,
      ALERT_HISTORY_MS: String(config.alertHistoryMs),
      OVERLAP_MS: String(config.overlapMs),
      GROUP_WAIT_MS: String(config.groupWaitMs),
      ...(config.keepMs !== undefined && { KEEP_MS: String(config.keepMs) }),
      ...(config.traffic && {
        TRAFFIC_EVERY_MS: String(config.traffic.everyMs),
        TRAFFIC_SHARDS: String(config.traffic.shards),
        TRAFFIC_STORE: config.traffic.store,
      }),
    } satisfies CollectEnv;
  }

  #grant(tables: Tables, secretArn: string): void {
    const known = ['GetItem', 'BatchGetItem', 'Query'];
    allow(this.function, tables.events, ['PutItem', 'UpdateItem', 'BatchWriteItem', ...known]);
    allow(this.function, tables.state, ['BatchGetItem', 'PutItem', 'BatchWriteItem']);
    // Problems of the source are alerts like any other.
    allow(this.function, tables.alerts, ['UpdateItem']);
    this.function.addToRolePolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] }),
    );
  }
}

/** Empty: whoever deploys puts the token in (the stack's output says how), so that no template ever holds it. */
function createSecret(scope: Construct, keepData: boolean): CfnSecret {
  const secret = new CfnSecret(scope, 'Token', {
    description: 'Token of a NetBird service user that may read events',
  });
  secret.applyRemovalPolicy(keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'Rotating it by API would need a second, stronger token; a token that expires raises an alert and an alarm.',
  });
  return secret;
}

/** Secrets Manager ends each ARN with a dash and six characters of its own. */
function arnOfSecretNamed(scope: Construct, name: string): string {
  const { partition, region, account } = Stack.of(scope);
  return `arn:${partition}:secretsmanager:${region}:${account}:secret:${name}-??????`;
}
