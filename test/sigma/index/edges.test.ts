import * as fc from 'fast-check';
import { splitEdges } from '../../../lib/sigma/index/edges.ts';
import { groupBy } from '../../../lib/sigma/index/group.ts';
import { edgeHash, WINDOW } from '../../../lib/sigma/index/units.ts';

/** Literals of which many end alike: of 3 to 30 units, few of which differ. */
const literal = fc
  .tuple(fc.nat({ max: 400 }), fc.constantFrom('', '.exe', 'service.exe', '-a-long-ending-of-all-names.exe'))
  .map(([number, end]) => ({ literal: `${String(number).padStart(3, '0')}${end}` }));

describe('edges', () => {
  it('stand in one table each, by no more units than they have, and crowd only where they cannot be told apart', async () => {
    await fc.assert(
      fc.property(
        fc.array(literal, { maxLength: 200 }),
        fc.constantFrom('start' as const, 'end' as const),
        (all, edge) => {
          const groups = splitEdges(all, edge);
          expect(new Set(groups.flatMap(({ entries }) => entries))).toEqual(new Set(all));
          expect(groups.reduce((sum, { entries }) => sum + entries.length, 0)).toBe(all.length);
          for (const { windows, entries } of groups) {
            for (const each of entries) expect(each.literal.length).toBeGreaterThanOrEqual(windows * WINDOW);
            const long = entries.filter((each) => each.literal.length >= windows * 2 * WINDOW && windows < 8);
            const crowds = groupBy(long, (each) => `${edgeHash(each.literal, edge, windows)}`);
            expect(Math.max(0, ...[...crowds.values()].map(({ length }) => length))).toBeLessThanOrEqual(8);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('need one table where few are alike, and more where thousands are', () => {
    const names = Array.from({ length: 3000 }, (_, at) => ({ literal: `\\tool-${at}.exe` }));
    expect(splitEdges(names.slice(0, 5), 'end').map(({ windows }) => windows)).toEqual([1]);
    // Ten of them have too few units for four windows.
    expect(splitEdges(names, 'end').map(({ windows, entries }) => [windows, entries.length])).toEqual([
      [2, 10],
      [4, 2990],
    ]);
    expect(splitEdges([...names, { literal: 'exe' }], 'end').map(({ windows }) => windows)).toEqual([1, 2, 4]);
  });
});
