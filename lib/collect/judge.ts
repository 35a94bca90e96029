/** PURE: what an answer says about the server's log, and how far the cursor may move. */
import { compareDecimal } from '../model/change.ts';
import type { AuditEvent } from '../model/event.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';
import { dateOf, daysBetween, MICROS_PER_DAY, type Micros, parseTimestamp } from '../model/timestamp.ts';
import type { AuditCursor } from '../store/cursor.ts';
import type { Served } from './sieve.ts';

/** Clocks differ; more than this is worth a word. */
export const SKEW_MICROS = 300_000_000;
/** Watermarks of a first run reach back so far at most. */
const MAX_WATERMARK_DAYS = 400;

/** A break in the log: between two times, events may have passed unseen, or the log began anew. */
export interface Break {
  readonly code: Extract<ProblemCode, 'gap' | 'log_restarted'>;
  readonly from: Micros;
  readonly to: Micros;
}

/**
 * Compares a whole answer with the cursor. NetBird serves the newest 10,000: if the oldest of them is newer than the
 * mark, others lay between. Ids that begin below the greatest one stored mean that the server lost its log; then what
 * lay between is gone there, too, and is no gap of ours. An empty answer says nothing yet.
 */
export function findBreak(cursor: AuditCursor, served: Served | undefined): Break | undefined {
  const { mark, highestId } = cursor;
  if (mark === undefined || highestId === undefined || !served || served.newest <= mark) return undefined;
  const apart = served.oldest > mark;
  const fewer = compareDecimal(served.highestId, highestId) < 0;
  const anew = fewer || (apart && compareDecimal(served.lowestId, highestId) <= 0);
  if (anew) return { code: 'log_restarted', from: mark, to: served.newest };
  return apart ? { code: 'gap', from: mark, to: served.oldest } : undefined;
}

/** What happened, from when to when, and what to do next. */
export function breakProblem({ code, from, to }: Break): Problem {
  const [begin, end] = [dateOf(from).toISOString(), dateOf(to).toISOString()];
  const message =
    code === 'gap'
      ? `Events between ${begin} and ${end} have passed unseen: NetBird serves only the newest 10,000, and the oldest of them is newer than the last one stored. Look through that time in NetBird's own database if you host it, and poll more often.`
      : `NetBird's audit log has begun anew: its ids start again below those stored. What it logged after ${begin} and lost is not stored. Ask who runs the server whether its database was lost, moved or restored.`;
  return { code, message };
}

/** The newest event, where it lies well after the answer's own time. */
export function findSkew(events: readonly AuditEvent[], limit: Micros): Problem | undefined {
  const newest = Math.max(0, ...events.map((event) => microsAt(event)));
  if (newest <= limit + SKEW_MICROS) return undefined;
  const message = `NetBird served an event of ${dateOf(newest).toISOString()}, which is after its own clock (${dateOf(limit).toISOString()}). It is stored; set the server's clock right.`;
  return { code: 'clock_skew', message };
}

export interface Progress {
  /** The whole answer was read, or only what is new. */
  readonly end: 'whole' | 'known';
  readonly served: Served | undefined;
  readonly restarted: boolean;
  /** Stored by this run, a prefix in event order of what was not stored before. */
  readonly prefix: readonly AuditEvent[];
  /** Nothing of the answer is left to be stored. */
  readonly all: boolean;
  readonly limit: Micros;
  readonly upTo: Micros;
  /** Epoch ms. */
  readonly now: number;
}

/** The cursor after a run: it passes only what is stored without a hole, and never goes back. */
export function movedCursor(cursor: AuditCursor, progress: Progress): AuditCursor {
  const { served, prefix, all, limit, restarted, end } = progress;
  const reached = all ? served?.newest : microsAt(prefix.at(-1));
  const ids = all && served ? [served.highestId] : prefix.map(({ id }) => id);
  if (cursor.highestId !== undefined && !restarted) ids.push(cursor.highestId);
  return {
    mark: greater(cursor.mark, reached === undefined ? undefined : Math.min(reached, limit)),
    highestId: greatestId(ids),
    lastFullReadAt: all && end === 'whole' ? progress.now : cursor.lastFullReadAt,
    watermark: all ? greater(cursor.watermark, progress.upTo) : cursor.watermark,
    firstRunDone: cursor.firstRunDone || all,
  };
}

/**
 * Every day that overlaps (previous watermark - overlap, new one], oldest first: a late event comes into a day that is
 * over, and that day must say when it is complete. The first watermark of all counts from the oldest
 * event of the first run, at most 400 days back, so that history closes its windows, too; at least from the overlap.
 */
export function watermarkDays(
  previous: Micros | undefined,
  upTo: Micros,
  oldest: Micros | undefined,
  overlap: Micros,
): string[] {
  if (previous !== undefined) return previous < upTo ? daysBetween(Math.max(previous - overlap, 0), upTo) : [];
  const from = Math.min(oldest ?? upTo, upTo - overlap);
  return daysBetween(Math.max(from, upTo - MAX_WATERMARK_DAYS * MICROS_PER_DAY, 0), upTo);
}

function microsAt(event: AuditEvent): Micros;
function microsAt(event: AuditEvent | undefined): Micros | undefined;
function microsAt(event: AuditEvent | undefined): Micros | undefined {
  return event && (parseTimestamp(event.timestamp)?.micros ?? 0);
}

function greater(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}

function greatestId(ids: readonly string[]): string | undefined {
  return ids.reduce<string | undefined>(
    (greatest, id) => (greatest === undefined || compareDecimal(id, greatest) > 0 ? id : greatest),
    undefined,
  );
}
