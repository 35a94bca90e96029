/** Something that goes wrong between the server and who reads its audit log. */
export type Fault =
  /** An error of the server itself, as JSON; 502, 503 and 504 as the page of a proxy in front of it. */
  | { readonly kind: 'status'; readonly status: number }
  /** A proxy's page in place of the API's JSON, with status 200 unless told otherwise. */
  | { readonly kind: 'html'; readonly status?: number }
  /** The connection ends inside the body. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** The connection ends before an answer. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'redirect'; readonly location: string; readonly status?: number }
  /** The answer begins only after a while. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** The body comes in small pieces, one at a time. */
  | { readonly kind: 'drip'; readonly bytes: number; readonly everyMs: number }
  /** Any body with status 200. */
  | { readonly kind: 'body'; readonly body: string; readonly contentType?: string };

/** Faults to come, for the audit log's two paths. */
export class FaultPlan {
  #next: Fault[] = [];
  #always: Fault | undefined;

  /** The next `times` requests meet it, after those planned before. */
  next(fault: Fault, times = 1): void {
    for (let n = 0; n < times; n += 1) this.#next.push(fault);
  }

  /** Every request meets it for which no other is planned. */
  always(fault: Fault): void {
    this.#always = fault;
  }

  /** All is well again. */
  clear(): void {
    this.#next = [];
    this.#always = undefined;
  }

  take(): Fault | undefined {
    return this.#next.shift() ?? this.#always;
  }
}
