import type { Clock } from '../model/clock.ts';
import type { Problem } from '../model/problem.ts';
import { dateOf, type Micros, microsOf } from '../model/timestamp.ts';
import { SourceError } from './netbird/source-error.ts';
import type { PageFields } from './netbird/split-page.ts';
import type { TrafficAnswer, TrafficSource } from './netbird/traffic-source.ts';
import { abortAt, pauseAfter, stillFlowing } from './read-audit.ts';
import type { TrafficIntake } from './traffic-intake.ts';
import { wholeSecond } from './traffic-plan.ts';

export interface TrafficReadDeps {
  readonly source: TrafficSource;
  readonly clock: Clock;
  readonly sleep: (millis: number) => Promise<void>;
  /** 0 ≤ random < 1, for the jitter. */
  readonly random: () => number;
}

/** How often and how long a page may be tried. */
export interface TrafficLimits {
  /** More tries after the first, where a failure may pass by itself. */
  readonly retries: number;
  /** Epoch ms: reading ends here, and what came is stored. Infinite: no limit. */
  readonly until: number;
  /** Milliseconds after which no try of a page begins, none waits longer for its answer, and a body must flow. */
  readonly giveUpAfterMs: number;
}

/** What came of a range. */
export interface RangeOutcome {
  /** Everything that is served of the range was taken. False without an error: the time of the run was over. */
  readonly complete: boolean;
  readonly error?: SourceError;
  /** Seconds that hold more rows than NetBird shows. */
  readonly capped: readonly Micros[];
  /** NetBird's own clock at the last answer. */
  readonly date: Micros | undefined;
  readonly bytesRead: number;
  readonly requestId: string | undefined;
}

/** About 12 MB. */
export const PAGE_SIZE = 10_000;
/** NetBird shows no more rows of one question than this. */
const MOST_ROWS = 50_000;
/** Rows that come while pages are turned move others from one page to the next, or out of sight. */
const MAX_PASSES = 3;
const SECOND = 1_000_000;
/** Longer than a window: a row that begins in one half of a range and ends in the other is whole in one of them. */
const STRADDLE = 600_000_000;

/** Reads every page of a range into `intake`. Rejects only where the store fails. */
export async function readTrafficRange(
  deps: TrafficReadDeps,
  intake: TrafficIntake,
  range: { readonly from: Micros; readonly to: Micros },
  limits: TrafficLimits,
): Promise<RangeOutcome> {
  const reader = new RangeReader(deps, intake, limits);
  try {
    await reader.read(range.from, range.to);
    await intake.flush();
    return { complete: true, ...reader.outcome() };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    await intake.flush();
    // A range that is too long for this run says nothing bad of the source.
    const isOver = deps.clock().getTime() >= limits.until;
    return { complete: false, ...(isOver ? {} : { error }), ...reader.outcome() };
  }
}

class RangeReader {
  readonly #deps: TrafficReadDeps;
  readonly #intake: TrafficIntake;
  readonly #limits: TrafficLimits;
  readonly #capped = new Set<Micros>();
  #bytesRead = 0;
  #date: Micros | undefined;
  #requestId: string | undefined;

  constructor(deps: TrafficReadDeps, intake: TrafficIntake, limits: TrafficLimits) {
    this.#deps = deps;
    this.#intake = intake;
    this.#limits = limits;
  }

  outcome(): Omit<RangeOutcome, 'complete' | 'error'> {
    return {
      capped: [...this.#capped].sort(),
      date: this.#date,
      bytesRead: this.#bytesRead,
      requestId: this.#requestId,
    };
  }

  /** All of it, in as many questions as that takes. */
  async read(from: Micros, to: Micros): Promise<void> {
    const ever = new Set<string>();
    let before: Pass | undefined;
    for (let passes = 0; passes < MAX_PASSES; passes += 1) {
      const pass = await this.#pass(from, to, ever);
      if (pass === 'too_many') return this.#readHalves(from, to);
      if (pass.isWhole || (before && pass.added === 0 && pass.total === before.total)) return;
      before = pass;
    }
  }

  async #readHalves(from: Micros, to: Micros): Promise<void> {
    const middle = wholeSecond((from + to) / 2);
    await this.read(from, middle + wholeSecond(Math.min(STRADDLE, (to - from) / 8)));
    await this.read(middle, to);
  }

