import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { InputError } from '../../model/errors.ts';
import { type ApiParts, type ApiRequest, handleRequest } from '../handle.ts';
import { type Listening, listenOn } from './listen.ts';
import { outgoing } from './outgoing.ts';

export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  /** PEM texts; with them, HTTPS. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Serves the archive over HTTP. Throws InputError where the port or the certificate cannot be used. */
export async function serveApi(parts: ApiParts, { port, host, tls }: ServeOptions): Promise<Listening> {
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    answer(parts, request, response).catch((error) => {
      parts.log({ message: 'An answer broke off', error: String(error) });
      // The status is gone: a body that ends early is all that can still tell.
      response.destroy();
    });
  };
  const server = tls ? tlsServer(tls, onRequest) : createServer(onRequest);
  return listenOn(server, port, host, tls ? 'https' : 'http');
}

async function answer(parts: ApiParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // No route takes a body.
  request.resume();
  const { status, headers, writeTo } = await outgoing(
    await handleRequest(parts, requestOf(request)),
    request.headers['accept-encoding'],
  );
  if (response.destroyed) return;
  response.writeHead(status, headers);
  await writeTo(response).catch((error) => {
    if (!isGone(error)) throw error;
  });
}

function requestOf(request: IncomingMessage): ApiRequest {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  const clientAddress = request.socket.remoteAddress ?? '';
  return { method: request.method ?? '', target: request.url ?? '', headers, clientAddress };
}

/** A client that has read enough closes its end. */
function isGone(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ECONNRESET' || error.code === 'EPIPE';
}

function tlsServer(
  tls: NonNullable<ServeOptions['tls']>,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  try {
    return createTlsServer(tls, onRequest);
  } catch (cause) {
    throw new InputError(
      'The certificate and its key cannot be used.',
      'Give PEM files that belong together with --tls-cert and --tls-key.',
      { cause },
    );
  }
}
