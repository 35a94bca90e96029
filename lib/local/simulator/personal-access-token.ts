import { createHash } from 'node:crypto';
import { createCheckedToken, isCheckedToken } from '../../api/wire/checked-token.ts';
import type { Random } from './random.ts';

export const TOKEN_PREFIX = 'nbp_';

/** An invented token in NetBird's form. */
export function createToken(random: Random): string {
  return createCheckedToken(TOKEN_PREFIX, (limit) => random.int(0, limit - 1));
}

/** True when length, prefix and checksum are right. Says nothing about whether a server knows the token. */
export function isWellFormedToken(token: string): boolean {
  return isCheckedToken(token, TOKEN_PREFIX);
}

/** How the server stores a token: SHA-256 in base 64. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