  /** Every page once. */
  async #pass(from: Micros, to: Micros, ever: Set<string>): Promise<Pass | 'too_many'> {
    const seen = new Set<string>();
    const known = ever.size;
    const totals = new Set<number>();
    let page = 1;
    for (let more = true; more; page += 1) {
      const before = ever.size;
      const served = await this.#page(from, to, page, (hash) => {
        seen.add(hash);
        ever.add(hash);
      });
      const { totalRecords } = served.fields;
      if (totalRecords !== undefined) totals.add(totalRecords);
      if (page === 1 && (totalRecords ?? 0) >= MOST_ROWS) {
        if (to - from > SECOND) return 'too_many';
        this.#capped.add(from);
      }
      more = hasMore(served, page, ever.size > before);
    }
    const total = Math.max(0, ...totals);
    // One answer is of one moment.
    const isWhole = page === 2 || (totals.size === 1 && seen.size >= total);
    return { isWhole, total, added: ever.size - known };
  }

  /** One page, tried again as far as the limits allow. */
  async #page(from: Micros, to: Micros, page: number, onRow: (hash: string) => void): Promise<Page> {
    const { clock, random, sleep } = this.#deps;
    const { retries, until, giveUpAfterMs } = this.#limits;
    const giveUpAt = clock().getTime() + giveUpAfterMs;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#pageOnce({ from, to, page }, giveUpAt, onRow);
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        this.#requestId = error.requestId ?? this.#requestId;
        const wait = pauseAfter(error, attempt, random());
        const again = error.retryable && attempt < retries;
        if (!again || clock().getTime() + wait >= Math.min(until, giveUpAt)) throw error;
        await sleep(wait);
      }
    }
  }

  async #pageOnce(
    { from, to, page }: { from: Micros; to: Micros; page: number },
    giveUpAt: number,
    onRow: (hash: string) => void,
  ): Promise<Page> {
    const { source, clock } = this.#deps;
    const { until } = this.#limits;
    const abort = new AbortController();
    let timer = abortAt(abort, Math.min(until, giveUpAt) - clock().getTime());
    let answer: TrafficAnswer | undefined;
    try {
      const query = { start_date: secondsText(from), end_date: secondsText(to), page, page_size: PAGE_SIZE };
      answer = await source.open(query, abort.signal, stillFlowing({ giveUpAt }, clock));
      clearTimeout(timer);
      timer = abortAt(abort, until - clock().getTime());
      this.#requestId = answer.requestId;
      const rows = await this.#take(answer, onRow);
      if (answer.date) this.#date = microsOf(answer.date);
      return { rows, fields: answer.fields() ?? {} };
    } finally {
      clearTimeout(timer);
      this.#bytesRead += answer?.bytesRead() ?? 0;
      await answer?.cancel();
    }
  }

  async #take(answer: TrafficAnswer, onRow: (hash: string) => void): Promise<number> {
    let rows = 0;
    for await (const elements of answer.elements) {
      for (const hash of await this.#intake.take(elements)) onRow(hash);
      rows += elements.length;
      if (this.#deps.clock().getTime() >= this.#limits.until) throw timeOver(answer);
    }
    return rows;
  }
}

interface Pass {
  /** Nothing can have slipped from page to page. */
  readonly isWhole: boolean;
  readonly total: number;
  /** Rows that no pass before had. */
  readonly added: number;
}

interface Page {
  readonly rows: number;
  readonly fields: PageFields;
}

/** Servers that do not say how many pages there are have more after a full page, unless it was the same again. */
function hasMore({ rows, fields: { totalPages } }: Page, page: number, isNews: boolean): boolean {
  if (rows === 0) return false;
  return totalPages === undefined ? rows >= PAGE_SIZE && isNews : page < totalPages;
}

function timeOver(answer: TrafficAnswer): SourceError {
  const detail = `the time of this run was over after ${answer.bytesRead()} bytes`;
  return new SourceError('body_cut', detail, { requestId: answer.requestId });
}

/** `2026-11-23T15:00:00Z` */
function secondsText(micros: Micros): string {
  return `${dateOf(micros).toISOString().slice(0, 19)}Z`;
}

/** What happened and what to do next. */
export function cappedProblem(seconds: readonly Micros[]): Problem {
  const first = dateOf(seconds[0] ?? 0).toISOString();
  return {
    code: 'traffic_capped',
    message: `NetBird has more traffic rows in one second (${first}${seconds.length > 1 ? `, and ${seconds.length - 1} more` : ''}) than the 50,000 that it shows: the others are not collected, and volumes of that time are too low. Report traffic of fewer groups (NetBird: Settings, Traffic Events), or ask NetBird for smaller windows.`,
  };
}
