import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Subscription, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Subscriber } from '../model/config.ts';
import { snsProtocolOf } from './alert-topic.ts';

/** One way of going quiet or wrong. `heading` stands in docs/runbook.md; the alarm's description links to it. */
export interface AlarmSpec {
  readonly id: string;
  /** What has happened, as a sentence. */
  readonly says: string;
  readonly heading: string;
  readonly metric: IMetric;
  /** In alarm when the metric reaches it (`atLeast`) or falls short of it (`below`). */
  readonly atLeast?: number;
  readonly below?: number;
  /** Periods in a row. @default 1 */
  readonly periods?: number;
}

export interface AlarmsProps {
  /** Told about alarms, by a topic of their own: it works when alerts do not. */
  readonly subscribers: readonly Subscriber[];
  /** Where docs/runbook.md can be read. */
  readonly runbook: string;
  readonly specs: readonly AlarmSpec[];
}

/** Alarms on the pipeline itself. They go from CloudWatch to e-mail; no function and no table stands between. */
export class Alarms extends Construct {
  readonly operators: Topic;
  readonly alarms: Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    // Without encryption at rest: CloudWatch cannot publish under the account's own key of SNS.
    this.operators = new Topic(this, 'Operators', { displayName: 'netbird-alerts operators', enforceSSL: true });
    // A topic with a policy of its own admits only whom that names, not even the account's own alarms.
    const ownAlarms = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    this.operators.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: ownAlarms }));
    for (const subscriber of props.subscribers) {
      const { protocol, endpoint } = subscriber;
      new Subscription(this, `${protocol} ${endpoint}`, {
        topic: this.operators,
        protocol: snsProtocolOf(subscriber),
        endpoint,
      });
    }
    const action = new SnsAction(this.operators);
    this.alarms = props.specs.map((spec) => {
      const alarm = this.#createAlarm(spec, props.runbook);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
  }

  #createAlarm(spec: AlarmSpec, runbook: string): Alarm {
    const quiet = spec.below !== undefined;
    return new Alarm(this, spec.id, {
      alarmDescription: `${spec.says} What to do: ${runbook}#${anchorOf(spec.heading)}`,
      metric: spec.metric,
      threshold: spec.below ?? spec.atLeast ?? 1,
      comparisonOperator: quiet
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: spec.periods ?? 1,
      // Silence is the failure that `below` looks for; elsewhere it means that nothing happened.
      treatMissingData: quiet ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
  }
}

/** The anchor that GitHub gives a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}
