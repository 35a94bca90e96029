import { connectionTypeOf, type TrafficEvent } from '../../model/traffic.ts';

export interface TrafficFilters {
  readonly user_id?: string | undefined;
  readonly reporter_id?: string | undefined;
  readonly source_id?: string | undefined;
  readonly destination_id?: string | undefined;
  readonly protocol?: number | undefined;
  readonly type?: string | undefined;
  readonly connection_type?: string | undefined;
  readonly direction?: string | undefined;
  readonly search?: string | undefined;
}

/** A test of rows for all that is asked, their time aside. */
export function trafficSieve(filters: TrafficFilters): (row: TrafficEvent) => boolean {
  const { type, search, ...exact } = filters;
  const wanted = Object.entries(exact).filter(([, value]) => value !== undefined);
  const part = search?.toLowerCase();
  return (row) =>
    wanted.every(([name, value]) => VALUES[name as keyof typeof VALUES](row) === value) &&
    (type === undefined || hasSubEvent(row, type)) &&
    (part === undefined || searched(row).some((text) => text?.toLowerCase().includes(part)));
}

const VALUES = {
  user_id: (row: TrafficEvent) => row.user?.id,
  reporter_id: (row: TrafficEvent) => row.reporter_id,
  source_id: (row: TrafficEvent) => row.source.id,
  destination_id: (row: TrafficEvent) => row.destination.id,
  protocol: (row: TrafficEvent) => row.protocol,
  direction: (row: TrafficEvent) => row.direction,
  connection_type: connectionTypeOf,
} as const;

/** Aggregated rows count their sub-events, and may not list them. */
function hasSubEvent(row: TrafficEvent, type: string): boolean {
  const { num_of_starts, num_of_ends, num_of_drops } = row;
  const counted = { TYPE_START: num_of_starts, TYPE_END: num_of_ends, TYPE_DROP: num_of_drops }[type] ?? 0;
  return counted > 0 || (row.events ?? []).some((event) => event.type === type);
}

function searched({ user, source, destination }: TrafficEvent): (string | undefined)[] {
  return [user?.email, source.name, destination.name, source.address, destination.address];
}
