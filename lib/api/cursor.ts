import { parseTimestamp } from '../model/timestamp.ts';
import type { AuditPosition } from '../store/archive.ts';

/** A position as text that clients hand back as it is. */
export function cursorOf({ nanosText, id }: AuditPosition): string {
  return Buffer.from(`${nanosText}#${id}`).toString('base64url');
}

/** Undefined for what `cursorOf` never wrote. */
export function positionOf(cursor: string): AuditPosition | undefined {
  const [, nanosText = '', id = ''] = /^(.{30})#(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  const isOwn = parseTimestamp(nanosText)?.nanosText === nanosText && cursorOf({ nanosText, id }) === cursor;
  return isOwn ? { nanosText, id } : undefined;
}
