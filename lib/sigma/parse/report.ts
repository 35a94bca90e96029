import type { RuleProblem } from '../types.ts';

/** A place in a rule file, 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Collects what is wrong in one file; nothing is thrown, so that all problems are told at once. */
export class Report {
  readonly file: string;
  readonly problems: RuleProblem[];
  private errorCount = 0;

  constructor(file: string, problems: RuleProblem[]) {
    this.file = file;
    this.problems = problems;
  }

  error(place: Place, message: string, hint?: string): void {
    this.add('error', place, message, hint);
  }

  warning(place: Place, message: string, hint?: string): void {
    this.add('warning', place, message, hint);
  }

  /** Errors told through this report. */
  errors(): number {
    return this.errorCount;
  }

  private add(level: RuleProblem['level'], place: Place, message: string, hint: string | undefined): void {
    const { line, column } = place;
    if (level === 'error') this.errorCount++;
    this.problems.push({ level, file: this.file, line, column, message, ...(hint === undefined ? {} : { hint }) });
  }
}
