import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { DetectEnv } from '../../functions/detect/env.ts';
import type { Config } from '../model/config.ts';
import { PipelineFunction } from './pipeline-function.ts';
import { StreamConsumer } from './stream-consumer.ts';
import { allow, allowQuery, type Tables } from './tables.ts';

export interface DetectorProps {
  readonly assets: string;
  readonly tables: Tables;
  readonly config: Config;
  readonly keepData: boolean;
}

/** Runs the rules over every stored event, in the order of its partition key. */
export class Detector extends Construct {
  readonly function: PipelineFunction;
  readonly consumer: StreamConsumer;

  constructor(scope: Construct, id: string, props: DetectorProps) {
    super(scope, id);
    this.function = new PipelineFunction(this, 'Function', {
      assets: props.assets,
      name: 'detect',
      description: 'Events stream → rule state → Alerts table',
      timeout: Duration.minutes(5),
      memoryMegabytes: 1024,
      environment: {
        ...props.tables.environment,
        TENANT: props.config.tenant,
        ALERT_HISTORY_MS: String(props.config.alertHistoryMs),
        GROUP_WAIT_MS: String(props.config.groupWaitMs),
        TIME_ZONE: props.config.timeZone,
      } satisfies DetectEnv,
    });
    this.consumer = new StreamConsumer(this, 'Stream', {
      table: props.tables.events,
      target: this.function,
      batchSize: 500,
      batchingWindow: Duration.seconds(1),
      keepData: props.keepData,
      patterns: eventPatterns(props.config.tenant),
    });
    // Rows that cannot be understood are put in quarantine.
    allow(this.function, props.tables.events, ['PutItem']);
    allow(this.function, props.tables.state, ['BatchGetItem', 'PutItem']);
    allowQuery(this.function, props.tables.state, 'due');
    allow(this.function, props.tables.alerts, ['UpdateItem']);
  }
}

/** Audit events as they come in, and watermarks as they move; neither quarantine nor what TTL takes away. */
function eventPatterns(tenant: string): Record<string, unknown>[] {
  return [
    {
      eventName: ['INSERT', 'MODIFY'],
      dynamodb: { Keys: { pk: { S: [{ prefix: `${tenant}#audit#` }, { prefix: `${tenant}#traffic#` }] } } },
    },
  ];
}
