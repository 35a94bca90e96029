import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Notice } from '../../model/delivery.ts';
import { NotifyError } from '../errors.ts';
import type { Publisher } from '../publisher.ts';
import { MAX_PUBLISH_BYTES, publishInput, sizeOf } from './publish-input.ts';

/** SNS's names for "this message is wrong", by API reference and wire name; all else is about the way, not the text. */
const REFUSALS = new Set([
  'InvalidParameter',
  'InvalidParameterException',
  'InvalidParameterValue',
  'InvalidParameterValueException',
  'ParameterValueInvalid',
  'ValidationError',
  'ValidationException',
]);

/** Publishes to one topic. */
export class SnsPublisher implements Publisher {
  readonly #client: SNSClient;
  readonly #topicArn: string;

  constructor(client: SNSClient, topicArn: string) {
    this.#client = client;
    this.#topicArn = topicArn;
  }

  async publish(notice: Notice): Promise<void> {
    const input = publishInput(notice, this.#topicArn);
    const size = sizeOf(input);
    if (size > MAX_PUBLISH_BYTES) {
      throw new NotifyError(`The notice has ${size} bytes, SNS takes ${MAX_PUBLISH_BYTES}`, { retryable: false });
    }
    try {
      await this.#client.send(new PublishCommand(input));
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : String(cause);
      const message = `SNS did not take the notice (${name}): see whether topic ${this.#topicArn} is there and this role may publish to it`;
      throw new NotifyError(message, { cause, retryable: !REFUSALS.has(name) });
    }
  }
}
