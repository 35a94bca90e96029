import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

/** How the server answers one request. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** A real HTTP server on 127.0.0.1 that misbehaves as NetBird and what stands before it do. */
export interface MisbehavingNetbird {
  readonly url: string;
  /** What was asked for, in order. */
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  /** The next requests get these, one each; the last one stays. */
  behave(...behaviours: Behaviour[]): void;
  close(): Promise<void>;
}

export async function startMisbehavingNetbird(...first: Behaviour[]): Promise<MisbehavingNetbird> {
  let behaviours = first;
  const requests: MisbehavingNetbird['requests'] = [];
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? '', headers: request.headers });
    const behaviour = behaviours.length > 1 ? behaviours.shift() : behaviours[0];
    (behaviour ?? serves([]))(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    behave: (...next) => {
      behaviours = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=UTF-8', 'x-request-id': 'dc2621lqmd2uu3dv2mfg' };

/** `200` and the events as NetBird writes them: chunked, a newline after the last bracket. */
export function serves(events: readonly unknown[], headers: Record<string, string> = {}): Behaviour {
  return (_request, response) => {
    response.writeHead(200, { ...JSON_HEADERS, ...headers });
    response.write(JSON.stringify(events));
    response.end('\n');
  };
}

/** One event after the other, some milliseconds apart. */
export function servesSlowly(events: readonly unknown[], pauseMs: number): Behaviour {
  return async (_request, response) => {
    response.writeHead(200, JSON_HEADERS);
    for (const [index, event] of events.entries()) {
      response.write((index === 0 ? '[' : ',') + JSON.stringify(event));
      await sleep(pauseMs);
    }
    response.end(']\n');
  };
}

/** A byte now and then, for ever: never quiet for long, and never done. */
export const drips: Behaviour = (request, response) => {
  response.writeHead(200, JSON_HEADERS);
  response.write('[');
  const drops = setInterval(() => response.write(' '), 20);
  request.socket.once('close', () => clearInterval(drops));
};

export function servesGzip(events: readonly unknown[]): Behaviour {
  return (_request, response) => {
    response.writeHead(200, { ...JSON_HEADERS, 'content-encoding': 'gzip' });
    response.end(gzipSync(JSON.stringify(events)));
  };
}

/** A refusal in NetBird's form. */
export function refuses(status: number, message: string): Behaviour {
  return answers(status, `${JSON.stringify({ message, code: status })}\n`, JSON_HEADERS);
}

/** Any answer. */
export function answers(status: number, body: string, headers: Record<string, string> = {}): Behaviour {
  return (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

/** The connection breaks after so many bytes of a chunked body. */
export function cutsAfter(bytes: number, events: readonly unknown[]): Behaviour {
  return (_request, response) => {
    response.writeHead(200, JSON_HEADERS);
    response.write(JSON.stringify(events).slice(0, bytes), () => response.destroy());
  };
}

/** A proxy that ends a cut body as if it were whole. */
export function endsAfter(bytes: number, events: readonly unknown[]): Behaviour {
  return answers(200, JSON.stringify(events).slice(0, bytes), JSON_HEADERS);
}

/** After so many bytes nothing more comes, and the connection stays. */
export function stallsAfter(bytes: number, events: readonly unknown[]): Behaviour {
  return (_request, response) => {
    response.writeHead(200, JSON_HEADERS);
    response.write(JSON.stringify(events).slice(0, bytes));
  };
}

/** Never answers. */
export const hangs: Behaviour = () => {};

export function redirectsTo(location: string, status = 307): Behaviour {
  return answers(status, '', { location });
}
