import type { CorrelationInfo } from '../../model/rule.ts';
import type { Micros } from '../../model/timestamp.ts';
import { light } from './bounds.ts';
import type { Correlation, CorrelationContext, Outcome, Verdict } from './correlation.ts';
import { type Row, withRows } from './row.ts';
import { samplesOf } from './told.ts';

/** Where the watermark stands still for long, the oldest go. */
const MAX_KEPT = 500;

export interface AbsenceState {
  /** Events in order, without those between two that are closer than the timespan. The first is the last decided. */
  readonly rows: readonly Row[];
  /** The first row was looked at: what is older comes too late. */
  readonly decided?: true;
  /** The first row's own silence was told. */
  readonly told?: true;
}

/**
 * `absence`: nothing for the timespan in a group that was seen before. Told once per outage, at the end of the timespan.
 * A group that stays silent for `forget` is dropped.
 */
export function absence(info: CorrelationInfo): Correlation<AbsenceState> {
  const timespan = info.timespanMs * 1000;
  const forget = info.forgetMs === undefined ? undefined : info.forgetMs * 1000;
  const moveOf = (state: AbsenceState, to: Micros): Move | undefined => nextMove(state, to, { timespan, forget });
  const dueOf = ({ rows, told }: AbsenceState, ctx: CorrelationContext): { due?: Micros } => {
    const first = rows[0];
    if (!first) return {};
    // With a second row there is something to decide as soon as that row is beyond doubt.
    if (rows[1]) return { due: Math.min(rows[1].at, told ? rows[1].at : first.at + timespan) + ctx.lateness };
    if (!told) return { due: first.at + timespan + ctx.lateness };
    return forget === undefined ? {} : { due: Math.max(first.at + forget, first.at + timespan) + ctx.lateness };
  };
  return {
    absorb(state, fresh, ctx) {
      const from = state?.decided ? (state.rows[0]?.at ?? 0) : 0;
      const inTime = fresh.filter((row) => row.at > from);
      const next: AbsenceState = { ...state, rows: thinned(withRows(state?.rows ?? [], inTime), timespan) };
      return { state: next, verdicts: [], ...dueOf(next, ctx) };
    },
    close(state, ctx): Outcome<AbsenceState> | undefined {
      const to = (ctx.watermark ?? 0) - ctx.lateness;
      const verdicts: Verdict[] = [];
      let next: AbsenceState = state;
      for (let move = moveOf(next, to); move; move = moveOf(next, to)) {
        if (move.silentSince) verdicts.push(silence(move.silentSince, timespan, ctx));
        next = move.state;
      }
      if (next === state) return undefined;
      return { state: next.rows.length > 0 ? next : undefined, verdicts, ...dueOf(next, ctx) };
    },
  };
}

interface Move {
  readonly state: AbsenceState;
  /** The last event before a silence that has to be told. */
  readonly silentSince?: Row;
}

/** The next thing that is certain when everything up to `to` is in. */
function nextMove(
  state: AbsenceState,
  to: Micros,
  { timespan, forget }: { timespan: Micros; forget: Micros | undefined },
): Move | undefined {
  const [first, second] = state.rows;
  if (!first) return undefined;
  const end = first.at + timespan;
  const isSilent = !second || second.at > end;
  if (isSilent && !state.told && end <= to) {
    return { state: { ...state, decided: true, told: true }, silentSince: first };
  }
  if (second) return second.at <= to ? { state: { rows: state.rows.slice(1), decided: true } } : undefined;
  const isForgotten = forget !== undefined && Math.max(first.at + forget, end) <= to;
  return isForgotten ? { state: { rows: [] } } : undefined;
}

function silence(last: Row, timespan: Micros, ctx: CorrelationContext): Verdict {
  const end = last.at + timespan;
  const { activity = '', actor = '', target = '', ...more } = last.words ?? {};
  return {
    at: end,
    nanos: last.nanos,
    id: last.id,
    isHit: true,
    // It had been silent for long when somebody began to watch.
    silent: last.history === true && end <= (ctx.firstWatermark ?? end),
    told: {
      count: 0,
      firstEventAt: last.at,
      lastEventAt: last.at,
      samples: samplesOf([last]),
      words: { activity, actor, target, ...more },
      firstRef: last.ref,
    },
  };
}

/** Without rows between two neighbours that no silence fits between: they decide nothing. */
function thinned(rows: readonly Row[], timespan: Micros): Row[] {
  const kept: Row[] = [];
  for (const row of rows) {
    const before = kept.at(-2);
    if (before && row.at - before.at <= timespan && kept.length > 1) kept.pop();
    kept.push(row);
  }
  return light(kept.slice(-MAX_KEPT));
}
