import type { StoredTrafficEvent } from '../model/event.ts';
import { furtherRow } from '../model/traffic-growth.ts';

/**
 * What a stored row becomes when another copy of it is served; undefined: that copy says nothing new. When it was first
 * seen stays; what has come since is history only if this copy was stored by a first run, too.
 */
export function grownRow(before: StoredTrafficEvent, served: StoredTrafficEvent): StoredTrafficEvent | undefined {
  const further = furtherRow(before, served);
  if (!further) return undefined;
  const { firstRun: _first, expiresAt: _expires, ...row } = further;
  const expiresAt =
    before.expiresAt === undefined || served.expiresAt === undefined
      ? undefined
      : Math.max(before.expiresAt, served.expiresAt);
  return {
    ...row,
    collectedAt: before.collectedAt,
    ...(served.firstRun ? { firstRun: true } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  } as StoredTrafficEvent;
}
