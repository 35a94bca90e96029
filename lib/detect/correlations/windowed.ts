import type { Micros } from '../../model/timestamp.ts';
import { bounded } from './bounds.ts';
import type { Correlation, CorrelationContext, Outcome, Verdict } from './correlation.ts';
import type { Judge } from './judge.ts';
import { lowerBound, type Row, withRows } from './row.ts';
import { asHeld, asTold, toldOf } from './told.ts';

/** State of every type that asks something of the events in a sliding window. */
export interface WindowState {
  readonly rows: readonly Row[];
  /** Time of the latest window end that was decided (types that wait for the watermark). */
  readonly decided?: Micros;
}

export interface WindowSettings {
  readonly timespan: Micros;
  /** True: more events cannot undo the condition, so it is decided as soon as it holds. */
  readonly atOnce: boolean;
  /** True: distinct values count, and are kept apart where memory is bounded. */
  readonly distinct: boolean;
  judge(): Judge;
}

/**
 * A window ends at the time of each event and holds what lies in [end − timespan, end]. Where the condition holds, the
 * events in it that were not told before are told.
 */
export function windowed(settings: WindowSettings): Correlation<WindowState> {
  return settings.atOnce ? decidedAtOnce(settings) : decidedLater(settings);
}

function decidedAtOnce(settings: WindowSettings): Correlation<WindowState> {
  return {
    absorb(state, fresh, ctx) {
      const rows = withRows(state?.rows ?? [], fresh);
      const times = fresh.map((row) => row.at);
      const [from, to] = [Math.min(...times), Math.max(...times) + settings.timespan];
      const verdicts = sweep(rows, from, to, settings);
      return { state: { rows: pruned(rows, undefined, settings, ctx) }, verdicts };
    },
    close: () => undefined,
  };
}

function decidedLater(settings: WindowSettings): Correlation<WindowState> {
  return {
    absorb(state, fresh, ctx) {
      const rows = pruned(withRows(state?.rows ?? [], fresh), state?.decided ?? 0, settings, ctx);
      return { state: { ...state, rows }, verdicts: [], ...dueOf(rows, state?.decided, ctx) };
    },
    close(state, ctx): Outcome<WindowState> | undefined {
      const to = (ctx.watermark ?? 0) - ctx.lateness;
      const from = state.decided === undefined ? 0 : state.decided + 1;
      const first = state.rows[lowerBound(state.rows, from)];
      if (!first || first.at > to) return undefined;
      const rows = [...state.rows];
      const verdicts = sweep(rows, from, to, settings);
      const decided = rows[lowerBound(rows, to + 1) - 1]?.at ?? to;
      const kept = pruned(rows, decided, settings, ctx);
      return { state: { rows: kept, decided }, verdicts, ...dueOf(kept, decided, ctx) };
    },
  };
}

/** Slides over the windows that end in [from, to]; marks in `rows` what was told and where it held. */
function sweep(rows: Row[], from: Micros, to: Micros, settings: WindowSettings): Verdict[] {
  const judge = settings.judge();
  const verdicts: Verdict[] = [];
  let end = lowerBound(rows, from);
  let left = lowerBound(rows, (rows[end]?.at ?? from) - settings.timespan);
  for (let index = left; index < end; ) {
    const next = sameTime(rows, index);
    judge.add(rows.slice(index, next));
    index = next;
  }
  while (end < rows.length && (rows[end] as Row).at <= to) {
    const at = (rows[end] as Row).at;
    const next = sameTime(rows, end);
    const ending = rows.slice(end, next);
    judge.add(ending);
    for (; (rows[left] as Row).at < at - settings.timespan; left++) judge.drop(rows[left] as Row);
    if (judge.holds({ at, rows: ending })) pushVerdict(verdicts, rows, { left, end, next }, judge.value());
    end = next;
  }
  return verdicts;
}

function pushVerdict(
  verdicts: Verdict[],
  rows: Row[],
  window: { left: number; end: number; next: number },
  value: number,
): void {
  const { left, end, next } = window;
  const ending = rows.slice(end, next);
  const last = ending.at(-1) as Row;
  const isHit = !ending.some((row) => row.held);
  const fresh: Row[] = [];
  for (let index = left; index < next; index++) {
    const row = rows[index] as Row;
    if (row.told) continue;
    fresh.push(row);
    rows[index] = asTold(row);
  }
  const told = toldOf(fresh);
  if (isHit) for (let index = end; index < next; index++) rows[index] = asHeld(rows[index] as Row);
  if (!isHit && !told) return;
  const silent = ending.every((row) => row.history);
  const words = last.words ? { words: last.words } : {};
  verdicts.push({
    at: last.at,
    nanos: last.nanos,
    id: last.id,
    value,
    isHit,
    silent,
    ...words,
    ...(told ? { told } : {}),
  });
}

function sameTime(rows: readonly Row[], start: number): number {
  const at = (rows[start] as Row).at;
  let end = start + 1;
  while (rows[end]?.at === at) end++;
  return end;
}

/** Without what no window can reach any more that is still to be decided, nor a late event's window. */
function pruned(
  rows: readonly Row[],
  decided: Micros | undefined,
  { timespan, distinct }: WindowSettings,
  ctx: CorrelationContext,
): Row[] {
  const newest = rows.at(-1)?.at ?? 0;
  const needed = Math.min(newest, ctx.watermark ?? 0, decided ?? Number.POSITIVE_INFINITY);
  return bounded(rows, needed - timespan - ctx.lateness, timespan, distinct);
}

function dueOf(rows: readonly Row[], decided: Micros | undefined, ctx: CorrelationContext): { due?: Micros } {
  const first = rows[lowerBound(rows, decided === undefined ? 0 : decided + 1)];
  return first ? { due: first.at + ctx.lateness } : {};
}
