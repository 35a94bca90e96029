/** What a stand-in answers over HTTP. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** One thing that a request would do. */
export interface Wanted {
  readonly action: string;
  readonly resource: string;
  /** Partition keys of the items that are wanted, where they are named. */
  readonly leadingKeys?: readonly string[];
}

/** One service's requests, told in IAM's words and answered. */
export interface Service {
  /** Every action on every resource that the request needs. */
  wanted(operation: string, input: Input): Wanted[];
  answer(operation: string, input: Input, authorization: string): Promise<Answer>;
  refusal(status: number, code: string, message: string): Answer;
}

/** A request's body: of JSON services the object, of query services the form. */
export type Input = Readonly<Record<string, unknown>>;

export function json(status: number, body: unknown): Answer {
  return { status, type: 'application/x-amz-json-1.0', body: JSON.stringify(body) };
}

export function jsonRefusal(status: number, code: string, message: string): Answer {
  return json(status, { __type: code, message });
}

export function xml(status: number, body: string): Answer {
  return { status, type: 'text/xml', body };
}
