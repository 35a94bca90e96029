/** Stand-in until the API is there. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Certificate } from './certificate.ts';
import { AUDIT, TRAFFIC } from './stored-history.ts';

export interface ServedHistory {
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

export async function serveHistory(certificate?: Certificate): Promise<ServedHistory> {
  const handler = (request: IncomingMessage, response: ServerResponse) => {
    const ok = request.headers.authorization === 'Token nba_right';
    const traffic = { data: TRAFFIC, page: 1, page_size: 1000, total_records: TRAFFIC.length, total_pages: 1 };
    const body = ok ? (request.url === '/api/events/audit' ? AUDIT : traffic) : { message: 'token invalid', code: 401 };
    const text = gzipSync(JSON.stringify(body));
    response.writeHead(ok ? 200 : 401, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(text);
  };
  const server = certificate
    ? createHttps({ cert: certificate.cert, key: readFileSync(certificate.keyFile) }, handler)
    : createHttp(handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: 'nba_right',
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
