import { type Answer, errorAnswer } from '../../api/wire/answer.ts';
import type { Fault } from './faults.ts';

/** What a fault makes of an answer; those of the connection leave it alone. */
export function faultyAnswer(fault: Fault, answer: Answer, requestId: string): Answer {
  switch (fault.kind) {
    case 'status':
      return fault.status >= 502 && fault.status <= 504
        ? proxyPage(fault.status)
        : errorAnswer({ status: fault.status, message: messageOf(fault.status) }, requestId);
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

function messageOf(status: number): string {
  return status === 500 ? 'internal server error' : 'request failed';
}
