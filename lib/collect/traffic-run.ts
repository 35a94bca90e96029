import type { Problem } from '../model/problem.ts';
import { type Micros, microsOf } from '../model/timestamp.ts';
import { hourOf } from '../model/traffic-partition.ts';
import {
  loadTrafficCursor,
  NEW_TRAFFIC_CURSOR,
  type StoredTrafficCursor,
  saveTrafficCursor,
  type TrafficCursor,
} from '../store/cursor.ts';
import type { Lease } from '../store/lease.ts';
import { reportHealth } from './health.ts';
import type { SourceError } from './netbird/source-error.ts';
import { quarantine, quarantinedMessage } from './quarantine.ts';
import { cappedProblem, type RangeOutcome, readTrafficRange, type TrafficLimits } from './read-traffic.ts';
import { HourSums } from './sum-traffic.ts';
import { TrafficIntake } from './traffic-intake.ts';
import { NOTHING_TO_COLLECT, type TrafficDeps, type TrafficReport, type TrafficSettings } from './traffic-job.ts';
import { isUnavailable, trafficFinding, unavailableNote } from './traffic-news.ts';
import {
  bucketsToMark,
  DELAY_MS,
  type Gap,
  gapMessage,
  judgeSilence,
  movedOver,
  nextRange,
  nextSlice,
  nextSweep,
  silenceBefore,
  type TrafficRange,
  unreadIn,
  wholeSecond,
  withShards,
} from './traffic-plan.ts';

const HOUR = 3_600_000;
/** Rows are kept for at least so long, so that none can be served again after it is gone, and count twice. */
const LEAST_KEEP_MS = 8 * 24 * HOUR;
const MARKS_AT_ONCE = 16;
/** Of a run's time, the part that reading leaves to the end; at most. */
const END_SHARE = { part: 0.15, most: 15_000 };
/** No range is begun with less time than this. */
const LEAST_TIME_MS = 5000;

/** A run that has the lease. */
export class TrafficRun {
  readonly #deps: TrafficDeps;
  readonly #settings: TrafficSettings;
  readonly #lease: Lease;
  readonly #now: Date;
  readonly #overlap: Micros;
  readonly #limits: TrafficLimits;
  readonly #sums: HourSums;
  readonly #problems: Problem[] = [];
  #stored: StoredTrafficCursor = { cursor: NEW_TRAFFIC_CURSOR, version: 0 };
  /** Another run has moved the cursor, and its word counts. */
  #isLost = false;
  /** Late rows are in the hourly sums. */
  #isSummed = true;
  #rows = 0;
  #history = 0;
  #quarantined = 0;
  #bytesRead = 0;

  constructor(deps: TrafficDeps, settings: TrafficSettings, lease: Lease, now: Date) {
    this.#deps = deps;
    this.#settings = settings;
    this.#lease = lease;
    this.#now = now;
    // Less would tear windows that begin in one range and end in the next.
    this.#overlap = Math.max(settings.overlapMs ?? HOUR, HOUR) * 1000;
    const left = settings.deadline && Math.max(0, settings.deadline.getTime() - now.getTime());
    const until =
      left === undefined
        ? Number.POSITIVE_INFINITY
        : now.getTime() + left - Math.min(left * END_SHARE.part, END_SHARE.most);
    const { retries, giveUpAfterMs = Number.POSITIVE_INFINITY } = settings;
    this.#limits = { retries, until, giveUpAfterMs };
    this.#sums = new HourSums(deps.events, settings, () => this.#mayGoOn());
  }

