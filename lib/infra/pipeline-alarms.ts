import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { METRIC_NAMESPACE, type MetricName } from '../model/metric.ts';
import type { AlarmSpec } from './alarms.ts';
import type { Collector } from './collector.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Detector } from './detector.ts';
import type { Notifier } from './notifier.ts';
import type { StreamConsumer } from './stream-consumer.ts';
import type { Tables } from './tables.ts';

export interface Pipeline {
  readonly tables: Tables;
  readonly collector: Collector;
  readonly detector: Detector;
  readonly notifier: Notifier;
  readonly every: Duration;
}

/** Every way of going quiet or wrong that CloudWatch can see. */
export function pipelineAlarms(pipeline: Pipeline): AlarmSpec[] {
  return [
    ...collectAlarms(pipeline),
    ...detectAlarms(pipeline),
    ...notifyAlarms(pipeline),
    ...functionAlarms('Collect', pipeline.collector.function),
    ...functionAlarms('Detect', pipeline.detector.function),
    ...functionAlarms('Notify', pipeline.notifier.function),
    ...deadLetterAlarms([...pipeline.collector.deadLetters, ...pipeline.notifier.deadLetters]),
    ...pipeline.tables.all().map(throttleAlarm),
  ];
}

function collectAlarms({ collector, detector, every }: Pipeline): AlarmSpec[] {
  const quarantined = (target: LambdaFunction) => ownMetric(target, 'EventsQuarantined', Duration.minutes(5));
  return [
    {
      id: 'CollectQuiet',
      says: 'NetBird was not read successfully for three intervals.',
      heading: 'Collect has gone quiet',
      metric: ownMetric(collector.function, 'PollSucceeded', every),
      below: 1,
      periods: 3,
    },
    {
      id: 'TokenRejected',
      says: 'NetBird rejects the token, or there is none.',
      heading: 'The token is rejected',
      metric: ownMetric(collector.function, 'TokenRejected', every),
      atLeast: 1,
      periods: 2,
    },
    {
      id: 'TrafficBehind',
      says: 'Traffic was not collected to its end for an hour; audit events are.',
      heading: 'Traffic is behind',
      metric: ownMetric(collector.function, 'TrafficBehind', Duration.minutes(10)),
      atLeast: 1,
      periods: 6,
    },
    {
      id: 'Quarantined',
      says: 'Rows came that could not be understood; they are kept raw and no rule saw them.',
      heading: 'Events are in quarantine',
      metric: new MathExpression({
        expression: 'FILL(rows, 0) + FILL(records, 0)',
        usingMetrics: { rows: quarantined(collector.function), records: quarantined(detector.function) },
        period: Duration.minutes(5),
      }),
      atLeast: 1,
    },
  ];
}

function detectAlarms({ detector, every }: Pipeline): AlarmSpec[] {
  const own = (name: MetricName) => ownMetric(detector.function, name, Duration.minutes(5));
  return [
    {
      id: 'DetectQuiet',
      says: 'No stream record reached the rules, though every poll moves a watermark.',
      heading: 'Detect has gone quiet',
      // Twice the poll's interval, so that a slow poll is no silence.
      metric: detector.function.metricInvocations({
        period: Duration.minutes(2 * every.toMinutes()),
        statistic: 'Sum',
      }),
      below: 1,
      periods: 3,
    },
    behind('Detect', detector.function, Duration.minutes(10), 'Detect is behind'),
    givenUp('Detect', detector.consumer, 'Detect gave records up'),
    {
      id: 'RuleFailures',
      says: 'A rule throws; the others go on.',
      heading: 'A rule fails',
      metric: own('RuleFailures'),
      atLeast: 1,
      periods: 3,
    },
    {
      id: 'RecordsOutOfOrder',
      says: 'Stream numbers fell within a partition key: state may have skipped records.',
      heading: 'Records are out of order',
      metric: own('RecordsOutOfOrder'),
      atLeast: 1,
    },
  ];
}

