import type { DynamoDBRecord } from 'aws-lambda';
import type { ChangeStream } from '../../../lib/local/embedded/change-stream.ts';
import { matchesPattern } from './event-pattern.ts';
import { InvocationError } from './lambda.ts';

/** `AWS::Lambda::EventSourceMapping`, as the template has it. */
export interface MappingProperties {
  readonly EventSourceArn: string;
  readonly FunctionName: string;
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumRecordAgeInSeconds?: number;
  readonly BisectBatchOnFunctionError?: boolean;
  readonly FunctionResponseTypes?: readonly string[];
  readonly FilterCriteria?: { readonly Filters: readonly { readonly Pattern: string }[] };
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination: string } };
}

export interface EventSourceParts {
  readonly properties: MappingProperties;
  readonly stream: Pick<ChangeStream, 'read' | 'finish'>;
  readonly invoke: (event: { readonly Records: readonly DynamoDBRecord[] }) => Promise<unknown>;
  /** Called where a batching window passes. */
  readonly pass: (millis: number) => void;
  /** Takes what was given up; `destination` is undefined where the template names none. */
  readonly giveUp: (records: readonly DynamoDBRecord[], destination: string | undefined) => void;
}

/** Until a record that fails again and again is too old: without a limit, Lambda tries for as long as the age allows. */
const TRIES_OF_AN_AGE = 5;
const READ_AT_ONCE = 1000;

/** Lambda's poller of one stream with one shard: filters, batches, retries, halves and gives up as the mapping says. */
export class EventSource {
  /** Batches that were handed over, in order, also those that failed. */
  readonly batches: (readonly DynamoDBRecord[])[] = [];
  readonly #parts: EventSourceParts;

  constructor(parts: EventSourceParts) {
    this.#parts = parts;
  }

  /** Takes what is in the stream; resolves to how many records that were. */
  async poll(): Promise<number> {
    const { stream, properties, pass } = this.#parts;
    const read = await stream.read(READ_AT_ONCE);
    if (read.length === 0) return 0;
    pass((properties.MaximumBatchingWindowInSeconds ?? 0) * 1000);
    const wanted = this.select(read);
    const size = properties.BatchSize ?? 100;
    for (let start = 0; start < wanted.length; start += size) await this.#deliver(wanted.slice(start, start + size), 1);
    await stream.finish(read);
    return read.length;
  }

  /** What of these records would wake the function, as it would get them. */
  select(records: readonly DynamoDBRecord[]): DynamoDBRecord[] {
    const { EventSourceArn, FilterCriteria } = this.#parts.properties;
    const patterns = FilterCriteria?.Filters.map(({ Pattern }) => JSON.parse(Pattern)) ?? [];
    return records
      .map((record) => ({ ...record, eventSourceARN: EventSourceArn }))
      .filter((record) => patterns.length === 0 || patterns.some((pattern) => matchesPattern(pattern, record)));
  }

  async #deliver(batch: readonly DynamoDBRecord[], attempt: number): Promise<void> {
    const done = await this.#doneOf(batch);
    const left = batch.slice(done);
    if (left.length === 0) return;
    const { MaximumRetryAttempts = -1, BisectBatchOnFunctionError, DestinationConfig } = this.#parts.properties;
    if (BisectBatchOnFunctionError && left.length > 1) {
      const middle = Math.ceil(left.length / 2);
      // Halving is no retry.
      await this.#deliver(left.slice(0, middle), attempt);
      await this.#deliver(left.slice(middle), attempt);
      return;
    }
    const tries = MaximumRetryAttempts === -1 ? TRIES_OF_AN_AGE : MaximumRetryAttempts + 1;
    if (attempt < tries) await this.#deliver(left, attempt + 1);
    else this.#parts.giveUp(left, DestinationConfig?.OnFailure?.Destination);
  }

  /** How many records from the start the function has finished. */
  async #doneOf(batch: readonly DynamoDBRecord[]): Promise<number> {
    this.batches.push(batch);
    let answer: unknown;
    try {
      answer = await this.#parts.invoke({ Records: batch });
    } catch (error) {
      if (error instanceof InvocationError) return 0;
      throw error;
    }
    if (!this.#parts.properties.FunctionResponseTypes?.includes('ReportBatchItemFailures')) return batch.length;
    const failures = (answer as { batchItemFailures?: { itemIdentifier: string }[] } | null)?.batchItemFailures ?? [];
    const places = failures.map(({ itemIdentifier }) =>
      batch.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier),
    );
    // A number that is not in the batch fails all of it.
    return Math.max(0, Math.min(batch.length, ...places));
  }
}
