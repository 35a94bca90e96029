/** Another process has the data folder open. */
export class StoreLockedError extends Error {
  override readonly name = 'StoreLockedError';
  /** A short command lets go of the folder within seconds; a running `local` does not. */
  readonly retryable: boolean;

  constructor(path: string, options: ErrorOptions & { readonly retryable: boolean }) {
    super(`another netbird-alerts has the data folder ${path} open`, options);
    this.retryable = options.retryable;
  }
}

/** A reading command was given a folder in which nothing was ever collected. */
export class NoStoreError extends Error {
  override readonly name = 'NoStoreError';
  readonly retryable = false;

  constructor(path: string) {
    super(`there is no store in ${path}`);
  }
}
