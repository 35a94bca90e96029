import fc from 'fast-check';
import { AT, DAYS, Memory, RECENT, SLOTS } from '../../../lib/detect/baseline/memory.ts';

const MIN = 1_000_000;
const volume = fc.double({ min: MIN / 1000, max: 1e15, noNaN: true });

describe('a memory', () => {
  test('reads from its text what was rounded into it', () => {
    fc.assert(
      fc.property(fc.array(volume, { minLength: SLOTS, maxLength: SLOTS }), fc.nat(1e6), (values, dither) => {
        const memory = new Memory(undefined, MIN);
        for (const [slot, value] of values.entries()) {
          memory.setSlotMean(slot, value);
          memory.setSlotSpread(slot, 0.01 + (value % 7), dither / 1e6);
          memory.setRecent(slot % RECENT, value, slot);
          memory.setHigh(slot % DAYS, value);
        }
        memory.setNumber(AT.mean, values[0] ?? 0);
        const again = new Memory(memory.packed(), MIN);
        expect(again.packed()).toBe(memory.packed());
        for (const [slot, value] of values.entries()) {
          expect(Math.abs(again.slotMean(slot) / value - 1)).toBeLessThan(0.01);
          expect(again.slotMean(slot)).toBe(memory.slotMean(slot));
          expect(again.slotSpread(slot)).toBe(memory.slotSpread(slot));
        }
      }),
      { numRuns: 30 },
    );
  });

  test('keeps volumes to a thousandth, and those of bars to a hundredth', () => {
    fc.assert(
      fc.property(fc.double({ min: MIN, max: 1e15, noNaN: true }), (value) => {
        const memory = new Memory(undefined, MIN);
        memory.setSlotMean(3, value);
        memory.setRecent(5, value, 3);
        memory.setRecent(4, 0, 3);
        expect(Math.abs(memory.slotMean(3) / value - 1)).toBeLessThan(0.001);
        expect(Math.abs(memory.recentValue(5) / value - 1)).toBeLessThan(0.01);
        expect(memory.recentValue(4)).toBe(0);
      }),
    );
  });

  test('keeps its numbers of 12 bits apart', () => {
    const levels = fc.array(fc.nat(4095), { minLength: DAYS, maxLength: DAYS });
    fc.assert(
      fc.property(levels, fc.shuffledSubarray([...Array(DAYS).keys()], { minLength: DAYS }), (values, order) => {
        const memory = new Memory(undefined, MIN);
        const as = (level: number): number => memory.valueOf((level * 32) / 4095);
        for (const day of order) memory.setHigh(day, as(values[day] ?? 0));
        for (const [day, level] of values.entries()) {
          expect(memory.high(day)).toBeCloseTo(as(level), 0);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('rounds spreads up as often as their fraction says', () => {
    const memory = new Memory(undefined, MIN);
    const read = (dither: number): number => {
      memory.setSlotSpread(0, 0.203, dither);
      return memory.slotSpread(0);
    };
    const all = Array.from({ length: 1000 }, (_, index) => Math.log(read(index / 1000)));
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
    expect(Math.exp(mean)).toBeCloseTo(0.203, 3);
  });
});
