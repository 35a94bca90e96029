/** What a person gave cannot be used: a file, an option, a configuration. Commands end with exit code 2. */
export class InputError extends Error {
  override readonly name = 'InputError';
  /** The same input fails again. */
  readonly retryable = false;
  /** What to do next, one sentence. */
  readonly hint: string;

  constructor(message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options);
    this.hint = hint;
  }
}
