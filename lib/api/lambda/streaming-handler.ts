import type { Writable } from 'node:stream';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type ApiParts, type ApiRequest, handleRequest } from '../handle.ts';
import { outgoing } from '../node/outgoing.ts';

/** The global of Lambda's Node runtime by which a function streams. */
export interface LambdaStreaming {
  streamifyResponse(handler: StreamingHandler): unknown;
  readonly HttpResponseStream: {
    from(stream: Writable, head: { statusCode: number; headers: Readonly<Record<string, string>> }): Writable;
  };
}

type StreamingHandler = (event: APIGatewayProxyEvent, stream: Writable) => Promise<void>;

/** The Lambda handler behind a REST API that streams what the function writes. */
export function streamingHandler(runtime: LambdaStreaming, parts: ApiParts): unknown {
  return runtime.streamifyResponse(async (event, stream) => {
    const request = requestOf(event);
    const { status, headers, writeTo } = await outgoing(
      await handleRequest(parts, request),
      request.headers['accept-encoding'],
    );
    // API Gateway frames what it streams by itself.
    const { 'Content-Length': _counted, ...framed } = headers;
    await writeTo(runtime.HttpResponseStream.from(stream, { statusCode: status, headers: framed }));
  });
}

function requestOf(event: APIGatewayProxyEvent): ApiRequest {
  const headers = Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const query = Object.entries(event.multiValueQueryStringParameters ?? {}).flatMap(([name, values]) =>
    (values ?? []).map((value): [string, string] => [name, value]),
  );
  const search = query.length > 0 ? `?${new URLSearchParams(query)}` : '';
  return {
    method: event.httpMethod,
    target: `${pathOf(event)}${search}`,
    headers: Object.fromEntries(headers),
    clientAddress: event.requestContext.identity.sourceIp,
  };
}

/** A custom domain may put a path of its own before the API's. */
function pathOf({ path, pathParameters }: APIGatewayProxyEvent): string {
  const proxied = pathParameters?.['proxy'];
  const at = proxied === undefined ? -1 : path.lastIndexOf(`/${proxied}`);
  return at < 0 ? path : path.slice(at);
}
