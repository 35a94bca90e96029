/** How NetBird is asked: with the token, within its own host, and never for longer or more than is allowed. */
import { redactorOf } from './redact.ts';
import { refusalError } from './refusal.ts';
import { SourceError } from './source-error.ts';
import { type RawElement, SplitError } from './split-array.ts';
import { TimeLimitError, Watchdog } from './time-limit.ts';

export interface NetbirdSettings {
  /** The server, with or without `/api`. */
  readonly url: string;
  readonly allowHttp?: boolean;
  /** Sent as it is, but for one newline at its end; asked for at each poll. */
  readonly token: () => Promise<string>;
  /** In place of the network: recorded answers. */
  readonly fetch?: Fetch;
  /** Milliseconds until the answer begins (default 30 s), and for 16 KB of its body or its end (default 15 s). */
  readonly answerMs?: number;
  readonly idleMs?: number;
  /** Default 64 MB. */
  readonly maxBytes?: number;
}

export type Fetch = (input: URL, init: RequestInit) => Promise<Response>;

/** How much longer a part of the body may be waited for that `waited` was waited for; milliseconds. */
export type Patience = (waited: number) => number;

/** An answer whose body is still on its way. */
export interface OpenAnswer {
  /** The answer's own `Date`, to the second. */
  readonly date: Date | undefined;
  readonly requestId: string | undefined;
  /**
   * The elements that `split` finds in the body, by the part that completes them. Throws `SourceError` after the last
   * when the body is cut, is not what `split` takes, or is too large.
   */
  elements(split: Split): AsyncGenerator<readonly RawElement[]>;
  /** Bytes of body taken so far, unpacked. */
  bytesRead(): number;
  /** Ends the answer: what was not read is not fetched. May be called at any time. */
  cancel(): Promise<void>;
}

export type Split = (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<readonly RawElement[]>;

const MAX_REDIRECTS = 3;
/** Enough of a refusal to tell its kind. */
const REFUSAL_BYTES = 4096;

/** A body that brings less than this in the time that is given to it drips, and would never end. */
const PART_BYTES = 16 * 1024;

type Limits = { readonly leftOfPart: Patience; readonly maxBytes: number };

/** Asks once. Rejects with `SourceError` when there is no answer to read. */
export async function ask(
  settings: NetbirdSettings,
  url: URL,
  signal: AbortSignal,
  patience?: Patience,
): Promise<OpenAnswer> {
  const get = settings.fetch ?? ((input, init) => fetch(input, init));
  const { answerMs = 30_000, idleMs = 15_000, maxBytes = 64 * 1024 * 1024 } = settings;
  const token = await readToken(settings.token);
  const headers = headersFor(token);
  const watchdog = new Watchdog(signal);
  try {
    const response = await follow(get, url, headers, watchdog, answerMs);
    if (response.status !== 200) throw await refusalOf(response);
    const leftOfPart: Patience = (waited) => Math.max(0, Math.min(idleMs - waited, patience?.(waited) ?? idleMs));
    return answerOf(response, watchdog, { leftOfPart, maxBytes }, redactorOf(token));
  } catch (error) {
    watchdog.kill();
    throw error instanceof SourceError ? error : unreachable(error, watchdog);
  }
}

async function readToken(token: () => Promise<string>): Promise<string> {
  let text: string;
  try {
    text = await token();
  } catch (cause) {
    if (cause instanceof SourceError) throw cause;
    throw new SourceError('token_missing', `it could not be read (${cause instanceof Error ? cause.name : 'error'})`, {
      cause,
    });
  }
  // Neither an editor's newline nor its mark of the encoding is part of the token.
  const trimmed = text.replace(/^\ufeff/, '').replace(/\r?\n$/, '');
  if (trimmed === '') throw new SourceError('token_missing', 'it is empty');
  return trimmed;
}

function headersFor(token: string): Headers {
  // The platform's own complaint would quote the token, so it is neither shown nor kept as a cause.
  if (/[^\t\x20-\x7e\x80-\xff]/.test(token)) {
    throw new SourceError('token_expired', 'it holds characters that cannot be sent, such as a line break');
  }
  return new Headers({ accept: 'application/json', authorization: `Token ${token}`, 'user-agent': 'netbird-alerts' });
}

/** Follows redirects within the same host only: the token goes nowhere else. */
async function follow(
  get: Fetch,
  start: URL,
  headers: Headers,
  watchdog: Watchdog,
  answerMs: number,
): Promise<Response> {
  let url = start;
  for (let hops = 0; ; hops += 1) {
    watchdog.expect(answerMs);
    const response = await get(url, { headers, redirect: 'manual', signal: watchdog.signal });
    if (response.status < 300 || response.status > 399) return response;
    await response.body?.cancel();
    url = targetOf(response, url);
    if (hops === MAX_REDIRECTS) throw new SourceError('redirect_refused', 'again and again');
  }
}

function targetOf(response: Response, from: URL): URL {
  const location = response.headers.get('location') ?? '';
  const requestId = requestIdOf(response);
  if (location === '' || !URL.canParse(location, from.href)) {
    throw new SourceError('bad_answer', `status ${response.status}`, { requestId });
  }
  const target = new URL(location, from);
  if (target.host === from.host && target.protocol === from.protocol) return target;
  throw new SourceError('redirect_refused', `from ${from.host} to ${target.protocol}//${target.host}`, { requestId });
}

async function refusalOf(response: Response): Promise<SourceError> {
  const contentType = response.headers.get('content-type') ?? '';
  const text = await beginningOf(response);
  return refusalError({ status: response.status, contentType, text, requestId: requestIdOf(response) });
}

async function beginningOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length >= REFUSAL_BYTES) break;
    }
  } catch {
    // The status tells enough, where the explanation is lost on the way.
  }
  return text;
}

