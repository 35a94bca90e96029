/** Says that something took longer than it may; the reason of an abort. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
  /** How long it may take. */
  readonly millis: number;

  constructor(millis: number) {
    super(`Nothing came for ${millis} ms`);
    this.millis = millis;
  }
}

/** Aborts when the outer signal does, or when nothing was heard for the time that `expect` last gave. */
export class Watchdog {
  readonly #abort = new AbortController();
  readonly #outer: AbortSignal;
  readonly #follow = (): void => this.#abort.abort(this.#outer.reason);
  #timer: NodeJS.Timeout | undefined;

  constructor(outer: AbortSignal) {
    this.#outer = outer;
    if (outer.aborted) this.#follow();
    else outer.addEventListener('abort', this.#follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** From now on, the next sign of life may take this long. */
  expect(millis: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#abort.abort(new TimeLimitError(millis)), millis);
  }

  /** Nothing is waited for at present. */
  rest(): void {
    clearTimeout(this.#timer);
  }

  /** Ends what the signal was given to. */
  kill(): void {
    this.rest();
    this.#outer.removeEventListener('abort', this.#follow);
    this.#abort.abort();
  }
}
