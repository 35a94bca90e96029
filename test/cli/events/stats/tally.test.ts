import { columnsOver } from '../../../../lib/cli/events/stats/columns.ts';
import { OTHERS, Tally } from '../../../../lib/cli/events/stats/tally.ts';
import { parseTimestamp } from '../../../../lib/model/timestamp.ts';

const at = (text: string) => parseTimestamp(text)?.micros ?? 0;
const SECOND = 1_000_000;

describe('columns over time', () => {
  it.each([
    ['2026-11-23T10:00:00Z', '2026-11-23T10:00:00Z', 1, 1],
    ['2026-11-23T10:00:00Z', '2026-11-23T10:00:20Z', 1, 21],
    ['2026-11-23T10:07:00Z', '2026-11-23T12:00:00Z', 300, 24],
    ['2026-11-23T00:30:00Z', '2026-11-23T23:59:59.9Z', 3600, 24],
    ['2026-11-01T12:00:00Z', '2026-11-23T12:00:00Z', 86_400, 23],
    ['2016-11-01T12:00:00Z', '2026-11-23T12:00:00Z', 154 * 86_400, 24],
  ])('of %s to %s are %d s wide, and %d', (from, to, seconds, count) => {
    expect(columnsOver(at(from), at(to), SECOND)).toMatchObject({ width: seconds * SECOND, count });
  });

  it('begin at a round time and are no narrower than asked', () => {
    const { from, width } = columnsOver(at('2026-11-23T10:07:00Z'), at('2026-11-23T11:00:00Z'), 3600 * SECOND);
    expect({ from, width }).toEqual({ from: at('2026-11-23T10:00:00Z'), width: 3600 * SECOND });
  });
});

describe('a tally', () => {
  const columns = { from: 0, width: 10, count: 3 };

  it('counts by group, largest first, over time', () => {
    const tally = new Tally(columns);
    tally.add({ key: 'b', name: '' }, 5, [1, 1]);
    tally.add({ key: 'a', name: 'Anna' }, 29, [7, 1]);
    tally.add({ key: 'b', name: 'Bert' }, 30, [3, 1]);
    tally.add({ key: 'b', name: '' }, 12, [2, 1]);
    expect(tally.rows()).toEqual([
      { key: 'a', name: 'Anna', amounts: [7, 1], first: 29, last: 29, overTime: [0, 0, 7] },
      { key: 'b', name: 'Bert', amounts: [6, 3], first: 5, last: 30, overTime: [1, 2, 3] },
    ]);
    expect(tally.isExceeded).toBe(false);
  });

  it('holds so many groups, each of them exact, and counts the others together', () => {
    const tally = new Tally(columns, 2);
    for (const key of ['a', 'b', 'c', 'a', 'd', 'b', 'a']) tally.add({ key, name: '' }, 0, [1]);
    expect(tally.rows().map(({ key, amounts }) => [key, ...amounts])).toEqual([
      ['a', 3],
      [OTHERS, 2],
      ['b', 2],
    ]);
    expect(tally.isExceeded).toBe(true);
  });
});
