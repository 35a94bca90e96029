import type { TrafficEvent } from '../../../model/traffic.ts';
import type { ExactFilter, TrafficQuery } from './query.ts';

/** Whether a row is asked for, its time aside. */
export function isAskedFor(row: TrafficEvent, { exact, search }: TrafficQuery): boolean {
  for (const [name, value] of Object.entries(exact)) {
    if (!MATCHES[name as ExactFilter](row, value)) return false;
  }
  return search === '' || searched(row).some((text) => text?.toLowerCase().includes(search));
}

const MATCHES: Readonly<Record<ExactFilter, (row: TrafficEvent, value: string) => boolean>> = {
  user_id: (row, value) => row.user?.id === value,
  reporter_id: (row, value) => row.reporter_id === value,
  source_id: (row, value) => row.source.id === value,
  destination_id: (row, value) => row.destination.id === value,
  protocol: (row, value) => row.protocol === Number(value),
  type: hasSubEvent,
  // The answer does not say which it is: what goes between two peers is P2P.
  connection_type: ({ source, destination }, value) =>
    (source.type === 'PEER' && destination.type === 'PEER' ? 'P2P' : 'ROUTED') === value,
  direction: (row, value) => row.direction === value,
};

/** An aggregated row has its sub-events as counters, and maybe not as a list. */
function hasSubEvent(row: TrafficEvent, type: string): boolean {
  const counted = { TYPE_START: row.num_of_starts, TYPE_END: row.num_of_ends, TYPE_DROP: row.num_of_drops }[type] ?? 0;
  return counted > 0 || (row.events ?? []).some((event) => event.type === type);
}

function searched({ user, source, destination }: TrafficEvent): (string | undefined)[] {
  return [user?.email, source.name, destination.name, source.address, destination.address];
}
