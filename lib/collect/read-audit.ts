import type { Clock } from '../model/clock.ts';
import { type Micros, microsOf } from '../model/timestamp.ts';
import type { AuditAnswer, AuditSource } from './netbird/audit-source.ts';
import { SourceError } from './netbird/source-error.ts';
import type { Sieve } from './sieve.ts';

/** How often and how long a source may be tried. Times are epoch ms; infinite: no limit. */
export interface ReadLimits {
  /** More tries after the first, where a failure may pass by itself. */
  readonly retries: number;
  /** Reading ends here, and what came is stored. */
  readonly until: number;
  /** No try begins after this, none waits longer for its answer to begin, and from then on a body must flow. */
  readonly giveUpAt: number;
}

export interface ReadDeps {
  readonly source: AuditSource;
  readonly clock: Clock;
  readonly sleep: (millis: number) => Promise<void>;
  /** 0 ≤ random < 1, for the jitter. */
  readonly random: () => number;
}

/** What came of it. `error`: it was not read to the end of what is new. */
export interface ReadOutcome {
  readonly bytesRead: number;
  /** `whole`: to the last event served; `known`: to what is stored. */
  readonly end: 'whole' | 'known' | undefined;
  readonly error: SourceError | undefined;
  /** NetBird's own, of the last answer. */
  readonly requestId: string | undefined;
  /** Everything up to this time was there to be served: when it was asked for, never past the answer's `Date`. */
  readonly upTo: Micros;
  /** The end of the answer's own second: the mark never passes it. */
  readonly limit: Micros;
}

const MAX_TIMER = 2 ** 31 - 1;
const LAST_MICRO = 999_999;
/** NetBird refills one request every 10 s, and never says when to come back. */
const RATE_LIMIT_PAUSE = 10_000;
const PAUSE = 1000;
/** After `giveUpAt`, how long each part of a body may take that still flows. Milliseconds. */
const FLOWING = 1000;

/** Reads one answer through the sieve, tried again as far as the limits allow. Rejects only where the store fails. */
export async function readAudit(deps: ReadDeps, sieve: Sieve, limits: ReadLimits): Promise<ReadOutcome> {
  let bytesRead = 0;
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await readOnce(deps, sieve, limits);
    bytesRead += outcome.bytesRead;
    const pause = pauseAfter(outcome.error, attempt, deps.random());
    const resumeAt = deps.clock().getTime() + pause;
    const again = outcome.error?.retryable && attempt < limits.retries;
    if (!again || resumeAt >= Math.min(limits.until, limits.giveUpAt)) return { ...outcome, bytesRead };
    await deps.sleep(pause);
  }
}

/** Milliseconds to wait before the next try: doubling, with up to a quarter of jitter. */
export function pauseAfter(error: SourceError | undefined, attempt: number, random: number): number {
  const first = error?.code === 'rate_limited' ? RATE_LIMIT_PAUSE : PAUSE;
  return Math.round(first * 2 ** attempt * (1 + random / 4));
}

async function readOnce(deps: ReadDeps, sieve: Sieve, limits: ReadLimits): Promise<ReadOutcome> {
  const askedAt = deps.clock();
  const abort = new AbortController();
  let timer = abortAt(abort, Math.min(limits.until, limits.giveUpAt) - askedAt.getTime());
  let answer: AuditAnswer | undefined;
  const outcome = (end: 'whole' | 'known' | undefined, error?: SourceError): ReadOutcome => {
    const bytesRead = answer?.bytesRead() ?? 0;
    const requestId = answer?.requestId ?? error?.requestId;
    return { bytesRead, end, error, requestId, ...timesOf(askedAt, answer?.date) };
  };
  try {
    answer = await deps.source.open(abort.signal, stillFlowing(limits, deps.clock));
    clearTimeout(timer);
    timer = abortAt(abort, limits.until - deps.clock().getTime());
    sieve.begin(timesOf(askedAt, answer.date).limit);
    const end = await readBody(answer, sieve, () => deps.clock().getTime() >= limits.until);
    await sieve.finish();
    return outcome(end);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    await sieve.finish();
    return outcome(undefined, error);
  } finally {
    clearTimeout(timer);
    await answer?.cancel();
  }
}

async function readBody(answer: AuditAnswer, sieve: Sieve, isLate: () => boolean): Promise<'whole' | 'known'> {
  for await (const elements of answer.elements) {
    for (const element of elements) if ((await sieve.take(element)) === 'enough') return 'known';
    if (isLate()) {
      const detail = `the time of this run was over after ${answer.bytesRead()} bytes`;
      throw new SourceError('body_cut', detail, { requestId: answer.requestId });
    }
  }
  return 'whole';
}

function timesOf(askedAt: Date, date: Date | undefined): { upTo: Micros; limit: Micros } {
  const asked = microsOf(askedAt);
  if (!date) return { upTo: asked, limit: asked };
  return { upTo: Math.min(asked, microsOf(date)), limit: microsOf(date) + LAST_MICRO };
}

/** How long a part of the body is waited for: up to `giveUpAt`, and after it as long as the body flows. */
export function stillFlowing({ giveUpAt }: Pick<ReadLimits, 'giveUpAt'>, clock: Clock): (waited: number) => number {
  return (waited) => Math.max(FLOWING - waited, giveUpAt - clock().getTime());
}

/** Aborts after `millis`; infinite: never. */
export function abortAt(abort: AbortController, millis: number): NodeJS.Timeout | undefined {
  return Number.isFinite(millis)
    ? setTimeout(() => abort.abort(), Math.min(Math.max(millis, 0), MAX_TIMER))
    : undefined;
}
