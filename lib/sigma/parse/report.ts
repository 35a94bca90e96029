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

  errors(): number {
    return this.problems.filter((problem) => problem.level === 'error').length;
  }

  private add(level: RuleProblem['level'], place: Place, message: string, hint: string | undefined): void {
    const { line, column } = place;
    this.problems.push({ level, file: this.file, line, column, message, ...(hint === undefined ? {} : { hint }) });
  }
}
