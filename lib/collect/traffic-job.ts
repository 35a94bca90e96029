import type { Clock } from '../model/clock.ts';
import type { Finding } from '../model/finding.ts';
import type { Problem } from '../model/problem.ts';
import type { EventStore, StateStore } from '../store/ports.ts';
import type { TrafficSource } from './netbird/traffic-source.ts';
import type { KnownRows } from './traffic-known.ts';

/** What collecting traffic needs. */
export interface TrafficDeps {
  readonly source: TrafficSource;
  readonly events: EventStore;
  readonly state: StateStore;
  readonly clock: Clock;
  /** Kept from run to run while the process lives. */
  readonly known: KnownRows;
  /** Hands findings for the operator on; may be given the same finding (id and position) again after a death. */
  readonly tell: (findings: Finding[]) => Promise<void>;
  readonly log?: (entry: Readonly<Record<string, unknown>>) => void;
  readonly random?: () => number;
  readonly sleep?: (millis: number) => Promise<void>;
}

/** What it goes by. */
export interface TrafficSettings {
  readonly tenant: string;
  /** How often traffic is asked for; a run in between does nothing. */
  readonly everyMs: number;
  /** How far behind the watermark each poll reads again, for rows that came late; at least, and by default, 1 h. */
  readonly overlapMs?: number;
  /** How often the last 48 h are looked through for rows that came later than that. Default 6 h. */
  readonly sweepEveryMs?: number;
  /** First-run rows younger than this alert. Default 1 h. */
  readonly alertHistoryMs?: number;
  /** How long rows are kept; absent: for ever. */
  readonly keepMs?: number | undefined;
  /** `rollup`: rows are kept until NetBird can serve them no more, and hourly sums as long as `keepMs` says. */
  readonly store: 'full' | 'rollup';
  /** Parts that the rows of an hour are spread over. */
  readonly shards: number;
  /** When the function is ended; the run stops before it and goes on next time. */
  readonly deadline: Date | undefined;
  /** More tries of a page where a failure may pass; a replay has none. */
  readonly retries: number;
  /** No try of a page begins so long after its first, nor waits longer for its answer. Default: only the deadline. */
  readonly giveUpAfterMs?: number | undefined;
  /** Longer than the function may run. */
  readonly leaseMs: number;
  /** Who runs; one at a time may use a name. */
  readonly owner: string;
}

/** What came of a run. */
export interface TrafficReport {
  /** Rows that were new or have grown, and are stored now. */
  readonly stored: number;
  readonly storedWithoutAlert: readonly { readonly reason: 'first_run_history'; readonly count: number }[];
  /** Rows that could not be understood and were new. */
  readonly quarantined: number;
  readonly bytesRead: number;
  readonly problems: readonly Problem[];
  /** What is no problem, and said once. */
  readonly notes: readonly Problem[];
  /** Everything that was served of closed windows is stored. False: run again. */
  readonly caughtUp: boolean;
  /** False: the source could not be read. */
  readonly sourceReached: boolean;
  /** Why nothing was done: another run is at it, it is not time yet, or there is no traffic here. */
  readonly skipped?: 'busy' | 'not_due' | 'unavailable';
}

/** The report of a run that had nothing to do. */
export const NOTHING_TO_COLLECT: TrafficReport = {
  stored: 0,
  storedWithoutAlert: [],
  quarantined: 0,
  bytesRead: 0,
  problems: [],
  notes: [],
  caughtUp: true,
  sourceReached: true,
};
