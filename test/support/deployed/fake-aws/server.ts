import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Wish } from '../policies.ts';
import { type Answer, type Input, jsonRefusal, type Service, type Wanted } from './answer.ts';

/** Whose credentials a request shows. */
export interface Caller {
  readonly name: string;
  may(wish: Wish): boolean;
}

/** A request as AWS would log it. */
export interface Call extends Wanted {
  readonly caller: string;
  readonly isAllowed: boolean;
}

export interface FakeAws {
  readonly url: string;
  readonly calls: readonly Call[];
  /** Returns an access key that stands for the caller. */
  issueKey(caller: Caller): string;
  close(): Promise<void>;
}

export interface Services {
  readonly dynamodb: Service;
  readonly secretsmanager: Service;
  readonly sns: Service;
}

/** All services on one port of 127.0.0.1. Who may not do something is refused, as AWS refuses it. */
export async function serveAws(services: Services, clock: () => Date): Promise<FakeAws> {
  const callers = new Map<string, Caller>();
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    text(request)
      .then((body) => answerTo(request, body, { services, callers, calls }))
      .catch((error: Error) => jsonRefusal(500, 'HarnessFailure', String(error.stack)))
      .then(({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type, date: clock().toUTCString() }).end(body);
      });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    issueKey: (caller) => {
      const key = `KEY${callers.size + 1}`;
      callers.set(key, caller);
      return key;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface World {
  readonly services: Services;
  readonly callers: ReadonlyMap<string, Caller>;
  readonly calls: Call[];
}

async function answerTo(request: IncomingMessage, body: string, world: World): Promise<Answer> {
  const { authorization = '' } = request.headers;
  const caller = world.callers.get(/Credential=([^/]+)\//.exec(authorization)?.[1] ?? '');
  const { service, operation, input } = read(request, body, world.services);
  const wanted = service?.wanted(operation, input) ?? [{ action: operation, resource: `${request.url}` }];
  const judged = wanted.map((one) => {
    const call = { ...one, caller: caller?.name ?? 'nobody', isAllowed: caller?.may(one) ?? false };
    world.calls.push(call);
    return call;
  });
  const denied = judged.find(({ isAllowed }) => !isAllowed);
  if (denied) {
    const message = `User: ${denied.caller} is not authorized to perform: ${denied.action} on resource: ${denied.resource}`;
    return (service?.refusal ?? jsonRefusal)(400, 'AccessDeniedException', message);
  }
  return service ? service.answer(operation, input, authorization) : jsonRefusal(501, 'UnknownService', operation);
}

/** Which service a request is for; undefined: none that the stack has to do with. */
function read(request: IncomingMessage, body: string, services: Services) {
  const [target = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  if (target.startsWith('DynamoDB_'))
    return { service: services.dynamodb, operation, input: JSON.parse(body) as Input };
  if (target === 'secretsmanager')
    return { service: services.secretsmanager, operation, input: JSON.parse(body) as Input };
  if (target === '' && isForm) {
    const input: Input = Object.fromEntries(new URLSearchParams(body));
    return { service: services.sns, operation: String(input['Action']), input };
  }
  return { service: undefined, operation: `${request.method} ${target}.${operation}`, input: {} };
}
