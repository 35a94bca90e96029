import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a client needs in order to reach an embedded store, in this process or from another one. */
export interface Endpoint {
  /** `http://127.0.0.1:<port>` */
  readonly address: string;
  /** Travels as the access key id of a signed request, so that every AWS client can carry it. */
  readonly secret: string;
}

/** Who asks for this path and shows the secret learns that the store is alive. */
export const ALIVE_PATH = '/alive';

/**
 * Serves `handler` on a free loopback port, to those only who show the secret: other users of the machine, and pages
 * in its browsers, can reach the port as well.
 */
export async function serveFront(
  handler: RequestListener,
  secret: string,
): Promise<{ endpoint: Endpoint; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    if (!showsSecret(request, secret)) return void response.writeHead(403).end();
    if (request.url === ALIVE_PATH) return void response.writeHead(200).end(proofOf(secret));
    handler(request, response);
    // dynalite throws when a client dies in the middle of a request, and would take this process along.
    request.removeAllListeners('error').on('error', () => response.destroy());
  });
  // Idle connections stay: to close one just when its client uses it again is a failed request.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { endpoint: { address: `http://127.0.0.1:${port}`, secret }, close };
}

function showsSecret(request: IncomingMessage, secret: string): boolean {
  const shown = Buffer.from(/Credential=([^/,\s]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '');
  const expected = Buffer.from(secret);
  return shown.length === expected.length && timingSafeEqual(shown, expected);
}

/** What only a store that knows the secret can answer; a server that merely echoes requests cannot. */
export function proofOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
