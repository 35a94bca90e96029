import type { Micros } from '../model/timestamp.ts';
import type { StateStore } from './ports.ts';

/** State `cursor#<tenant>#audit`: how far the audit log is collected. */
export interface AuditCursor {
  /** Everything that was served up to this event time is stored. Absent: no event was ever served. */
  readonly mark?: Micros | undefined;
  /** The greatest id stored, decimal text; it starts anew when the server lost its log. */
  readonly highestId?: string | undefined;
  /** Wall clock (epoch ms): when the whole answer was last read. */
  readonly lastFullReadAt?: number | undefined;
  /** Everything up to this time is in, as the last watermark said. */
  readonly watermark?: Micros | undefined;
  /** The history that was there before anybody watched is stored. */
  readonly firstRunDone: boolean;
}

export interface StoredCursor {
  readonly cursor: AuditCursor;
  /** 0: there is none yet. */
  readonly version: number;
}

export const NEW_CURSOR: AuditCursor = { firstRunDone: false };

export function cursorKey(tenant: string): string {
  return `cursor#${tenant}#audit`;
}

export async function loadCursor(state: StateStore, tenant: string): Promise<StoredCursor> {
  const key = cursorKey(tenant);
  const item = (await state.getMany([key])).get(key);
  return { cursor: (item?.body as AuditCursor | undefined) ?? NEW_CURSOR, version: item?.version ?? 0 };
}

/** False: another run has moved it, and its word counts. */
export async function saveCursor(
  state: StateStore,
  tenant: string,
  { cursor, version }: StoredCursor,
): Promise<boolean> {
  return (await state.put({ key: cursorKey(tenant), version: version + 1, body: cursor })) === 'written';
}
