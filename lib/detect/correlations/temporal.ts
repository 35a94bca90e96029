import type { CorrelationInfo } from '../../model/rule.ts';
import type { Micros } from '../../model/timestamp.ts';
import { type Clause, clausesOf } from './clauses.ts';
import { type Judge, meets } from './judge.ts';
import type { Row } from './row.ts';

/** `temporal`: the window holds an event of every rule, or of as many as the condition says, or what it says of them. */
export function temporalJudge(info: CorrelationInfo): Judge {
  const events = info.rules.map(() => 0);
  const clauses = clausesOf(info);
  const take = (row: Row, sign: 1 | -1): void => {
    for (const rule of row.by) events[rule] = (events[rule] ?? 0) + sign;
  };
  const seen = (): number => events.filter((count) => count > 0).length;
  const isThere = (rule: number): boolean => (events[rule] ?? 0) > 0;
  return {
    add: (rows) => rows.forEach((row) => void take(row, 1)),
    drop: (row) => take(row, -1),
    holds() {
      if (!info.boolean && info.threshold.length > 0) return meets(info.threshold, seen());
      return clauses.some(({ present }) => present.length > 0 && present.every(isThere));
    },
    value: seen,
  };
}

/** `temporal_ordered`: the same in the written order; equal times are in order. It holds when the last one comes. */
export function orderedJudge(info: CorrelationInfo, timespan: Micros): Judge {
  const chains = clausesOf(info)
    .filter(({ present }) => present.length > 0)
    .map(chainOf);
  return {
    add: (rows) => chains.forEach((chain) => void chain.add(rows)),
    // A chain remembers its latest start, so it need not be told what the window lost.
    drop: () => undefined,
    holds: ({ at, rows }) => chains.some((chain) => chain.endsIn(rows) && chain.start() >= at - timespan),
    value: () => info.rules.length,
  };
}

interface Chain {
  add(rows: readonly Row[]): void;
  endsIn(rows: readonly Row[]): boolean;
  /** The latest time at which a chain that is complete now can have begun. */
  start(): number;
}

function chainOf({ present }: Clause): Chain {
  const starts: number[] = present.map(() => Number.NEGATIVE_INFINITY);
  const last = present.length - 1;
  return {
    add(rows) {
      // In the written order, so that events of one time can follow each other.
      for (const [stage, rule] of present.entries()) {
        const row = rows.find(({ by }) => by.includes(rule));
        if (!row) continue;
        const start = stage === 0 ? row.at : (starts[stage - 1] ?? Number.NEGATIVE_INFINITY);
        starts[stage] = Math.max(starts[stage] ?? start, start);
      }
    },
    endsIn: (rows) => rows.some(({ by }) => by.includes(present[last] ?? -1)),
    start: () => starts[last] ?? Number.NEGATIVE_INFINITY,
  };
}
