import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Construct } from 'constructs';
import type { NotifyEnv } from '../../functions/notify/env.ts';
import type { Config } from '../model/config.ts';
import { AlertTopic } from './alert-topic.ts';
import { DeadLetters } from './dead-letters.ts';
import { Every } from './every.ts';
import { PipelineFunction } from './pipeline-function.ts';
import { StreamConsumer } from './stream-consumer.ts';
import { allow, allowQuery, type Tables } from './tables.ts';

export interface NotifierProps {
  readonly assets: string;
  readonly tables: Tables;
  readonly config: Config;
  readonly keepData: boolean;
}

/** Tells people. It alone may publish, and it cannot read the token. */
export class Notifier extends Construct {
  readonly function: PipelineFunction;
  readonly consumer: StreamConsumer;
  readonly topic: AlertTopic;
  readonly deadLetters: readonly DeadLetters[];

  constructor(scope: Construct, id: string, props: NotifierProps) {
    super(scope, id);
    this.topic = new AlertTopic(this, 'Alerts', props.config.subscribers);
    this.function = new PipelineFunction(this, 'Function', {
      assets: props.assets,
      name: 'notify',
      description: 'Alerts stream → SNS',
      timeout: Duration.minutes(1),
      memoryMegabytes: 512,
      environment: {
        ALERTS_TABLE: props.tables.alerts.tableName,
        TENANT: props.config.tenant,
        TIME_ZONE: props.config.timeZone,
        TOPIC_ARN: this.topic.topic.topicArn,
      } satisfies NotifyEnv,
    });
    this.consumer = new StreamConsumer(this, 'Stream', {
      table: props.tables.alerts,
      target: this.function,
      batchSize: 100,
      // Alertmanager's group_wait: a burst becomes one message.
      batchingWindow: Duration.seconds(Math.ceil(props.config.groupWaitMs / 1000)),
      keepData: props.keepData,
      patterns: [{ eventName: ['INSERT', 'MODIFY'], dynamodb: { NewImage: { toSendAt: { N: [{ exists: true }] } } } }],
    });
    const failed = new DeadLetters(this, 'Failed');
    this.function.configureAsyncInvoke({
      // The next tick finds the same outbox.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
      onFailure: new SqsDestination(failed),
    });
    const tick = new Every(this, 'Tick', {
      rate: Duration.minutes(1),
      target: this.function,
      description: 'Sends what was left',
      input: { trigger: 'schedule' },
    });
    this.deadLetters = [failed, tick.deadLetters, this.topic.deadLetters];
    this.#grant(props.tables);
  }

  #grant(tables: Tables): void {
    allow(this.function, tables.alerts, ['GetItem', 'UpdateItem']);
    allowQuery(this.function, tables.alerts, 'toSend');
    this.function.addToRolePolicy(
      new PolicyStatement({ actions: ['sns:Publish'], resources: [this.topic.topic.topicArn] }),
    );
  }
}
