import fc from 'fast-check';
import { ReorderWindow } from '../../lib/cli/backtest-window.ts';

const entriesOf = (times: readonly number[]) => times.map((at, place) => ({ at, place }));

it('puts a whole file in order that fits into it, and keeps what has one time in its order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 15 }), (times) => {
      const window = new ReorderWindow<{ at: number; place: number }>(8);
      const entries = entriesOf(times);
      const out = [...entries.flatMap((entry) => window.push(entry, 0)), ...window.end(0)];
      expect(out).toEqual([...entries].sort((a, b) => a.at - b.at || a.place - b.place));
      expect(window.late).toBe(0);
    }),
  );
});

it('puts in order what stands at most its size from where it belongs, and counts the rest as late', () => {
  const window = new ReorderWindow<{ at: number; place: number }>(4);
  const times = [3, 1, 2, 6, 5, 4, 9, 8, 7, 10, 11, 12, 13, 0, 14];
  const out = [...entriesOf(times).flatMap((entry) => window.push(entry, 2)), ...window.end(2)].map(({ at }) => at);
  expect(out.filter((at) => at !== 0)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  expect(window.late).toBe(1);
});
