/** Another process has the data folder open. */
export class StoreLockedError extends Error {
  override readonly name = 'StoreLockedError';
  /** Short commands let go of the folder within seconds. */
  readonly retryable = true;

  constructor(path: string, options?: ErrorOptions) {
    super(`the data folder ${path} is in use by another process`, options);
  }
}
