import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Listening, listenOn } from '../../api/node/listen.ts';
import type { Answer } from '../../api/wire/answer.ts';
import type { Fault } from './faults.ts';

/** Go's server counts the bytes only of what fits its first buffer. */
const LARGEST_COUNTED_BODY = 2048;
const PIECE_BYTES = 16 * 1024;

export type { Listening } from '../../api/node/listen.ts';

/** An answer and what happens to it under way. */
export interface Delivery {
  readonly answer: Answer;
  readonly fault?: Fault;
  /** For the `Date` header. */
  readonly at: Date;
}

/** Serves on a TCP port; 0 takes a free one. Throws InputError where the port cannot be had. */
export async function listen(
  decide: (request: IncomingMessage) => Delivery,
  count: (bytes: number) => void,
  port: number,
  host: string,
): Promise<Listening> {
  const server = createServer((request, response) => {
    deliver(decide(request), response, count).catch(() => response.destroy());
  });
  return listenOn(server, port, host);
}

async function deliver(delivery: Delivery, response: ServerResponse, count: (bytes: number) => void): Promise<void> {
  const { answer, fault, at } = delivery;
  if (fault?.kind === 'reset') {
    response.destroy();
    return;
  }
  if (fault?.kind === 'latency') await sleep(fault.ms);
  const body = Buffer.from(answer.body, 'utf8');
  response.sendDate = false;
  response.removeHeader('Connection');
  const counted = body.length <= LARGEST_COUNTED_BODY && fault?.kind !== 'cut';
  response.writeHead(answer.status, {
    ...answer.headers,
    Date: at.toUTCString(),
    ...(counted ? { 'Content-Length': String(body.length) } : {}),
  });
  const whole = await sendBody(response, body, fault, count);
  if (whole) response.end();
  else response.destroy();
}

/** Waits where the reader is slow, so that who stops early has been sent little. False: the body is not whole. */
async function sendBody(
  response: ServerResponse,
  body: Buffer,
  fault: Fault | undefined,
  count: (bytes: number) => void,
): Promise<boolean> {
  const end = fault?.kind === 'cut' ? Math.min(fault.afterBytes, body.length) : body.length;
  const size = fault?.kind === 'drip' ? fault.bytes : PIECE_BYTES;
  for (let from = 0; from < end; from += size) {
    if (response.destroyed) return false;
    const piece = body.subarray(from, Math.min(from + size, end));
    count(piece.length);
    if (!response.write(piece)) await drained(response);
    if (fault?.kind === 'drip') await sleep(fault.everyMs);
  }
  if (fault?.kind !== 'cut') return true;
  // What was written must leave before the connection is torn down.
  await new Promise((resolve) => response.write('', resolve));
  await sleep(5);
  return false;
}

/** Until there is room for more, or nobody to send it to. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off('drain', settle).off('close', settle);
      resolve();
    };
    response.on('drain', settle).on('close', settle);
  });
}
