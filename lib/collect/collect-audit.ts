/**
 * One run of collect over the audit log: from the cursor to the store.
 *
 * How it works: a lease keeps runs apart; the answer is streamed through a sieve that stops where everything further
 * back is stored; what is new is written oldest first; then what the operator must know is told; then the watermark is
 * put; then the cursor moves, last, so that a run that dies anywhere is simply done again.
 */
import type { Clock } from '../model/clock.ts';
import type { Finding } from '../model/finding.ts';
import type { Problem } from '../model/problem.ts';
import { microsOf } from '../model/timestamp.ts';
import { cursorKey, loadCursor, type StoredCursor, saveCursor } from '../store/cursor.ts';
import { type Lease, takeLease } from '../store/lease.ts';
import type { EventStore, StateStore } from '../store/ports.ts';
import { reportHealth } from './health.ts';
import { breakProblem, findBreak, findSkew, movedCursor, watermarkDays } from './judge.ts';
import type { AuditSource } from './netbird/audit-source.ts';
import { operatorFinding } from './operator-finding.ts';
import { quarantine, quarantinedMessage } from './quarantine.ts';
import { type ReadLimits, type ReadOutcome, readAudit } from './read-audit.ts';
import { Sieve } from './sieve.ts';
import { inEventOrder, type WriteSettings, type Written, writeEvents } from './write-events.ts';

export interface CollectDeps {
  readonly source: AuditSource;
  readonly events: EventStore;
  readonly state: StateStore;
  readonly clock: Clock;
  /** Hands findings for the operator on; may be given the same finding (id and position) again after a death. */
  readonly tell: (findings: Finding[]) => Promise<void>;
  readonly log?: (entry: Readonly<Record<string, unknown>>) => void;
  readonly random?: () => number;
  readonly sleep?: (millis: number) => Promise<void>;
}

export interface CollectSettings {
  readonly tenant: string;
  /** How far behind the mark late events are looked for. Default 1 h. */
  readonly overlapMs?: number;
  /** First-run events younger than this alert. Default 1 h. */
  readonly alertHistoryMs?: number;
  /** How long events are kept; absent: for ever. */
  readonly keepMs?: number | undefined;
  /** How often the whole answer is read, since clocks jump. Default 6 h. */
  readonly fullReadEveryMs?: number;
  /** When the function is ended; the run stops before it and goes on next time. */
  readonly deadline: Date | undefined;
  /** More tries within the run where a failure may pass; a replay has none. */
  readonly retries: number;
  /**
   * No try begins so long after the start, nor waits longer for its answer to begin or for a body that does not flow.
   * Default: only the deadline.
   */
  readonly giveUpAfterMs?: number | undefined;
  /** Longer than the function may run. */
  readonly leaseMs: number;
  /** Who runs; one at a time may use a name. */
  readonly owner: string;
}

export interface CollectReport {
  /** Events that were new, and are stored now. */
  readonly stored: number;
  readonly storedWithoutAlert: readonly { readonly reason: 'first_run_history'; readonly count: number }[];
  /** Rows that could not be understood and were new. */
  readonly quarantined: number;
  readonly bytesRead: number;
  readonly problems: readonly Problem[];
  /** Everything that was served is stored. False: run again. */
  readonly caughtUp: boolean;
  /** False: the source could not be read to the end of what is new. */
  readonly sourceReached: boolean;
  /** Another run has the lease; nothing was done. */
  readonly busy?: true;
}

const HOUR = 3_600_000;
/** Of a run's time, the part that reading leaves to writing, and the part that writing leaves to the end; at most. */
const WRITE_SHARE = { part: 0.25, most: 10_000 };
const END_SHARE = { part: 0.1, most: 3000 };

/** Collects what is new. Rejects only where a store or `tell` fails; nothing is lost then, and the next run goes on. */
export async function collectAudit(deps: CollectDeps, settings: CollectSettings): Promise<CollectReport> {
  const now = deps.clock();
  const { tenant, owner, leaseMs } = settings;
  const wish = { key: `lease#${tenant}#audit`, owner, now: now.getTime(), millis: leaseMs };
  const lease = await takeLease(deps.state, wish);
  if (!lease) {
    deps.log?.({ message: 'Another run is collecting the audit log', tenant });
    return { ...NOTHING, sourceReached: true, busy: true };
  }
  try {
    return await collect({ deps, settings, lease, now });
  } finally {
    await lease.release();
  }
}

const NOTHING: CollectReport = {
  stored: 0,
  storedWithoutAlert: [],
  quarantined: 0,
  bytesRead: 0,
  problems: [],
  caughtUp: false,
  sourceReached: false,
};

interface Run {
  readonly deps: CollectDeps;
  readonly settings: CollectSettings;
  readonly lease: Lease;
  readonly now: Date;
}

async function collect(run: Run): Promise<CollectReport> {
  const { deps, settings, now } = run;
  const { tenant } = settings;
  const stored = await loadCursor(deps.state, tenant);
  const sieve = sieveFor(run, stored);
  await sieve.prepare();
  const { sleep = pause, random = Math.random } = deps;
  const outcome = await readAudit({ ...deps, sleep, random }, sieve, readLimits(run));

  const events = inEventOrder(sieve.fresh.values());
  const written = await writeEvents({ ...deps, lease: run.lease }, writeSettings(run, stored), events);
  const { keepMs } = settings;
  const expiresAt = keepMs === undefined ? undefined : Math.ceil((now.getTime() + keepMs) / 1000);
  const quarantined = await quarantine(deps, { tenant, source: 'audit', now, expiresAt }, sieve.garbage);
  const all = outcome.end !== undefined && written.prefix.length === events.length;

  const problems: Problem[] = outcome.error ? [{ code: outcome.error.code, message: outcome.error.message }] : [];
  if (quarantined > 0) problems.push({ code: 'quarantined', message: quarantinedMessage(quarantined) });
  problems.push(...(await advance(run, stored, { outcome, sieve, written, all })));
  await reportHealth({ ...deps, feed: 'audit' }, tenant, now, outcome.error);
  deps.log?.(logEntry(run, outcome, written, quarantined));
  return {
    stored: written.stored,
    storedWithoutAlert: written.history > 0 ? [{ reason: 'first_run_history', count: written.history }] : [],
    quarantined,
    bytesRead: outcome.bytesRead,
    problems,
    caughtUp: all,
    sourceReached: outcome.error === undefined,
  };
}

