/** A stored series cannot be read, or a step does not follow the one before. The rule's state has to be rebuilt. */
export class InvalidSeriesError extends Error {
  override readonly name = 'InvalidSeriesError';
  readonly retryable = false;

  constructor(what: string) {
    super(`the stored baseline ${what}; replay the rule over the stored events to rebuild it`);
  }
}
