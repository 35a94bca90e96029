import { Worker } from 'node:worker_threads';

export interface LambdaSettings {
  readonly name: string;
  /** The bundle's file, without its ending. */
  readonly module: string;
  readonly handler: string;
  /** All that the function finds in `process.env`. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMegabytes: number;
  /** Milliseconds that this world's clock is ahead, shared with every function. */
  readonly ahead: SharedArrayBuffer;
}

/** The handler threw, or the bundle could not be loaded. */
export class InvocationError extends Error {
  override readonly name = 'InvocationError';
}

/**
 * Runs in the worker. Only the clock is replaced, so that minutes can pass at once. What was written is handed over
 * before the answer is. A function that streams finds the runtime's global: its head is written before its first piece.
 */
const HOST = `
const { parentPort, workerData: { name, module, handler, timeoutMs, ahead } } = require('node:worker_threads');
const offset = new Float64Array(ahead);
const RealDate = Date;
globalThis.Date = class Date extends RealDate {
  constructor(...given) { given.length === 0 ? super(RealDate.now() + offset[0]) : super(...given); }
  static now() { return RealDate.now() + offset[0]; }
};
const { Writable } = require('node:stream');
class ResponseStream extends Writable {
  pieces = [];
  write(piece, ...more) {
    const head = this.head;
    this.head = undefined;
    if (head) super.write(head);
    return super.write(piece, ...more);
  }
  _write(piece, _encoding, done) { this.pieces.push(piece); setImmediate(done); }
}
globalThis.awslambda = {
  streamifyResponse: (own) => async (event, context) => {
    const stream = new ResponseStream();
    await own(event, stream, context);
    if (!stream.writableFinished) throw new Error('The function has ended, and its answer has not');
    return { streamed: Buffer.concat(stream.pieces).toString('base64') };
  },
  HttpResponseStream: {
    from: (stream, head) => Object.assign(stream, { head: Buffer.concat([Buffer.from(JSON.stringify(head)), Buffer.alloc(8)]) }),
  },
};
let run;
try {
  run = require(module)[handler];
} catch (error) {
  // Errors of other classes do not come over whole.
  throw new Error(String(error && error.message));
}
if (typeof run !== 'function') throw new TypeError(module + ' exports no ' + handler);
const flushed = (stream) => new Promise((resolve) => stream.write('', resolve));
parentPort.on('message', async ({ event, requestId }) => {
  const end = RealDate.now() + timeoutMs;
  const context = { functionName: name, awsRequestId: requestId, getRemainingTimeInMillis: () => end - RealDate.now() };
  const answer = await Promise.resolve().then(() => run(event, context)).then(
    (result) => ({ result: result === undefined ? 'null' : JSON.stringify(result) }),
    (error) => ({ error: String(error && error.stack || error) }),
  );
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  parentPort.postMessage(answer);
});`;

/** A deployed function: as many instances as it is invoked at once, each with one invocation at a time. */
export class LambdaFunction {
  readonly name: string;
  readonly #settings: LambdaSettings;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  #invocations = 0;
  #log = '';

  constructor(settings: LambdaSettings) {
    this.name = settings.name;
    this.#settings = settings;
  }

  /** Everything that its instances have written. */
  get log(): string {
    return this.#log;
  }

  /** Throws InvocationError as Lambda reports a function error. */
  async invoke(event: unknown): Promise<unknown> {
    this.#invocations++;
    const instance = this.#idle.pop() ?? this.#start();
    const requestId = `${this.name}-${this.#invocations}`;
    const answer = await new Promise<{ result: string } | { error: string }>((resolve, reject) => {
      const fail = (error: Error) => {
        this.#all.delete(instance);
        reject(new InvocationError(`${this.name}: ${error.message}`, { cause: error }));
      };
      instance.once('error', fail);
      instance.once('message', (message) => {
        instance.off('error', fail);
        resolve(message);
      });
      instance.postMessage({ event: JSON.parse(JSON.stringify(event)), requestId });
    });
    this.#idle.push(instance);
    if ('error' in answer) throw new InvocationError(answer.error);
    return JSON.parse(answer.result);
  }

  /** The next invocations are cold starts. */
  async end(): Promise<void> {
    this.#idle.length = 0;
    await Promise.all([...this.#all].map((worker) => worker.terminate()));
    this.#all.clear();
  }

  #start(): Worker {
    const { env, memoryMegabytes, ...workerData } = this.#settings;
    const instance = new Worker(HOST, {
      eval: true,
      env,
      workerData,
      stdout: true,
      stderr: true,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes },
    });
    this.#all.add(instance);
    for (const stream of [instance.stdout, instance.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#log += text;
      });
    }
    return instance;
  }
}
