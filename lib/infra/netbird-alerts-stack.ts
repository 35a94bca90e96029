import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { NetBirdAlerts, type NetBirdAlertsProps } from './netbird-alerts.ts';

export type NetBirdAlertsStackProps = NetBirdAlertsProps & StackProps;

/** `NetBirdAlerts` as a stack of its own, with what a person needs to go on printed after the deployment. */
export class NetBirdAlertsStack extends Stack {
  readonly alerts: NetBirdAlerts;

  constructor(scope: Construct, id: string, props: NetBirdAlertsStackProps) {
    super(scope, id, { description: 'Watches a NetBird network and tells people what matters', ...props });
    this.alerts = new NetBirdAlerts(this, 'NetBirdAlerts', props);
    Tags.of(this).add('application', 'netbird-alerts');
    Tags.of(this).add('tenant', props.config.tenant ?? 'default');
    this.#addOutputs();
  }

  #addOutputs(): void {
    const { collector, notifier, tables, alarms, api } = this.alerts;
    const outputs: Record<string, [value: string, description: string]> = {
      NextStep: [
        `aws secretsmanager put-secret-value --secret-id ${collector.secretId} --secret-string file://token.txt`,
        'Puts the token of a NetBird service user in; until then every poll fails. Then delete token.txt.',
      ],
      EventsTable: [tables.events.tableName, 'Every event that NetBird served'],
      AlertsTable: [tables.alerts.tableName, 'Every alert, sent or not'],
      StateTable: [tables.state.tableName, 'Cursors, rule state, names, lists'],
      AlertsTopic: [notifier.topic.topic.topicArn, 'Where alerts are published'],
      OperatorsTopic: [alarms.operators.topicArn, 'Where alarms on the pipeline itself are published'],
      ...(api && { ApiUrl: [api.url, 'Serves the archive: the base URL for clients of NetBird'] }),
      CollectFunction: [collector.function.functionName, 'Reads NetBird'],
    };
    for (const [name, [value, description]] of Object.entries(outputs))
      new CfnOutput(this, name, { value, description });
  }
}
