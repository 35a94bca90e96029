import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ApiAnswer } from '../handle.ts';

/** Characters that go out together. */
const PIECE = 64 * 1024;
/** Go's server counts the bytes only of what fits its first buffer. */
const LARGEST_COUNTED_BODY = 2048;
/** Below, compressing gains nothing. */
const LEAST_TO_COMPRESS = 1024;
const GZIP_LEVEL = 4;

/** What is sent: head first, then the body as long as somebody takes it. */
export interface Outgoing {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Writes the body and ends the stream. Waits where the reader is slow. Throws what reading the archive throws. */
  writeTo(stream: Writable): Promise<void>;
}

/** Makes an answer ready for a client that accepts these encodings. A short body gets its length. */
export async function outgoing(answer: ApiAnswer, acceptEncoding: string | undefined): Promise<Outgoing> {
  const body = typeof answer.body === 'string' ? answer.body : await wholeOrPieces(answer.body);
  const isLong = typeof body !== 'string' || body.length >= LEAST_TO_COMPRESS;
  const isData = answer.status === 200;
  const zipped = isLong && isData && acceptsGzip(acceptEncoding);
  const counted = typeof body === 'string' && !zipped && Buffer.byteLength(body) <= LARGEST_COUNTED_BODY;
  return {
    status: answer.status,
    headers: {
      ...answer.headers,
      ...(isData ? { Vary: 'Origin, Accept-Encoding' } : {}),
      ...(zipped ? { 'Content-Encoding': 'gzip' } : {}),
      ...(counted && answer.status !== 204 ? { 'Content-Length': String(Buffer.byteLength(body)) } : {}),
    },
    writeTo: (stream) =>
      typeof body === 'string' && !zipped ? writeWhole(body, stream) : writeOn(body, stream, zipped),
  };
}

/** Whether `gzip` or `*` is acceptable: named, and not with a weight of 0. */
export function acceptsGzip(header = ''): boolean {
  const weights = new Map(
    header.split(',').map((part): [string, number] => {
      const [coding = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const weight = parameters.find((text) => text.startsWith('q='))?.slice(2);
      return [coding, weight === undefined ? 1 : Number(weight)];
    }),
  );
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0;
}

async function writeOn(body: AsyncIterable<string> | string, stream: Writable, zipped: boolean): Promise<void> {
  const pieces = Readable.from(typeof body === 'string' ? [body] : body, { objectMode: true, highWaterMark: 1 });
  if (!zipped) return pipeline(pieces, stream);
  // Events shrink to less than a fifth; a higher level takes twice the time for the last tenth of that.
  return pipeline(pieces, createGzip({ level: GZIP_LEVEL }), stream);
}

/** Also an empty body is written: a Lambda stream sends its head with the first write. */
async function writeWhole(body: string, stream: Writable): Promise<void> {
  await pipeline(Readable.from([Buffer.from(body)]), stream);
}

async function wholeOrPieces(body: AsyncIterable<string>): Promise<AsyncIterable<string> | string> {
  const pieces = joined(body);
  const first = await pieces.next();
  if (first.done) return '';
  // Only the last piece is shorter.
  if (first.value.length < PIECE) return first.value;
  return (async function* () {
    yield first.value;
    yield* pieces;
  })();
}

async function* joined(body: AsyncIterable<string>): AsyncGenerator<string> {
  let text = '';
  for await (const part of body) {
    text += part;
    if (text.length < PIECE) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}
