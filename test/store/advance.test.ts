import type { Position } from '../../lib/model/change.ts';
import { advance, type Caused, StateContendedError, type Step } from '../../lib/store/advance.ts';
import { createMemoryStores } from '../../lib/store/memory/index.ts';
import type { StateItem, StateStore } from '../../lib/store/ports.ts';

interface Hit {
  readonly position: Position;
  readonly by: number;
}

const NOW = Date.parse('2026-11-23T10:00:00Z');
const clock = () => new Date(NOW);
const HOUR = 3_600_000;

function hit(sequence: number | string, by = 1, over: Partial<Position> = {}): Hit {
  return { position: { stream: 'arn:1', partition: 'p', sequence: String(sequence), ...over }, by };
}

/** Adds up; causes the new sum where it passes ten. */
function sumStep(key: string, contributions: readonly Hit[]): Step<number, Hit, string> {
  return {
    key,
    dueFor: 'acme',
    contributions,
    reduce(value, fresh) {
      const sum = fresh.reduce((all, { by }) => all + by, value ?? 0);
      return { value: sum, caused: sum >= 10 ? [`sum ${sum}`] : [], due: 77, expiresAt: 1 };
    },
  };
}

async function run(state: StateStore, steps: readonly Step<number, Hit, string>[], at = clock) {
  const handed: Caused<string>[] = [];
  const report = await advance(state, steps, async (caused) => void handed.push(...caused), at);
  return { handed, report };
}

async function stored(state: StateStore, key: string): Promise<StateItem & { body: Record<string, unknown> }> {
  const item = (await state.getMany([key])).get(key);
  if (!item) throw new Error(`no item ${key}`);
  return item as StateItem & { body: Record<string, unknown> };
}

it('counts a contribution once, however often and in whatever batch it comes', async () => {
  const { state } = createMemoryStores();
  await run(state, [sumStep('k', [hit(1), hit(2)])]);
  await run(state, [sumStep('k', [hit(1), hit(2), hit(3)])]);
  const { report } = await run(state, [sumStep('k', [hit(3)])]);
  expect((await stored(state, 'k')).body['value']).toBe(3);
  expect(report).toMatchObject({ writes: 0, fresh: 0, skipped: 1 });
});

it('compares sequence numbers of 21 to 40 digits as numbers', async () => {
  const { state } = createMemoryStores();
  const [low, high] = ['9'.repeat(21), `1${'0'.repeat(39)}`];
  await run(state, [sumStep('k', [hit(low)])]);
  await run(state, [sumStep('k', [hit(high)])]);
  await run(state, [sumStep('k', [hit(low), hit(high)])]);
  expect((await stored(state, 'k')).body['value']).toBe(2);
});

it('keeps marks per partition and per stream: a re-created stream starts anew', async () => {
  const { state } = createMemoryStores();
  await run(state, [sumStep('k', [hit(5)])]);
  await run(state, [sumStep('k', [hit(4, 1, { partition: 'q' }), hit(1, 1, { stream: 'arn:2' })])]);
  expect((await stored(state, 'k')).body['value']).toBe(3);
});

it('drops a mark 25 hours after its last record', async () => {
  const { state } = createMemoryStores();
  await run(state, [sumStep('k', [hit(5)])]);
  await run(state, [sumStep('k', [hit(1, 1, { partition: 'q' })])], () => new Date(NOW + 26 * HOUR));
  const marks = (await stored(state, 'k')).body['marks'];
  expect(Object.keys(marks as object)).toEqual(['arn:1|q']);
});

it('hands on what was caused with key and version, then clears it', async () => {
  const { state } = createMemoryStores();
  const { handed } = await run(state, [sumStep('k', [hit(1, 12)])]);
  expect(handed).toEqual([{ key: 'k', version: 1, items: ['sum 12'] }]);
  const item = await stored(state, 'k');
  expect(item.body['pending']).toEqual([]);
  expect(item).toMatchObject({ version: 2, due: { for: 'acme', at: 77 } });
});

