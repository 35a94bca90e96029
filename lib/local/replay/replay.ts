import type { Clock } from '../../model/clock.ts';
import type { RecordedAnswer } from './recording.ts';

const CHUNK_BYTES = 16 * 1024;

/** They describe bytes on a wire that a replay does not have. */
const WIRE_HEADERS = ['content-length', 'content-encoding', 'transfer-encoding', 'connection', 'keep-alive'];

/** Recorded answers in place of a server. Call `next` before each poll. */
export interface Replay {
  /** Answers with the current recorded answer, whatever is asked for and however often within one poll. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** When the current answer had arrived. */
  readonly clock: Clock;
  /** Goes on to the next answer, at first to the first one. False: there is none, and nothing changes. */
  next(): boolean;
  /** True when the current answer is the last one (also where there are none). */
  done(): boolean;
}

/** Plays back recorded answers, oldest first: the n-th poll gets the n-th answer, and the clock stands at its `at`. */
export function createReplay(answers: readonly RecordedAnswer[]): Replay {
  let at = -1;
  const current = (): RecordedAnswer | undefined => answers[Math.max(at, 0)];
  return {
    fetch: async (_input, init) => {
      init?.signal?.throwIfAborted();
      const answer = current();
      if (!answer) throw new TypeError('fetch failed: the recording holds no answer for this feed');
      return responseOf(answer, init?.signal ?? undefined);
    },
    clock: () => new Date(current()?.at ?? 0),
    next: () => {
      if (at + 1 >= answers.length) return false;
      at += 1;
      return true;
    },
    done: () => at + 1 >= answers.length,
  };
}

function responseOf(answer: RecordedAnswer, signal: AbortSignal | undefined): Response {
  const headers = new Headers(answer.headers);
  for (const name of WIRE_HEADERS) headers.delete(name);
  const bodiless = answer.status === 204 || answer.status === 205 || answer.status === 304;
  return new Response(bodiless ? null : bodyOf(answer.body, signal), { status: answer.status, headers });
}

/** In pieces and on demand, so that who stops reading early has read little, as on a wire. */
function bodyOf(text: string, signal: AbortSignal | undefined): ReadableStream<Uint8Array> {
  const bytes = Buffer.from(text, 'utf8');
  let from = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (signal?.aborted) {
          controller.error(signal.reason);
          return;
        }
        if (from < bytes.length) controller.enqueue(new Uint8Array(bytes.subarray(from, from + CHUNK_BYTES)));
        from += CHUNK_BYTES;
        if (from >= bytes.length) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
