import { takeLease } from '../../lib/store/lease.ts';
import { MemoryStateStore } from '../../lib/store/memory/state-store.ts';

const KEY = 'lease#default#audit';

describe('takeLease', () => {
  const wish = (owner: string, now: number) => ({ key: KEY, owner, now, millis: 1000 });

  it('lets one in at a time, and the next when it is given back or has run out', async () => {
    const state = new MemoryStateStore();
    const first = await takeLease(state, wish('a', 0));
    expect(first).toBeDefined();
    expect(await takeLease(state, wish('b', 999))).toBeUndefined();
    await first?.release();
    expect(await takeLease(state, wish('b', 999))).toBeDefined();
    expect(await takeLease(state, wish('c', 1999))).toBeDefined();
  });

  it('lets only one of two in that ask at the same moment', async () => {
    const state = new MemoryStateStore();
    const both = await Promise.all([takeLease(state, wish('a', 0)), takeLease(state, wish('b', 0))]);
    expect(both.filter((lease) => lease !== undefined)).toHaveLength(1);
  });

  it('lets an owner that died in again', async () => {
    const state = new MemoryStateStore();
    await takeLease(state, wish('a', 0));
    expect(await takeLease(state, wish('a', 10))).toBeDefined();
  });

  it('is extended when half is gone, but not once another has it', async () => {
    const state = new MemoryStateStore();
    const first = await takeLease(state, wish('a', 0));
    expect(await first?.extend(400)).toBe(true);
    expect((await state.getMany([KEY])).get(KEY)?.version).toBe(1);
    expect(await first?.extend(600)).toBe(true);
    expect(await takeLease(state, wish('b', 1500))).toBeUndefined();
    expect(await takeLease(state, wish('b', 1600))).toBeDefined();
    expect(await first?.extend(1700)).toBe(false);
    await first?.release();
    expect(await takeLease(state, wish('c', 1700))).toBeUndefined();
  });
});
