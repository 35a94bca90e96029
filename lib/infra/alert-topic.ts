import { CfnTopic, Subscription, SubscriptionFilter, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { filterPolicyOf, type Subscriber } from '../model/config.ts';
import { DeadLetters } from './dead-letters.ts';

/** The topic that alerts are published to; what a subscriber's endpoint refuses ends in `deadLetters`. */
export class AlertTopic extends Construct {
  readonly topic: Topic;
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string, subscribers: readonly Subscriber[]) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { displayName: 'NetBird alerts', enforceSSL: true });
    // The account's own key of SNS: free, and its policy admits whoever may publish.
    if (this.topic.node.defaultChild instanceof CfnTopic) this.topic.node.defaultChild.kmsMasterKeyId = 'alias/aws/sns';
    this.deadLetters = new DeadLetters(this, 'DeadLetters');
    for (const subscriber of subscribers) this.#subscribe(subscriber);
  }

  #subscribe(subscriber: Subscriber): void {
    const { protocol, endpoint } = subscriber;
    new Subscription(this, `${protocol} ${endpoint}`, {
      topic: this.topic,
      protocol: snsProtocolOf(subscriber),
      endpoint,
      filterPolicy: {
        severity: SubscriptionFilter.stringFilter({ allowlist: [...filterPolicyOf(subscriber).severity] }),
      },
      deadLetterQueue: this.deadLetters,
    });
  }
}

/** SNS's name for how a subscriber is reached: `json` is an SQS queue or a Lambda function, by its ARN. */
export function snsProtocolOf({ protocol, endpoint }: Subscriber): SubscriptionProtocol {
  switch (protocol) {
    case 'email':
      return SubscriptionProtocol.EMAIL;
    case 'sms':
      return SubscriptionProtocol.SMS;
    case 'https':
      return SubscriptionProtocol.HTTPS;
    case 'json':
      return endpoint.split(':')[2] === 'lambda' ? SubscriptionProtocol.LAMBDA : SubscriptionProtocol.SQS;
  }
}
