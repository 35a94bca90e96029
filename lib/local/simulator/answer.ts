import type { Fault } from './faults.ts';

/** An answer before it goes on the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a route that is not registered answers, also to other methods and to a trailing slash. */
export const NO_ROUTE: Answer = {
  status: 404,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
  body: '404 page not found\n',
};

/** `body` is JSON text with its newline. */
export function jsonAnswer(status: number, body: string, requestId: string): Answer {
  const headers = { 'Content-Type': 'application/json; charset=UTF-8', Vary: 'Origin', 'X-Request-Id': requestId };
  return { status, headers, body };
}

export function errorAnswer(status: number, message: string, requestId: string): Answer {
  return jsonAnswer(status, `${JSON.stringify({ message, code: status })}\n`, requestId);
}

/** What a fault makes of an answer; those of the connection leave it alone. */
export function faultyAnswer(fault: Fault, answer: Answer, requestId: string): Answer {
  switch (fault.kind) {
    case 'status':
      return fault.status >= 502 && fault.status <= 504
        ? proxyPage(fault.status)
        : errorAnswer(fault.status, fault.status === 500 ? 'internal server error' : 'request failed', requestId);
    case 'html':
      return proxyPage(fault.status ?? 200);
    case 'redirect':
      return { status: fault.status ?? 302, headers: { Location: fault.location }, body: '' };
    case 'body':
      return {
        ...answer,
        status: 200,
        headers: { 'Content-Type': fault.contentType ?? 'application/json' },
        body: fault.body,
      };
    default:
      return answer;
  }
}

function proxyPage(status: number): Answer {
  const title = status === 200 ? 'Sign in' : `${status} Bad Gateway`;
  const body = `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;
  return { status, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body };
}
