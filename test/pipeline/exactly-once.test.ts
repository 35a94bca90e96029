import fc from 'fast-check';
import { happenings, inChaos, inOrder, replayed } from './chaos.ts';

it('ends with the same alerts as if each record had come once and in order', async () => {
  const numbers = fc.array(fc.nat(10_000), { minLength: 50, maxLength: 400 });
  await fc.assert(
    fc.asyncProperty(happenings, numbers, async (all, choices) => {
      expect(await inChaos(all, choices)).toEqual(await inOrder(all));
    }),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 20) },
  );
});

it('opens the same alerts live and in a replay', async () => {
  await fc.assert(
    fc.asyncProperty(happenings, async (all) => {
      expect(await replayed(all)).toEqual(await inOrder(all));
    }),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 20) },
  );
});