type Redact = ReturnType<typeof redactorOf>;

function answerOf(response: Response, watchdog: Watchdog, limits: Limits, redact: Redact): OpenAnswer {
  const count = { bytes: 0 };
  const date = new Date(response.headers.get('date') ?? '');
  return {
    date: Number.isNaN(date.getTime()) ? undefined : date,
    requestId: requestIdOf(response),
    elements: (split) =>
      elementsOf(response, split(limited(response, watchdog, limits, count)), watchdog, count, redact),
    bytesRead: () => count.bytes,
    cancel: async () => watchdog.kill(),
  };
}

async function* elementsOf(
  response: Response,
  parts: AsyncIterable<readonly RawElement[]>,
  watchdog: Watchdog,
  count: { bytes: number },
  redact: Redact,
): AsyncGenerator<readonly RawElement[]> {
  const requestId = requestIdOf(response);
  try {
    for await (const elements of parts) yield redact(elements);
  } catch (error) {
    if (error instanceof SourceError) throw error;
    const whole = error instanceof SplitError && error.fault !== 'cut';
    if (whole) throw new SourceError('not_json', contentOf(response), { requestId });
    const stalled = watchdog.signal.reason instanceof TimeLimitError ? ', then too little came' : '';
    throw new SourceError('body_cut', `after ${count.bytes} bytes${stalled}`, { requestId, cause: error });
  } finally {
    watchdog.kill();
  }
}

async function* limited(
  response: Response,
  watchdog: Watchdog,
  { leftOfPart, maxBytes }: Limits,
  count: { bytes: number },
): AsyncGenerator<Uint8Array> {
  let part = { bytes: 0, waited: 0 };
  let since = performance.now();
  watchdog.expect(leftOfPart(0));
  for await (const chunk of response.body ?? []) {
    // Storing what came so far may take its time; only waiting for the server is limited.
    watchdog.rest();
    part = { bytes: part.bytes + chunk.byteLength, waited: part.waited + performance.now() - since };
    count.bytes += chunk.byteLength;
    if (count.bytes > maxBytes) throw new SourceError('body_too_large', `more than ${maxBytes} bytes`);
    yield chunk;
    if (part.bytes >= PART_BYTES) part = { bytes: 0, waited: 0 };
    since = performance.now();
    watchdog.expect(leftOfPart(part.waited));
  }
}

/** What the server called its answer; shown only where it looks like a media type. */
function contentOf(response: Response): string {
  const type = (response.headers.get('content-type') ?? '').split(';', 1)[0] ?? '';
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? `it is ${type}` : '';
}

function requestIdOf(response: Response): string | undefined {
  const id = response.headers.get('x-request-id') ?? '';
  return /^[\w.-]{1,64}$/.test(id) ? id : undefined;
}

function unreachable(error: unknown, watchdog: Watchdog): SourceError {
  const { reason } = watchdog.signal;
  if (reason instanceof TimeLimitError) {
    return new SourceError('unreachable', `no answer for ${reason.millis / 1000} s`, { cause: error });
  }
  return new SourceError('unreachable', codeOfCause(error), { cause: error });
}

/** `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED` …: the code stands in the innermost cause. */
function codeOfCause(error: unknown): string {
  for (let at = error; typeof at === 'object' && at !== null; at = 'cause' in at ? at.cause : undefined) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return '';
}
