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

/** The data folder cannot be made, or its store cannot be opened: a file in its place, no permission, a full disk. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
  readonly retryable = false;

  constructor(path: string, cause: unknown) {
    super(`the data folder ${path} cannot be used (${codeOf(cause)})`, { cause });
  }
}

/** `EEXIST`, `EACCES`, `LEVEL_CORRUPTION` …: the code of the innermost cause that has one. */
function codeOf(error: unknown): string {
  let code = 'error';
  for (let at = error; typeof at === 'object' && at !== null; at = 'cause' in at ? at.cause : undefined) {
    if ('code' in at) code = String(at.code);
  }
  return code;
}