function notifyAlarms({ notifier }: Pipeline): AlarmSpec[] {
  return [
    {
      id: 'NotifyQuiet',
      says: 'The function that tells people did not run for five minutes, though it is due every minute.',
      heading: 'Notify has gone quiet',
      metric: notifier.function.metricInvocations({ period: Duration.minutes(5), statistic: 'Sum' }),
      below: 1,
    },
    behind('Notify', notifier.function, Duration.minutes(5), 'Notify is behind'),
    givenUp('Notify', notifier.consumer, 'Notify gave records up'),
    {
      id: 'NoticesFailed',
      says: 'SNS refuses publications; the outbox keeps them.',
      heading: 'Publications fail',
      metric: ownMetric(notifier.function, 'NoticesFailed', Duration.minutes(5)),
      atLeast: 1,
      periods: 2,
    },
    {
      id: 'DeliveriesFailed',
      says: 'SNS could not deliver to a subscriber.',
      heading: 'Deliveries fail',
      metric: notifier.topic.topic.metricNumberOfNotificationsFailed({ period: Duration.minutes(5), statistic: 'Sum' }),
      atLeast: 1,
    },
  ];
}

function functionAlarms(name: string, target: LambdaFunction): AlarmSpec[] {
  const options = { period: Duration.minutes(5), statistic: 'Sum' };
  return [
    {
      id: `${name}Errors`,
      says: `${name} ends with an error, three times five minutes in a row.`,
      heading: 'A function fails',
      metric: target.metricErrors(options),
      atLeast: 1,
      periods: 3,
    },
    {
      id: `${name}Throttles`,
      says: `${name} is not allowed to run: the account's concurrency is used up.`,
      heading: 'A function is throttled',
      metric: target.metricThrottles(options),
      atLeast: 1,
      periods: 3,
    },
  ];
}

function behind(name: string, target: LambdaFunction, age: Duration, heading: string): AlarmSpec {
  return {
    id: `${name}Behind`,
    says: `${name} works on stream records older than ${age.toMinutes()} minutes; after 24 hours they are gone.`,
    heading,
    metric: target.metric('IteratorAge', { period: Duration.minutes(5), statistic: 'Maximum' }),
    atLeast: age.toMilliseconds(),
  };
}

function givenUp(name: string, consumer: StreamConsumer, heading: string): AlarmSpec {
  const metric = (metricName: string) =>
    new Metric({
      namespace: 'AWS/Lambda',
      metricName,
      dimensionsMap: { EventSourceMappingUUID: consumer.mapping.eventSourceMappingId },
      period: Duration.minutes(5),
      statistic: 'Sum',
    });
  return {
    id: `${name}GaveUp`,
    says: `${name} could not work on stream records for 20 hours; they lie in a bucket, with their payload.`,
    heading,
    metric: new MathExpression({
      expression: 'FILL(kept, 0) + FILL(dropped, 0)',
      usingMetrics: { kept: metric('OnFailureDestinationDeliveredEventCount'), dropped: metric('DroppedEventCount') },
      period: Duration.minutes(5),
    }),
    atLeast: 1,
  };
}

function deadLetterAlarms(queues: readonly DeadLetters[]): AlarmSpec[] {
  return queues.map((queue) => ({
    id: `DeadLetters${queue.node.scope?.node.id}${queue.node.id}`,
    says: 'Something could not be handed on and lies in a dead-letter queue.',
    heading: 'Messages are in a dead-letter queue',
    metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'Maximum' }),
    atLeast: 1,
  }));
}

function throttleAlarm(table: Table): AlarmSpec {
  const metric = (metricName: string): IMetric =>
    table.metric(metricName, { period: Duration.minutes(5), statistic: 'Sum' });
  return {
    id: `${table.node.id}Throttled`,
    says: `The ${table.node.id} table turns requests away.`,
    heading: 'A table is throttled',
    metric: new MathExpression({
      expression: 'FILL(reads, 0) + FILL(writes, 0)',
      usingMetrics: { reads: metric('ReadThrottleEvents'), writes: metric('WriteThrottleEvents') },
      period: Duration.minutes(5),
    }),
    atLeast: 1,
    periods: 2,
  };
}

/** A metric that the function writes into its log. */
export function ownMetric(target: LambdaFunction, metricName: MetricName, period: Duration): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { FunctionName: target.functionName },
    period,
    statistic: 'Sum',
  });
}