  async collect(): Promise<TrafficReport> {
    const { state } = this.#deps;
    const { tenant, shards } = this.#settings;
    const stored = await loadTrafficCursor(state, tenant);
    const plan = withShards(stored.cursor, shards, this.#now);
    const silentSince = silenceBefore(stored.cursor, this.#now);
    const cursor = { ...stored.cursor, shards: plan, silentSince, lastPollAt: this.#now.getTime(), caughtUp: false };
    this.#stored = { ...stored, cursor };
    const report = (await this.#poll()) ?? (await this.#end(undefined));
    this.#deps.known.isSure = this.#isSummed;
    return report;
  }

  /** Range after range while there is time. A report where the source has nothing to do with traffic. */
  async #poll(): Promise<TrafficReport | undefined> {
    let range = nextRange(this.#stored.cursor, this.#now, this.#overlap);
    for (;;) {
      if (!(await this.#mayGoOn())) return undefined;
      const { outcome, intake } = await this.#read(range);
      if (outcome.error) return this.#failed(outcome.error);
      if (!outcome.complete || !(await this.#advance(range, outcome, intake))) return this.#goOnLater();
      if (range.isLast) return (await this.#sweep()) ?? (await this.#sum());
      range = nextRange(this.#stored.cursor, this.#now, this.#overlap);
    }
  }

  /** Looks for rows that came late. */
  async #sweep(): Promise<TrafficReport | undefined> {
    for (;;) {
      const range = nextSweep(this.#stored.cursor, this.#now, this.#overlap, this.#settings.sweepEveryMs);
      if (!range || !(await this.#mayGoOn())) return undefined;
      const { outcome, intake } = await this.#read(range);
      if (outcome.error) return this.#end(outcome.error);
      if (!(await this.#takeLate(intake)) || !outcome.complete) return this.#goOnLater();
      const done = { sweptAt: this.#now.getTime(), sweepReached: undefined };
      await this.#save(range.isLast ? done : { sweepReached: range.to });
    }
  }

  async #takeLate(intake: TrafficIntake): Promise<boolean> {
    const { watermark } = this.#stored.cursor;
    if (watermark !== undefined) await this.#mark(watermark, intake);
    return this.#sumAgain(intake);
  }

  /** The range was too long for the time there was. */
  async #goOnLater(): Promise<undefined> {
    await this.#save({ sliceMs: nextSlice(this.#stored.cursor.sliceMs, 'too_long') });
  }

  /** Adds up the hours that are over since. */
  async #sum(): Promise<undefined> {
    const { cursor } = this.#stored;
    if (cursor.watermark === undefined) return;
    const summedUntil = await this.#sums.upTo(cursor, cursor.watermark - this.#overlap);
    if (summedUntil !== cursor.summedUntil) await this.#save({ summedUntil });
  }

  /** Before the cursor moves over what was read. False: time was over before all was added up. */
  async #sumAgain({ touched, served }: TrafficIntake): Promise<boolean> {
    const { known } = this.#deps;
    // A run that broke off may have stored rows, which are known now.
    const isDone = await this.#sums.again(this.#stored.cursor, known.isSure ? touched : served, microsOf(this.#now));
    if (!isDone) known.clear();
    this.#isSummed &&= isDone;
    return isDone;
  }

  async #mayGoOn(): Promise<boolean> {
    const now = this.#deps.clock().getTime();
    return !this.#isLost && now + LEAST_TIME_MS < this.#limits.until && this.#lease.extend(now);
  }

  async #read(range: TrafficRange): Promise<{ outcome: RangeOutcome; intake: TrafficIntake }> {
    const { tenant, alertHistoryMs = HOUR } = this.#settings;
    const intake = new TrafficIntake(this.#deps.events, this.#deps.known, {
      tenant,
      now: this.#now,
      keepMs: this.#keepRowsMs(),
      firstRun: this.#stored.cursor.watermark === undefined,
      alertHistoryMs,
      shards: this.#stored.cursor.shards,
    });
    const { sleep = pause, random = Math.random } = this.#deps;
    const outcome = await readTrafficRange({ ...this.#deps, sleep, random }, intake, range, this.#limits);
    this.#rows += intake.stored;
    this.#history += intake.history;
    this.#bytesRead += outcome.bytesRead;
    await this.#keepGarbage(intake);
    return { outcome, intake };
  }

  #keepRowsMs(): number | undefined {
    const { keepMs, store } = this.#settings;
    if (store === 'rollup') return LEAST_KEEP_MS;
    return keepMs === undefined ? undefined : Math.max(keepMs, LEAST_KEEP_MS);
  }

  async #keepGarbage({ garbage, garbageCount }: TrafficIntake): Promise<void> {
    const { tenant, keepMs } = this.#settings;
    const expiresAt = keepMs === undefined ? undefined : Math.ceil((this.#now.getTime() + keepMs) / 1000);
    const count = await quarantine(this.#deps, { tenant, source: 'traffic', now: this.#now, expiresAt }, garbage);
    this.#quarantined += count;
    if (count > 0)
      this.#problems.push({ code: 'quarantined', message: quarantinedMessage(Math.max(count, garbageCount)) });
  }

  /**
   * Tells what must be known of the range, puts the watermark, and moves the cursor over it: in this order. False: time was
   * over before the last.
   */
  async #advance(range: TrafficRange, outcome: RangeOutcome, intake: TrafficIntake): Promise<boolean> {
    const { cursor } = this.#stored;
    const { capped, date } = outcome;
    if (capped.length > 0) await this.#tell(cappedProblem(capped), undefined);
    const { silentSince, gap } = await this.#judgeSilence(range, intake);
    // NetBird's clock decides what it can have served.
    const upTo = date === undefined ? range.to : Math.min(range.to, wholeSecond(date - DELAY_MS * 1000));
    const { moved, first } = movedOver(cursor, range, upTo, intake.oldest);
    const unread = first ? { from: 0, to: first.oldest } : (gap ?? unreadIn({ silentSince, capped }, upTo));
    if (moved.watermark !== undefined) await this.#mark(moved.watermark, intake, first?.from, unread);
    if (!(await this.#sumAgain(intake))) return false;
    const sliceMs = nextSlice(cursor.sliceMs, 'read');
    const begun = first ? { sweptAt: this.#now.getTime(), ...this.#sums.begin(first.from) } : {};
    const advancedAt = this.#now.getTime();
    await this.#save({
      ...moved,
      ...begun,
      advancedAt,
      sliceMs,
      silentSince,
      caughtUp: range.isLast,
      unavailableAt: undefined,
    });
    return true;
  }

  /** Whether an outage was too long; what stays to be found out is what is returned. */
  async #judgeSilence(range: TrafficRange, intake: TrafficIntake): Promise<{ silentSince?: Micros; gap?: Gap }> {
    const { silentSince } = this.#stored.cursor;
    if (silentSince === undefined) return {};
    const gap = judgeSilence(silentSince, intake, range);
    if (gap === undefined) return { silentSince };
    if (gap === 'none') return {};
    await this.#tell({ code: 'gap', message: gapMessage(gap) }, gap.from);
    return { gap };
  }

  async #tell(problem: Problem, since: Micros | undefined): Promise<void> {
    this.#problems.push(problem);
    const place = { version: this.#stored.version + 1, at: microsOf(this.#now), since };
    await this.#deps.tell([trafficFinding(this.#settings.tenant, problem, place)]);
  }

  /** `origin`: where the first run began, when this is its end. `unread`: what was never read, and never will be. */
  async #mark(upTo: Micros, { touched }: TrafficIntake, origin?: Micros, unread?: Gap): Promise<void> {
    const { tenant } = this.#settings;
    const { watermark = upTo, shards } = this.#stored.cursor;
    const buckets = bucketsToMark(origin ?? watermark - this.#overlap, upTo, shards, touched);
    const from = origin === undefined ? {} : { from: hourOf(origin) };
    const lost = unread === undefined ? {} : { lostFrom: unread.from, lostTo: unread.to };
    const row = { tenant, source: 'traffic', upTo, ...from, ...lost } as const;
    for (let start = 0; start < buckets.length; start += MARKS_AT_ONCE) {
      const some = buckets.slice(start, start + MARKS_AT_ONCE);
      await Promise.all(some.map((bucket) => this.#deps.events.putWatermark({ ...row, bucket })));
    }
  }

  async #save(moved: Partial<TrafficCursor>): Promise<void> {
    const { tenant } = this.#settings;
    const cursor = { ...this.#stored.cursor, ...moved };
    const isSaved = await saveTrafficCursor(this.#deps.state, tenant, { cursor, version: this.#stored.version });
    this.#isLost ||= !isSaved;
    this.#stored = { cursor, version: this.#stored.version + 1 };
  }

  async #failed(error: SourceError): Promise<TrafficReport> {
    if (!isUnavailable(error, this.#stored.cursor)) return this.#end(error);
    const isNews = this.#stored.cursor.unavailableAt === undefined;
    await this.#save({ unavailableAt: this.#now.getTime(), caughtUp: true });
    const notes = isNews ? [unavailableNote(error)] : [];
    this.#log({ code: 'traffic_unavailable', because: error.code, note: notes[0]?.message });
    return { ...NOTHING_TO_COLLECT, notes, skipped: 'unavailable' };
  }

  async #end(error: SourceError | undefined): Promise<TrafficReport> {
    if (error) {
      this.#problems.push({ code: error.code, message: error.message });
      // Asked again when the next poll is due, and from where this one stands.
      await this.#save({});
    }
    await reportHealth({ ...this.#deps, feed: 'traffic' }, this.#settings.tenant, this.#now, error);
    this.#log({ stored: this.#rows, quarantined: this.#quarantined, bytesRead: this.#bytesRead, code: error?.code });
    return {
      stored: this.#rows,
      storedWithoutAlert: this.#history > 0 ? [{ reason: 'first_run_history', count: this.#history }] : [],
      quarantined: this.#quarantined,
      bytesRead: this.#bytesRead,
      problems: this.#problems,
      notes: [],
      caughtUp: this.#stored.cursor.caughtUp,
      sourceReached: error === undefined,
    };
  }

  #log(more: Readonly<Record<string, unknown>>): void {
    this.#deps.log?.({ message: 'Collected traffic', tenant: this.#settings.tenant, ...more });
  }
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
