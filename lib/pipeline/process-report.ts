import type { RuleFailure } from '../detect/plan.ts';
import type { Verdict } from '../dispatch/open-alert.ts';
import type { Finding } from '../model/finding.ts';
import type { AdvanceReport } from '../store/advance.ts';

/** What one batch came to. */
export interface ProcessReport {
  /** Events given, and of them: first-run history that alerts nobody, and later than the allowed lateness. */
  readonly events: number;
  readonly history: number;
  readonly late: number;
  /** Of the events that are no history: those that no rule matched, and those that only rules matched which tell nobody. */
  readonly unmatched: number;
  readonly quiet: number;
  /** Records whose sequence number does not rise within its partition: the stream breaks its promise. */
  readonly outOfOrder: number;
  /** What rules found, in the order found. Seen before (re-delivery) they stand here again. */
  readonly findings: readonly Finding[];
  /** What became of each finding that counted. */
  readonly verdicts: readonly Verdict[];
  /** Contributions without a group-by field or value. */
  readonly lacking: number;
  readonly errors: readonly RuleFailure[];
  /** What people should know, one sentence each. */
  readonly notes: readonly string[];
  readonly state: Omit<AdvanceReport, 'keys'>;
}

/** Collects a report while a batch is processed. */
export class ReportBuilder {
  readonly findings: Finding[] = [];
  readonly errors: RuleFailure[] = [];
  readonly notes: string[] = [];
  readonly counts = { events: 0, history: 0, unmatched: 0, quiet: 0, late: 0, outOfOrder: 0, lacking: 0 };
  readonly #verdicts = new Map<string, Verdict>();
  readonly #state = { writes: 0, conflicts: 0, fresh: 0, skipped: 0 };

  /** A step that is redone judges again: the last verdict counts. */
  judged(verdicts: readonly Verdict[]): void {
    for (const verdict of verdicts) this.#verdicts.set(verdict.findingId, verdict);
  }

  advanced(report: AdvanceReport): void {
    this.#state.writes += report.writes;
    this.#state.conflicts += report.conflicts;
    this.#state.fresh += report.fresh;
    this.#state.skipped += report.skipped;
  }

  build(): ProcessReport {
    const { findings, errors, notes, counts } = this;
    return { ...counts, findings, errors, notes, verdicts: [...this.#verdicts.values()], state: this.#state };
  }
}
