import * as fc from 'fast-check';
import { DueQueue } from '../../../lib/store/memory/due-queue.ts';
import { createMemoryStores } from '../../../lib/store/memory/index.ts';
import { alertStoreContract } from '../../contracts/alert-store.contract.ts';
import { eventStoreContract } from '../../contracts/event-store.contract.ts';
import { stateStoreContract } from '../../contracts/state-store.contract.ts';

describe('the memory event store', () => eventStoreContract(async () => createMemoryStores().events));
describe('the memory state store', () => stateStoreContract(async () => createMemoryStores().state));
describe('the memory alert store', () => alertStoreContract(async () => createMemoryStores().alerts));

describe('the queue of due keys', () => {
  it('answers as a sorted map of the last times set would', () => {
    const step = fc.oneof(
      fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), at: fc.nat(20) }),
      fc.record({ drop: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ ask: fc.nat(20) }),
    );
    return fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new DueQueue();
        const model = new Map<string, number>();
        for (const step of steps) {
          if ('key' in step) {
            queue.set(step.key, step.at);
            model.set(step.key, step.at);
          } else if ('drop' in step) {
            queue.delete(step.drop);
            model.delete(step.drop);
          } else {
            const times = queue.upTo(step.ask).map((key) => [key, model.get(key)]);
            const expected = [...model].filter(([, at]) => at <= step.ask);
            expect(times.map(([, at]) => at)).toEqual(expected.map(([, at]) => at).sort((x, y) => x - y));
            expect(times.map(([key]) => key).sort()).toEqual(expected.map(([key]) => key).sort());
          }
        }
      }),
    );
  });
});
