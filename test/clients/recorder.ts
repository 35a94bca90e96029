import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Exchange {
  readonly path: string;
  readonly asked: IncomingHttpHeaders;
  readonly answered: IncomingHttpHeaders;
}

/** Below this path, everything has moved to where it is without it. */
const MOVED = '/moved';

/** Stands between client and API, passes everything on as it is, and remembers the headers of both. */
export async function recorderBefore(url: string): Promise<{
  url: string;
  /** Redirects to `url`. */
  movedUrl: string;
  exchanges: Exchange[];
  close(): Promise<void>;
}> {
  const exchanges: Exchange[] = [];
  const server = createServer((asked, answer) => {
    if (asked.url?.startsWith(`${MOVED}/`)) {
      answer.writeHead(308, { location: asked.url.slice(MOVED.length) }).end();
      return;
    }
    const onward = request(new URL(asked.url ?? '/', url), { method: asked.method, headers: asked.headers });
    onward.on('error', () => answer.destroy());
    onward.on('response', (response) => {
      exchanges.push({ path: asked.url ?? '', asked: asked.headers, answered: response.headers });
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    asked.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: own,
    movedUrl: own + MOVED,
    exchanges,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
