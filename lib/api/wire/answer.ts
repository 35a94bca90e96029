/** An answer before it goes on the wire. */
export interface Answer<Body = string> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

/** A refusal as the server words it. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** What a route that is not registered answers, also to other methods and to a trailing slash. */
export const NO_ROUTE: Answer = {
  status: 404,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
  body: '404 page not found\n',
};

/** `body` is JSON text with its newline, whole or in pieces. */
export function jsonAnswer<Body>(status: number, body: Body, requestId: string): Answer<Body> {
  const headers = { 'Content-Type': 'application/json; charset=UTF-8', Vary: 'Origin', 'X-Request-Id': requestId };
  return { status, headers, body };
}

export function errorAnswer({ status, message }: Refusal, requestId: string): Answer {
  return jsonAnswer(status, `${JSON.stringify({ message, code: status })}\n`, requestId);
}
