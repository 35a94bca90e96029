/** How this adapter talks to DynamoDB: failures told apart, leftovers of batches sent again. */
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { ItemTooLargeError, StoreError } from '../errors.ts';
import type { Item } from './attribute.ts';

export const WRITE_BATCH = 25;
export const READ_BATCH = 100;

const MAX_ROUNDS = 10;
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 3000;

/** What `request` answers; its failure becomes a StoreError that says what was being done (`doing`). */
export async function call<T>(doing: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw storeError(doing, error);
  }
}

/** Whether a conditional write was made: false when its condition did not hold. Other failures as in `call`. */
export async function conditionally(doing: string, request: () => Promise<unknown>): Promise<boolean> {
  try {
    await request();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw storeError(doing, error);
  }
}

/** Puts at most 25 items without a condition; what DynamoDB leaves over is sent again after a pause. */
export async function writeBatch(client: DynamoDBClient, table: string, items: readonly Item[]): Promise<void> {
  let requests = items.map((Item) => ({ PutRequest: { Item } }));
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (round > 0) await pause(round);
    const command = new BatchWriteItemCommand({ RequestItems: { [table]: requests } });
    const answer = await call(`writing ${items.length} items to table ${table}`, () => client.send(command));
    const left = answer.UnprocessedItems?.[table] ?? [];
    requests = left.flatMap((request) =>
      request.PutRequest?.Item ? [{ PutRequest: { Item: request.PutRequest.Item } }] : [],
    );
    if (requests.length === 0) return;
  }
  throw tooBusy(table);
}

/** Reads items by at most 100 different keys, consistently, in no order; what is left over is asked for again. */
export async function readBatch(client: DynamoDBClient, table: string, keys: readonly Item[]): Promise<Item[]> {
  const items: Item[] = [];
  let left = [...keys];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (round > 0) await pause(round);
    const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } });
    const answer = await call(`reading ${keys.length} items of table ${table}`, () => client.send(command));
    items.push(...(answer.Responses?.[table] ?? []));
    left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    if (left.length === 0) return items;
  }
  throw tooBusy(table);
}

/** Every item of the SDK's pages; a failure becomes a StoreError. */
export async function* itemsOf(
  pages: AsyncIterator<{ Items?: Item[] | undefined }>,
  doing: string,
): AsyncIterable<Item> {
  for (;;) {
    const page = await call(doing, () => pages.next());
    if (page.done) return;
    yield* page.value.Items ?? [];
  }
}

export function chunksOf<T>(list: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < list.length; start += size) chunks.push(list.slice(start, start + size));
  return chunks;
}

function storeError(doing: string, cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const name = cause instanceof Error ? cause.name : '';
  if (/item size|size of item|maximum allowed size/i.test(message)) {
    return new ItemTooLargeError(doing, `${doing}: an item is over DynamoDB's 400 KB; store less in it`, cause);
  }
  return new StoreError(`${doing}: ${name}: ${message}; ${ADVICE[name] ?? DEFAULT_ADVICE}`, {
    cause,
    retryable: isRetryable(cause, name),
  });
}

const DEFAULT_ADVICE = 'try again, and see the cause if it stays so';

const ADVICE: Readonly<Record<string, string>> = {
  ResourceNotFoundException: 'check the name and region of the table, or deploy the stack first',
  AccessDeniedException: 'give the role that runs this access to the table',
  UnrecognizedClientException: 'check the AWS credentials',
  ExpiredTokenException: 'renew the AWS credentials',
  CredentialsProviderError: 'set AWS credentials',
  ItemCollectionSizeLimitExceededException: 'one partition of the table has reached 10 GB; split it',
};

/** Everything but what the request itself got wrong. */
function isRetryable(cause: unknown, name: string): boolean {
  if (name === 'ValidationException' || name === 'SerializationException') return false;
  if (name in ADVICE) return false;
  const status = (cause as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
  return status === undefined || status >= 500 || /Throttl|Throughput|LimitExceeded|Conflict/.test(name);
}

function tooBusy(table: string): StoreError {
  return new StoreError(
    `table ${table} did not take all items in ${MAX_ROUNDS} rounds: it is throttled; try again later`,
    {
      retryable: true,
    },
  );
}

/** Exponential back-off with full jitter, so that writers that were refused together do not come back together. */
function pause(round: number): Promise<void> {
  const longest = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** round);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
}
