import { loadCursor, NEW_CURSOR, saveCursor } from '../../lib/store/cursor.ts';
import { MemoryStateStore } from '../../lib/store/memory/state-store.ts';

describe('the cursor', () => {
  it('is new at first, comes back as saved, and is moved by one run at a time', async () => {
    const state = new MemoryStateStore();
    const none = await loadCursor(state, 'default');
    expect(none).toEqual({ cursor: NEW_CURSOR, version: 0 });
    const cursor = { mark: 5, highestId: '7', firstRunDone: true };
    expect(await saveCursor(state, 'default', { ...none, cursor })).toBe(true);
    expect(await saveCursor(state, 'default', { ...none, cursor: NEW_CURSOR })).toBe(false);
    expect(await loadCursor(state, 'default')).toEqual({ cursor, version: 1 });
    expect((await loadCursor(state, 'other')).version).toBe(0);
  });
});
