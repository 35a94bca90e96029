import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Random } from './random.ts';

const PREFIX = 'nbp_';
const SECRET_LENGTH = 30;
const CHECKSUM_LENGTH = 6;
const TOKEN_LENGTH = PREFIX.length + SECRET_LENGTH + CHECKSUM_LENGTH;
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** An invented token in NetBird's form: `nbp_`, 30 characters, and their CRC-32 in base 62. */
export function createToken(random: Random): string {
  const secret = Array.from({ length: SECRET_LENGTH }, () => BASE62[random.int(0, BASE62.length - 1)]).join('');
  return `${PREFIX}${secret}${base62(crc32(secret)).padStart(CHECKSUM_LENGTH, '0')}`;
}

/** True when length, prefix and checksum are right. Says nothing about whether a server knows the token. */
export function isWellFormedToken(token: string): boolean {
  if (token.length !== TOKEN_LENGTH || !token.startsWith(PREFIX)) return false;
  const secret = token.slice(PREFIX.length, -CHECKSUM_LENGTH);
  return token.slice(-CHECKSUM_LENGTH) === base62(crc32(secret)).padStart(CHECKSUM_LENGTH, '0');
}

/** How the server stores a token: SHA-256 in base 64. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}

function base62(value: number): string {
  const digit = BASE62[value % 62] ?? '0';
  return value < 62 ? digit : base62(Math.floor(value / 62)) + digit;
}
