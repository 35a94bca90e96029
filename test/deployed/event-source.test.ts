import type { DynamoDBRecord } from 'aws-lambda';
import { EventSource, type MappingProperties } from '../support/deployed/event-source.ts';
import { InvocationError } from '../support/deployed/lambda.ts';

/** Polls a stream of these numbers; the function fails at batches with a number that it is told to fail at. */
async function poll(numbers: readonly number[], change: Partial<MappingProperties>, answer: (n: number[]) => unknown) {
  const givenUp: [numbers: number[], destination: string | undefined][] = [];
  const finished: number[] = [];
  const source = new EventSource({
    properties: { EventSourceArn: 'arn:stream', FunctionName: 'f', BatchSize: 10, ...change },
    stream: {
      read: async () => numbers.map(recordOf),
      finish: async (records) => void finished.push(...numbersOf(records)),
    },
    invoke: async ({ Records }) => answer(numbersOf(Records)),
    pass: () => undefined,
    giveUp: (records, destination) => givenUp.push([numbersOf(records), destination]),
  });
  await source.poll();
  return { batches: source.batches.map(numbersOf), givenUp, finished };
}

function recordOf(n: number): DynamoDBRecord {
  return { eventName: n < 0 ? 'REMOVE' : 'INSERT', dynamodb: { SequenceNumber: String(n) } };
}

function numbersOf(records: readonly DynamoDBRecord[]): number[] {
  return records.map(({ dynamodb }) => Number(dynamodb?.SequenceNumber));
}

const failsAt = (bad: number) => (numbers: number[]) => {
  if (numbers.includes(bad)) throw new InvocationError('poison');
};

describe('an event source mapping', () => {
  it('hands over what passes a filter, in batches of its size, and finishes all that it read', async () => {
    const FilterCriteria = { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] };
    const { batches, finished } = await poll([1, -2, 3, 4], { BatchSize: 2, FilterCriteria }, () => null);
    expect(batches).toEqual([[1, 3], [4]]);
    expect(finished).toEqual([1, -2, 3, 4]);
  });

  it('halves a batch that fails until the poison is alone, and then gives that up', async () => {
    const DestinationConfig = { OnFailure: { Destination: 'arn:bucket' } };
    const change = { BisectBatchOnFunctionError: true, DestinationConfig };
    const { batches, givenUp } = await poll([1, 2, 3, 4], change, failsAt(3));
    expect(batches).toEqual([[1, 2, 3, 4], [1, 2], [3, 4], [3], [3], [3], [3], [3], [4]]);
    expect(givenUp).toEqual([[[3], 'arn:bucket']]);
  });

  it('tries a whole batch as often as it is told to where it may not halve it', async () => {
    const { batches, givenUp } = await poll([1, 2], { MaximumRetryAttempts: 1 }, failsAt(2));
    expect(batches).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(givenUp).toEqual([[[1, 2], undefined]]);
  });

  it('goes on at the first record that the function names as failed', async () => {
    const once = [{ batchItemFailures: [{ itemIdentifier: '3' }, { itemIdentifier: '2' }] }];
    const change = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
    const { batches } = await poll([1, 2, 3], change, () => once.pop() ?? { batchItemFailures: [] });
    expect(batches).toEqual([
      [1, 2, 3],
      [2, 3],
    ]);
  });

  it('takes a record that is not in the batch for a failure of all', async () => {
    const once = [{ batchItemFailures: [{ itemIdentifier: '7' }] }];
    const change = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
    const { batches } = await poll([1, 2], change, () => once.pop() ?? null);
    expect(batches).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });
});
