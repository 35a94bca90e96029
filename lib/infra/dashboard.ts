import { Duration } from 'aws-cdk-lib';
import { AlarmStatusWidget, Dashboard, GraphWidget, type IWidget, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import { ownMetric, type Pipeline } from './pipeline-alarms.ts';

/** The pipeline on one page, in flow order: alarms, collect, detect, notify. */
export class PipelineDashboard extends Dashboard {
  constructor(scope: Construct, id: string, pipeline: Pipeline, alarms: Alarms, runbook: string) {
    super(scope, id, { defaultInterval: Duration.days(1) });
    this.addWidgets(
      new TextWidget({ markdown: `# netbird-alerts\nWhat each alarm means: ${runbook}`, width: 24, height: 2 }),
    );
    this.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: alarms.alarms, width: 24, height: 4 }));
    this.addWidgets(...collectWidgets(pipeline));
    this.addWidgets(...detectWidgets(pipeline));
    this.addWidgets(...notifyWidgets(pipeline));
  }
}

const PERIOD = Duration.minutes(5);

function collectWidgets({ collector }: Pipeline): IWidget[] {
  const own = (name: Parameters<typeof ownMetric>[1]) => ownMetric(collector.function, name, PERIOD);
  return [
    new GraphWidget({
      title: 'collect: polls',
      left: [own('PollSucceeded'), own('SourceFailed'), own('TokenRejected')],
    }),
    new GraphWidget({
      title: 'collect: events',
      left: [own('EventsStored'), own('TrafficRowsStored')],
      right: [own('EventsQuarantined'), own('TrafficBehind')],
    }),
    new GraphWidget({
      title: 'collect: time',
      left: [
        collector.function.metricDuration({ period: PERIOD }),
        collector.function.metricErrors({ period: PERIOD }),
      ],
    }),
  ];
}

function detectWidgets({ detector }: Pipeline): IWidget[] {
  const own = (name: Parameters<typeof ownMetric>[1]) => ownMetric(detector.function, name, PERIOD);
  return [
    new GraphWidget({ title: 'detect: records', left: [own('RecordsRead')], right: [own('Findings')] }),
    new GraphWidget({
      title: 'detect: how far behind (ms)',
      left: [detector.function.metric('IteratorAge', { period: PERIOD, statistic: 'Maximum' })],
    }),
    new GraphWidget({
      title: 'detect: trouble',
      left: [own('RuleFailures'), own('RecordsOutOfOrder'), detector.function.metricErrors({ period: PERIOD })],
    }),
  ];
}

function notifyWidgets({ notifier }: Pipeline): IWidget[] {
  const own = (name: Parameters<typeof ownMetric>[1]) => ownMetric(notifier.function, name, PERIOD);
  const topic = notifier.topic.topic;
  return [
    new GraphWidget({ title: 'notify: publications', left: [own('NoticesSent'), own('NoticesFailed')] }),
    new GraphWidget({
      title: 'notify: deliveries',
      left: [
        topic.metricNumberOfNotificationsDelivered({ period: PERIOD }),
        topic.metricNumberOfNotificationsFailed({ period: PERIOD }),
      ],
    }),
    new GraphWidget({
      title: 'notify: how far behind (ms)',
      left: [notifier.function.metric('IteratorAge', { period: PERIOD, statistic: 'Maximum' })],
    }),
  ];
}
