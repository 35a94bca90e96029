import type { EventChange, Position } from './change.ts';
import { type TrafficEvent, trafficTime, withDerivedFields } from './traffic.ts';
import { growthOf, progressOf } from './traffic-growth.ts';

/** A stored row, as live and as a replay see it. */
export interface TrafficRowChange {
  readonly tenant: string;
  /** What was stored before; absent: the row is new. */
  readonly before?: TrafficEvent | undefined;
  readonly row: TrafficEvent;
  readonly rowKey: string;
  readonly position: Position;
  /** Given the row's time. */
  readonly isHistory: (at: number) => boolean;
}

/**
 * What rules see of a row that is new (all of it) or has grown (the difference), derived fields included: the one place
 * where that is computed. Undefined: no counter has grown. Throws RangeError for a row without a time.
 */
export function trafficChange(change: TrafficRowChange): EventChange | undefined {
  const { tenant, before, row, rowKey, position, isHistory } = change;
  const time = trafficTime(row);
  if (!time) throw new RangeError('a traffic row without window_start and sub-events has no time');
  const event = before ? growthOf(before, row) : row;
  if (!event) return undefined;
  return {
    kind: 'event',
    tenant,
    source: 'traffic',
    event: withDerivedFields(event),
    at: time.micros,
    // Each growth is an event of its own, after the one that it belongs to.
    order: { nanosText: time.nanosText, id: before ? `${rowKey}+${progressOf(row)}` : rowKey },
    history: isHistory(time.micros),
    ...(before ? { growth: true } : {}),
    position,
  };
}
