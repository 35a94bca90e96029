import { createCheckedToken, isCheckedToken } from './wire/checked-token.ts';

/** What the archive's own keys begin with; NetBird's tokens begin with `nbp_`. */
export const API_TOKEN_PREFIX = 'nba_';

/** A new secret. `below` draws a whole number from 0 to `limit` - 1, so that nobody can foretell it. */
export function createApiToken(below: (limit: number) => number): string {
  return createCheckedToken(API_TOKEN_PREFIX, below);
}

/** True when length, prefix and checksum are right: mistyped ones cost no look-up. */
export function isApiToken(text: string): boolean {
  return isCheckedToken(text, API_TOKEN_PREFIX);
}
