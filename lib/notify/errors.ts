/** A notice was not published. `retryable`: the same one may pass later; otherwise this text is refused for good. */
export class NotifyError extends Error {
  override readonly name = 'NotifyError';
  readonly retryable: boolean;

  constructor(message: string, options: { cause?: unknown; retryable: boolean }) {
    super(message, { cause: options.cause });
    this.retryable = options.retryable;
  }
}
