import {
  type FilterPolicy,
  type MessageAttribute,
  matchesFilterPolicy,
} from '../../../../lib/notify/sns/filter-policy.ts';
import { serviceMay } from '../policies.ts';
import type { Template } from '../template.ts';
import { type Answer, type Input, type Service, type Wanted, xml } from './answer.ts';

/** What a subscriber got. */
export interface Delivery {
  readonly protocol: string;
  readonly endpoint: string;
  readonly subject: string;
  readonly message: string;
}

interface Subscription {
  readonly TopicArn: string;
  readonly Protocol: string;
  readonly Endpoint: string;
  readonly FilterPolicy?: FilterPolicy;
  readonly FilterPolicyScope?: string;
  readonly RedrivePolicy?: { readonly deadLetterTargetArn: string };
}

/** The template's topics and subscriptions. Refuses what SNS refuses. */
export class FakeSns implements Service {
  readonly deliveries: Delivery[] = [];
  /** Queues of what no endpoint took, by their ARNs. */
  readonly deadLetters: { readonly queue: string; readonly delivery: Delivery }[] = [];
  /** Endpoints that take nothing. */
  readonly broken = new Set<string>();
  /** Every publication gets an internal error. */
  isDown = false;
  #publications = 0;
  readonly #template: Template;

  constructor(template: Template) {
    this.#template = template;
  }

  wanted(operation: string, { TopicArn }: Input): Wanted[] {
    return [{ action: `sns:${operation}`, resource: String(TopicArn) }];
  }

  async answer(operation: string, input: Input): Promise<Answer> {
    if (operation !== 'Publish') return this.refusal(400, 'InvalidAction', operation);
    this.#publications++;
    if (this.isDown) return this.refusal(500, 'InternalError', 'Something is wrong here');
    const complaint = complaintAbout(input);
    if (complaint !== undefined) return this.refusal(400, 'InvalidParameter', complaint);
    this.#publish(input);
    return xml(
      200,
      `<PublishResponse><PublishResult><MessageId>${this.#publications}</MessageId></PublishResult></PublishResponse>`,
    );
  }

  refusal(status: number, code: string, message: string): Answer {
    const type = status < 500 ? 'Sender' : 'Receiver';
    const error = `<Error><Type>${type}</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
    return xml(status, `<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>`);
  }

  #publish(input: Input): void {
    const texts = JSON.parse(String(input['Message'])) as Record<string, string>;
    const attributes = attributesOf(input);
    for (const { properties } of this.#template.all<Subscription>('AWS::SNS::Subscription')) {
      const { TopicArn, Protocol, Endpoint, FilterPolicy = {}, FilterPolicyScope = 'MessageAttributes' } = properties;
      if (FilterPolicyScope !== 'MessageAttributes')
        throw new RangeError(`Scope ${FilterPolicyScope} is not known here`);
      if (TopicArn !== input['TopicArn'] || !matchesFilterPolicy(FilterPolicy, attributes)) continue;
      const message = texts[Protocol] ?? texts['default'] ?? '';
      this.#deliver(properties, { protocol: Protocol, endpoint: Endpoint, subject: String(input['Subject']), message });
    }
  }

  #deliver({ TopicArn, RedrivePolicy }: Subscription, delivery: Delivery): void {
    if (!this.broken.has(delivery.endpoint)) {
      this.deliveries.push(delivery);
      return;
    }
    const queue = RedrivePolicy?.deadLetterTargetArn;
    const wish = { action: 'sqs:SendMessage', resource: queue ?? '', source: TopicArn };
    if (queue !== undefined && serviceMay(this.#template, 'sns.amazonaws.com', wish)) {
      this.deadLetters.push({ queue, delivery });
    }
  }
}

const MOST_BYTES = 262_144;

/** SNS's rules for a Publish with `MessageStructure: json`. */
function complaintAbout({ Message, MessageStructure, Subject }: Input): string | undefined {
  if (MessageStructure !== 'json') return 'MessageStructure';
  if (Buffer.byteLength(String(Message)) > MOST_BYTES) return 'Invalid parameter: Message too long';
  if (!/^[!-~][ -~]{0,99}$/.test(String(Subject))) return 'Invalid parameter: Subject';
  try {
    if (typeof JSON.parse(String(Message)).default === 'string') return undefined;
  } catch {}
  return 'Invalid parameter: Message Structure - No default entry in JSON message body';
}

/** `MessageAttributes.entry.1.Name`, `….Value.DataType`, `….Value.StringValue`. */
function attributesOf(input: Input): Record<string, MessageAttribute> {
  const attributes: Record<string, MessageAttribute> = {};
  for (let n = 1; input[`MessageAttributes.entry.${n}.Name`] !== undefined; n++) {
    const entry = `MessageAttributes.entry.${n}`;
    const [DataType, StringValue] = [input[`${entry}.Value.DataType`], input[`${entry}.Value.StringValue`]];
    attributes[String(input[`${entry}.Name`])] = { DataType: String(DataType), StringValue: String(StringValue) };
  }
  return attributes;
}
