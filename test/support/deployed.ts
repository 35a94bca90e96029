import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';

/** Secrets Manager and SNS, as far as the functions use them, on one port of 127.0.0.1. */
export interface FakeAws {
  readonly url: string;
  /** What SNS was given, in order. */
  readonly published: { readonly topic: string; readonly subject: string; readonly message: Record<string, string> }[];
  /** How often a secret was read. */
  secretReads(): number;
  /** The secret's text; undefined: it holds no value. */
  setSecret(value: string | undefined): void;
  /** Whether SNS takes publications. */
  setTaking(taking: boolean): void;
  close(): Promise<void>;
}

export async function startFakeAws(): Promise<FakeAws> {
  const published: FakeAws['published'] = [];
  let [secret, reads, taking]: [string | undefined, number, boolean] = [undefined, 0, true];
  const getSecret = () => {
    reads += 1;
    if (secret === undefined)
      return { status: 400, body: { __type: 'ResourceNotFoundException', message: 'no value' } };
    return { status: 200, body: { SecretString: secret } };
  };
  const publish = (form: URLSearchParams) => {
    if (!taking)
      return { status: 403, body: '<ErrorResponse><Error><Code>AuthorizationError</Code></Error></ErrorResponse>' };
    const message = JSON.parse(form.get('Message') ?? '{}');
    published.push({ topic: form.get('TopicArn') ?? '', subject: form.get('Subject') ?? '', message });
    return {
      status: 200,
      body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
    };
  };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const isSecret = request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue';
    const answer = isSecret ? getSecret() : publish(new URLSearchParams(body));
    response.writeHead(answer.status, { 'content-type': isSecret ? 'application/x-amz-json-1.1' : 'text/xml' });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    published,
    secretReads: () => reads,
    setSecret: (value) => {
      secret = value;
    },
    setTaking: (value) => {
      taking = value;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A bundle running as Lambda would run it: its own environment, one cold start, then invocations one by one. */
export interface Deployed {
  invoke(event: unknown): Promise<unknown>;
  /** Everything that it has written. */
  log(): string;
  end(): Promise<unknown>;
}

const HOST = `
const { parentPort, workerData } = require('node:worker_threads');
const { handler } = require(workerData.bundle);
let count = 0;
parentPort.on('message', async (event) => {
  const end = Date.now() + 60_000;
  const awsRequestId = 'request-' + ++count;
  const context = { functionName: workerData.name, awsRequestId, getRemainingTimeInMillis: () => end - Date.now() };
  try {
    parentPort.postMessage({ result: await handler(event, context) });
  } catch (error) {
    parentPort.postMessage({ error: String(error && error.stack) });
  }
});`;

export function startFunction(name: string, bundle: string, env: Record<string, string>): Deployed {
  const worker = new Worker(HOST, { eval: true, env, stdout: true, stderr: true, workerData: { name, bundle } });
  let written = '';
  for (const stream of [worker.stdout, worker.stderr]) {
    stream.on('data', (chunk) => {
      written += chunk;
    });
  }
  return {
    invoke: (event) =>
      new Promise((resolve, reject) => {
        worker.once('error', reject);
        worker.once('message', ({ error, result }) =>
          error === undefined ? resolve(result) : reject(new Error(error)),
        );
        worker.postMessage(event);
      }),
    log: () => written,
    end: () => worker.terminate(),
  };
}

/** Whether a stream record passes an event filter's pattern: lists of values, `prefix` and `exists`. */
export function passes(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((condition) => meets(condition, value));
  return Object.entries(pattern as object).every(([key, inner]) => {
    return passes(inner, (value as Record<string, unknown> | undefined)?.[key]);
  });
}

function meets(condition: unknown, value: unknown): boolean {
  if (typeof condition !== 'object' || condition === null) return condition === value;
  if ('prefix' in condition) return typeof value === 'string' && value.startsWith(String(condition.prefix));
  if ('exists' in condition) return (value !== undefined) === condition.exists;
  throw new RangeError(`unknown condition ${JSON.stringify(condition)}`);
}
