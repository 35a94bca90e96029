import type { Micros } from '../../model/timestamp.ts';
import { light } from './bounds.ts';
import type { Correlation, CorrelationContext, Outcome, Verdict } from './correlation.ts';
import { type Row, withRows } from './row.ts';
import { toldOf } from './told.ts';

/** State of types that look at one event after the other. */
export interface SequenceState<M> {
  /** Events whose turn has not come: an earlier one may still arrive. */
  readonly waiting: readonly Row[];
  readonly memory: M;
}

export interface Turn<M> {
  readonly memory: M;
  /** True: this event is told. */
  readonly holds: boolean;
}

/** Events of one group within the lateness: beyond, the oldest are decided before the watermark. */
const MAX_WAITING = 500;
const MAX_BYTES = 160_000;

/** Takes each event in event order once the watermark says that nothing before it is missing. */
export function inSequence<M>(empty: M, take: (memory: M, row: Row) => Turn<M>): Correlation<SequenceState<M>> {
  const decide = (state: SequenceState<M>, count: number, ctx: CorrelationContext): Outcome<SequenceState<M>> => {
    let { memory } = state;
    const verdicts: Verdict[] = [];
    for (const row of state.waiting.slice(0, count)) {
      const turn = take(memory, row);
      memory = turn.memory;
      if (turn.holds) verdicts.push(verdictOf(row));
    }
    const waiting = light(state.waiting.slice(count), MAX_BYTES);
    return { state: { waiting, memory }, verdicts, ...dueOf(waiting, ctx) };
  };
  return {
    absorb(state, fresh, ctx) {
      const waiting = withRows(state?.waiting ?? [], fresh);
      // Memory has an end: above it, the oldest have waited long enough.
      return decide({ waiting, memory: state?.memory ?? empty }, Math.max(0, waiting.length - MAX_WAITING), ctx);
    },
    close(state, ctx) {
      const to: Micros = (ctx.watermark ?? 0) - ctx.lateness;
      const count = state.waiting.filter((row) => row.at <= to).length;
      return count === 0 ? undefined : decide(state, count, ctx);
    },
  };
}

function verdictOf(row: Row): Verdict {
  const { at, nanos, id, value } = row;
  const told = toldOf([row]);
  const silent = row.history === true;
  return { at, nanos, id, isHit: true, silent, ...(value === undefined ? {} : { value }), ...(told ? { told } : {}) };
}

function dueOf(waiting: readonly Row[], ctx: CorrelationContext): { due?: Micros } {
  const first = waiting[0];
  return first ? { due: first.at + ctx.lateness } : {};
}
