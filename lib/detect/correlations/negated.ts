import type { CorrelationInfo } from '../../model/rule.ts';
import type { Micros } from '../../model/timestamp.ts';
import { bounded } from './bounds.ts';
import { type Clause, clausesOf } from './clauses.ts';
import type { Correlation, CorrelationContext, Outcome, Verdict } from './correlation.ts';
import { lowerBound, type Row, withRows } from './row.ts';
import { asTold, toldOf } from './told.ts';
import type { WindowState } from './windowed.ts';

/**
 * Temporal conditions with `not`: decided when the window closes, since what must be absent may still come. A window
 * opens with each event that must be present and lasts for the timespan. In `temporal`, what must be absent is looked
 * for in every window that holds what must be present; in `temporal_ordered` only after the opening event.
 */
export function negated(info: CorrelationInfo): Correlation<WindowState> {
  const timespan = info.timespanMs * 1000;
  const clauses = clausesOf(info).filter(({ present }) => present.length > 0);
  const isOrdered = info.type === 'temporal_ordered';
  const opens = (row: Row): boolean => clauses.some(({ present }) => present.some((rule) => row.by.includes(rule)));
  const undecided = (rows: readonly Row[], decided: Micros | undefined): Row | undefined =>
    rows.slice(lowerBound(rows, decided === undefined ? 0 : decided + 1)).find(opens);
  const dueOf = (rows: readonly Row[], decided: Micros | undefined, ctx: CorrelationContext): { due?: Micros } => {
    const next = undecided(rows, decided);
    return next ? { due: next.at + timespan + ctx.lateness } : {};
  };
  const kept = (rows: readonly Row[], decided: Micros | undefined, ctx: CorrelationContext): Row[] => {
    const needed = Math.min(undecided(rows, decided)?.at ?? rows.at(-1)?.at ?? 0, ctx.watermark ?? 0);
    return bounded(rows, needed - 2 * timespan - ctx.lateness, timespan, false);
  };
  return {
    absorb(state, fresh, ctx) {
      const rows = kept(withRows(state?.rows ?? [], fresh), state?.decided, ctx);
      return { state: { ...state, rows }, verdicts: [], ...dueOf(rows, state?.decided, ctx) };
    },
    close(state, ctx): Outcome<WindowState> | undefined {
      const to = (ctx.watermark ?? 0) - ctx.lateness - timespan;
      const rows = [...state.rows];
      const verdicts: Verdict[] = [];
      let { decided } = state;
      for (let next = undecided(rows, decided); next && next.at <= to; next = undecided(rows, decided)) {
        decided = next.at;
        if (!clauses.some((clause) => holds(clause, rows, decided as Micros, { timespan, isOrdered }))) continue;
        verdicts.push(...told(rows, decided, timespan, opens));
      }
      if (decided === state.decided || decided === undefined) return undefined;
      const left = kept(rows, decided, ctx);
      return { state: { rows: left, decided }, verdicts, ...dueOf(left, decided, ctx) };
    },
  };
}

function holds(
  { present, absent }: Clause,
  rows: readonly Row[],
  opening: Micros,
  { timespan, isOrdered }: { timespan: Micros; isOrdered: boolean },
): boolean {
  const end = opening + timespan;
  const complete = isOrdered ? orderedBy(present, rows, opening) : togetherBy(present, rows, opening);
  if (complete === undefined || complete > end) return false;
  const from = isOrdered ? opening : complete - timespan;
  return !within(rows, from, end).some((row) => absent.some((rule) => row.by.includes(rule)));
}

/** When the last of `present` has come, from `opening` on; the first of them must open the window. */
function togetherBy(present: readonly number[], rows: readonly Row[], opening: Micros): Micros | undefined {
  const firsts = present.map((rule) => firstOf(rows, rule, opening));
  if (firsts.some((at) => at === undefined)) return undefined;
  const times = firsts as Micros[];
  return Math.min(...times) === opening ? Math.max(...times) : undefined;
}

function orderedBy(present: readonly number[], rows: readonly Row[], opening: Micros): Micros | undefined {
  let at: Micros | undefined = opening;
  for (const [stage, rule] of present.entries()) {
    if (at === undefined) return undefined;
    at = firstOf(rows, rule, at);
    if (stage === 0 && at !== opening) return undefined;
  }
  return at;
}

function firstOf(rows: readonly Row[], rule: number, from: Micros): Micros | undefined {
  for (let index = lowerBound(rows, from); index < rows.length; index++) {
    const row = rows[index] as Row;
    if (row.by.includes(rule)) return row.at;
  }
  return undefined;
}

function within(rows: readonly Row[], from: Micros, to: Micros): readonly Row[] {
  return rows.slice(lowerBound(rows, from), lowerBound(rows, to + 1));
}

/** Tells the window's events that were not told before: those that must be present. */
function told(rows: Row[], opening: Micros, timespan: Micros, opens: (row: Row) => boolean): Verdict[] {
  const fresh: Row[] = [];
  const end = lowerBound(rows, opening + timespan + 1);
  const start = lowerBound(rows, opening);
  for (let index = start; index < end; index++) {
    const row = rows[index] as Row;
    if (row.told || !opens(row)) continue;
    fresh.push(row);
    rows[index] = asTold(row);
  }
  const first = rows[start];
  const words = toldOf(fresh);
  // A window within one that was told says nothing new, neither to people nor to outer correlations.
  if (!first || !words) return [];
  const silent = first.history === true;
  return [{ at: opening + timespan, nanos: first.nanos, id: first.id, isHit: true, silent, told: words }];
}
