import type { CorrelationInfo } from '../../model/rule.ts';
import { type Judge, meets } from './judge.ts';
import type { Row } from './row.ts';

/** `ratio`: events of the first rule per event of the second, where the window holds at least `min` of the second. */
export function ratioJudge(info: CorrelationInfo): Judge {
  let [part, whole] = [0, 0];
  const take = (row: Row, sign: 1 | -1): void => {
    const size = sign * (row.n ?? 1);
    if (row.by.includes(0)) part += size;
    if (row.by.includes(1)) whole += size;
  };
  return {
    add: (rows) => rows.forEach((row) => void take(row, 1)),
    drop: (row) => take(row, -1),
    holds: () => whole > 0 && whole >= info.min && meets(info.threshold, part / whole),
    value: () => part / whole,
  };
}
