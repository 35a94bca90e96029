import type { RejectedRecord } from '../../lib/store/dynamodb/index.ts';
import type { EventStore } from '../../lib/store/ports.ts';

/** Keeps what stream records could not be understood, by their keys: the row itself stands in the Events table. */
export async function quarantineRejected(
  events: Pick<EventStore, 'putQuarantined'>,
  rejected: readonly RejectedRecord[],
  now: Date,
): Promise<void> {
  for (const { reason, keys } of rejected) {
    const [tenant = 'default', source] = (keys['pk']?.S ?? '').split('#');
    await events.putQuarantined({
      tenant,
      source: source === 'traffic' ? 'traffic' : 'audit',
      receivedAt: now.toISOString(),
      raw: JSON.stringify(keys),
      reason,
    });
  }
}