interface Work {
  readonly outcome: ReadOutcome;
  readonly sieve: Sieve;
  readonly written: Written;
  readonly all: boolean;
}

/** Tells what the operator must know, puts the watermark, and moves the cursor: in this order, see above. */
async function advance(run: Run, stored: StoredCursor, work: Work): Promise<Problem[]> {
  const { deps, settings, now } = run;
  const { outcome, sieve, written, all } = work;
  const { end, limit, upTo } = outcome;
  // A hole may be left: the mark stays, and the next run reads from there again.
  if (end === undefined || (written.prefix.length === 0 && !all)) return [];

  const found = findBreak(stored.cursor, sieve.served);
  const skew = findSkew(written.prefix, limit);
  const problems = [...(found ? [breakProblem(found)] : []), ...(skew ? [skew] : [])];
  const findings = problems.map((problem) => problemFinding(run, stored.version + 1, problem, found?.from));
  if (findings.length > 0) await deps.tell(findings);

  const { tenant } = settings;
  if (all) {
    const overlap = overlapMicros(settings);
    const days = watermarkDays(stored.cursor.watermark, upTo, sieve.served?.oldest, overlap);
    for (const bucket of days) await deps.events.putWatermark({ tenant, source: 'audit', bucket, upTo });
  }
  const restarted = found?.code === 'log_restarted';
  const progress = { end, limit, upTo, all, restarted, now: now.getTime(), served: sieve.served };
  const cursor = movedCursor(stored.cursor, { ...progress, prefix: written.prefix });
  await saveCursor(deps.state, tenant, { cursor, version: stored.version });
  return problems;
}

const TITLES: Readonly<Record<string, string>> = {
  gap: 'Events of the NetBird audit log have passed unseen',
  log_restarted: 'The NetBird audit log has begun anew',
  clock_skew: 'The NetBird server’s clock is not right',
};

function problemFinding({ settings, now }: Run, version: number, problem: Problem, since: number | undefined): Finding {
  const { tenant } = settings;
  return operatorFinding({
    tenant,
    source: 'audit',
    key: cursorKey(tenant),
    version,
    code: problem.code,
    severity: problem.code === 'clock_skew' ? 'medium' : 'high',
    title: TITLES[problem.code] ?? problem.code,
    message: problem.message,
    dedupKey: problem.code === 'clock_skew' ? 'audit clock_skew' : `audit ${problem.code} ${version}`,
    at: microsOf(now),
    ...(since === undefined || problem.code === 'clock_skew' ? {} : { since }),
  });
}

function sieveFor({ deps, settings, now }: Run, { cursor }: StoredCursor): Sieve {
  const { keepMs, fullReadEveryMs = 6 * HOUR } = settings;
  const readAll = now.getTime() - (cursor.lastFullReadAt ?? 0) >= fullReadEveryMs;
  // A first run stores all there is, however old: it trains rules.
  const forgets = keepMs !== undefined && cursor.firstRunDone;
  return new Sieve(deps.events, settings.tenant, {
    mark: cursor.mark,
    overlap: overlapMicros(settings),
    readAll,
    forgottenBefore: forgets ? microsOf(now) - keepMs * 1000 : undefined,
  });
}

function overlapMicros({ overlapMs = HOUR }: CollectSettings): number {
  return overlapMs * 1000;
}

function readLimits(run: Run): ReadLimits {
  const { settings, now } = run;
  const left = timeLeft(run);
  const until = left === undefined ? Number.POSITIVE_INFINITY : now.getTime() + left - share(left, WRITE_SHARE);
  const { retries, giveUpAfterMs = Number.POSITIVE_INFINITY } = settings;
  return { retries, until, giveUpAt: now.getTime() + giveUpAfterMs };
}

function writeSettings(run: Run, { cursor }: StoredCursor): WriteSettings {
  const { settings, now } = run;
  const left = timeLeft(run);
  return {
    tenant: settings.tenant,
    now,
    keepMs: settings.keepMs,
    firstRun: !cursor.firstRunDone,
    alertHistoryMs: settings.alertHistoryMs ?? HOUR,
    until: left === undefined ? Number.POSITIVE_INFINITY : now.getTime() + left - share(left, END_SHARE),
  };
}

function timeLeft({ settings, now }: Run): number | undefined {
  return settings.deadline && Math.max(0, settings.deadline.getTime() - now.getTime());
}

function share(left: number, { part, most }: { readonly part: number; readonly most: number }): number {
  return Math.min(left * part, most);
}

function logEntry({ settings }: Run, outcome: ReadOutcome, written: Written, quarantined: number) {
  const { tenant } = settings;
  const { bytesRead, end, error, requestId } = outcome;
  const { stored } = written;
  return {
    message: 'Collected the audit log',
    tenant,
    stored,
    quarantined,
    bytesRead,
    end,
    requestId,
    code: error?.code,
  };
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
