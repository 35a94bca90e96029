import { MemoryAlertStore } from './alert-store.ts';
import { MemoryEventStore } from './event-store.ts';
import { MemoryStateStore } from './state-store.ts';

/** Empty stores in this process, for backtests and tests. `bodies` as in MemoryStateStore. */
export function createMemoryStores(options: { readonly bodies?: 'json' | 'as-is' } = {}): {
  events: MemoryEventStore;
  alerts: MemoryAlertStore;
  state: MemoryStateStore;
} {
  return { events: new MemoryEventStore(), alerts: new MemoryAlertStore(), state: new MemoryStateStore(options) };
}