it('hands on what a death left pending before anything else happens, also when its own record is skipped', async () => {
  const { state } = createMemoryStores();
  const dies = advance(state, [sumStep('k', [hit(1, 12)])], async () => Promise.reject(new Error('died')), clock);
  await expect(dies).rejects.toThrow('died');
  const pending = await stored(state, 'k');
  expect(pending).toMatchObject({ version: 1, due: { for: 'acme', at: 0 } });
  expect(pending.expiresAt).toBeUndefined();
  const { handed } = await run(state, [sumStep('k', [hit(1, 12)])]);
  expect(handed).toEqual([{ key: 'k', version: 1, items: ['sum 12'] }]);
  expect(await stored(state, 'k')).toMatchObject({ body: { value: 12, pending: [] }, due: { at: 77 } });
});

it('redoes a step that lost a race, on what the winner wrote', async () => {
  const { state } = createMemoryStores();
  let raced = false;
  const racing: StateStore = {
    getMany: (keys) => state.getMany(keys),
    due: (dueFor, upTo) => state.due(dueFor, upTo),
    scan: (prefix) => state.scan(prefix),
    delete: (key, version) => state.delete(key, version),
    putUnknown: (items) => state.putUnknown(items),
    async put(item) {
      if (!raced) {
        raced = true;
        await run(state, [sumStep('k', [hit(1, 5, { partition: 'other' })])]);
      }
      return state.put(item);
    },
  };
  const { report, handed } = await run(racing, [sumStep('k', [hit(1, 6)])]);
  expect(report).toMatchObject({ conflicts: 1, fresh: 1 });
  expect(handed).toEqual([{ key: 'k', version: 2, items: ['sum 11'] }]);
});

it('gives up, retryably, where it never wins', async () => {
  const { state } = createMemoryStores();
  const losing: StateStore = {
    getMany: (keys) => state.getMany(keys),
    due: (dueFor, upTo) => state.due(dueFor, upTo),
    scan: (prefix) => state.scan(prefix),
    delete: (key, version) => state.delete(key, version),
    putUnknown: (items) => state.putUnknown(items),
    put: async () => 'conflict',
  };
  const lost = run(losing, [sumStep('k', [hit(1)])]);
  await expect(lost).rejects.toMatchObject({ name: 'StateContendedError', retryable: true });
  await expect(lost).rejects.toBeInstanceOf(StateContendedError);
});

it('writes nothing where a reducer without contributions changes nothing', async () => {
  const { state } = createMemoryStores();
  await run(state, [sumStep('k', [hit(1)])]);
  const idle: Step<number, Hit, string> = { key: 'k', dueFor: 'acme', contributions: [], reduce: () => undefined };
  expect((await run(state, [idle])).report.writes).toBe(0);
});

it('keeps an item for longer than receivers keep its marks', async () => {
  const { state } = createMemoryStores();
  await run(state, [sumStep('k', [hit(1)])]);
  expect((await stored(state, 'k')).expiresAt).toBeGreaterThan((NOW + 25 * HOUR) / 1000);
});

it('asks the store per key, not per contribution', async () => {
  const { state } = createMemoryStores();
  let [reads, writes] = [0, 0];
  const counting: StateStore = {
    getMany: (keys) => {
      reads++;
      return state.getMany(keys);
    },
    due: (dueFor, upTo) => state.due(dueFor, upTo),
    scan: (prefix) => state.scan(prefix),
    delete: (key, version) => state.delete(key, version),
    putUnknown: (items) => state.putUnknown(items),
    put: (item) => {
      writes++;
      return state.put(item);
    },
  };
  const many = (count: number): Hit[] => Array.from({ length: count }, (_, index) => hit(index, 0));
  await run(
    counting,
    ['a', 'b', 'c'].map((key) => sumStep(key, many(1000))),
  );
  expect({ reads, writes }).toEqual({ reads: 1, writes: 3 });
});
