import type { Config } from '../model/config.ts';
import type { Source } from '../model/event.ts';
import type { OwnedStore } from './data-folder.ts';
import type { Feed } from './feed.ts';
import type { LocalRules } from './local-rules.ts';
import type { Delivery } from './sns/local-publisher.ts';

/** What a local run is given. */
export interface LocalRun {
  readonly feed: Feed;
  readonly store: OwnedStore;
  readonly rules: LocalRules;
  readonly config: Config;
  /** Milliseconds between two polls. */
  readonly everyMs: number;
  /** Ends when everything is collected; else on `stop`. */
  readonly once: boolean;
  /** Aborted: end after the step that is under way. */
  readonly stop: AbortSignal;
  readonly report: LocalReport;
}

/** A problem of the source (its codes: `PROBLEM_CODES`), or of a rule, a stored row or a notice. */
export interface LocalProblem {
  readonly code: string;
  /** What happened and what to do next. */
  readonly message: string;
}

/** Told while the run goes on. Each is awaited: a delivery is only marked as sent when it has been taken over. */
export interface LocalReport {
  delivery(delivery: Delivery): Promise<void>;
  problem(problem: LocalProblem): Promise<void>;
  /** Before a poll: what has happened until then, where a story is played. */
  chapter(title: string): Promise<void>;
  /** After a poll that brought something. */
  collected(stored: number, source: Source): Promise<void>;
  /** Something people should know, one sentence. */
  note(text: string): Promise<void>;
}

export interface LocalSummary {
  /** What this run newly stored. */
  readonly collected: { readonly audit: number; readonly traffic: number; readonly quarantined: number };
  readonly bytesRead: number;
  readonly findings: number;
  /** Alerts that were opened. */
  readonly alerts: number;
  readonly delivered: number;
  readonly events: EventFates;
  readonly problems: number;
  /** False: the source could not be read at the last poll. */
  readonly sourceReached: boolean;
}

/** Of the events that rules have seen: how many told nobody, by the reason. */
export interface EventFates {
  /** First-run history, which alerts nobody. */
  history: number;
  /** Matched no rule. */
  unmatched: number;
  /** Matched only rules that tell nobody by themselves: experimental ones, and those that feed correlations. */
  quiet: number;
}
