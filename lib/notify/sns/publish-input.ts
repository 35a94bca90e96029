import type { PublishCommandInput } from '@aws-sdk/client-sns';
import type { Notice } from '../../model/delivery.ts';

/** SNS takes this many bytes of message and attributes. */
export const MAX_PUBLISH_BYTES = 262_144;

/** Pure: the Publish request of a notice. `default` is what https, queues and functions get: the JSON. */
export function publishInput(notice: Notice, topicArn: string): PublishCommandInput {
  return {
    TopicArn: topicArn,
    Subject: notice.subject,
    MessageStructure: 'json',
    Message: JSON.stringify({ default: notice.json, email: notice.email, sms: notice.sms }),
    MessageAttributes: Object.fromEntries(
      Object.entries(notice.attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
    ),
  };
}

/** Bytes that count towards SNS's limit. */
export function sizeOf(input: PublishCommandInput): number {
  const attributes = Object.entries(input.MessageAttributes ?? {});
  return attributes.reduce(
    (sum, [name, { DataType, StringValue }]) => sum + Buffer.byteLength(`${name}${DataType}${StringValue ?? ''}`),
    Buffer.byteLength(input.Message ?? ''),
  );
}
