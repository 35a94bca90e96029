/** A store did not do what it was asked for, after its client's own retries. `retryable`: later it may. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
  readonly retryable: boolean;

  constructor(message: string, options: { cause?: unknown; retryable: boolean }) {
    super(message, { cause: options.cause });
    this.retryable = options.retryable;
  }
}

/** An item is larger than the store takes; trying again does not help. `key` says which one. */
export class ItemTooLargeError extends StoreError {
  override readonly name = 'ItemTooLargeError';
  readonly key: string;

  constructor(key: string, message: string, cause?: unknown) {
    super(message, { cause, retryable: false });
    this.key = key;
  }
}

/** Largest body of a State item, in bytes of JSON: DynamoDB takes 400 KB for an item in all. */
export const MAX_STATE_BYTES = 350 * 1024;

/** Throws ItemTooLargeError where `json`, the body of State item `key`, is over the limit. */
export function checkStateSize(key: string, json: string): void {
  // A UTF-16 unit is at most 3 bytes, so most bodies need no count.
  if (json.length * 3 <= MAX_STATE_BYTES) return;
  const bytes = Buffer.byteLength(json);
  if (bytes <= MAX_STATE_BYTES) return;
  throw new ItemTooLargeError(
    key,
    `State item "${key}" is ${bytes} bytes, the limit is ${MAX_STATE_BYTES}: give the rule a shorter timespan or a finer group-by`,
  );
}
