import { crc32 } from 'node:zlib';

const PREFIX_LENGTH = 4;
const SECRET_LENGTH = 30;
const CHECKSUM_LENGTH = 6;
const TOKEN_LENGTH = PREFIX_LENGTH + SECRET_LENGTH + CHECKSUM_LENGTH;
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * A token as NetBird makes its own: a prefix such as `nbp_`, 30 characters, and their CRC-32 in base 62.
 * `below` draws a whole number from 0 to `limit` - 1.
 */
export function createCheckedToken(prefix: string, below: (limit: number) => number): string {
  const secret = Array.from({ length: SECRET_LENGTH }, () => BASE62[below(BASE62.length)]).join('');
  return prefix + secret + checksumOf(secret);
}

/** True when length, prefix and checksum are right. Says nothing about whether a server knows the token. */
export function isCheckedToken(token: string, prefix: string): boolean {
  if (token.length !== TOKEN_LENGTH || !token.startsWith(prefix)) return false;
  return token.slice(-CHECKSUM_LENGTH) === checksumOf(token.slice(PREFIX_LENGTH, -CHECKSUM_LENGTH));
}

function checksumOf(secret: string): string {
  return base62(crc32(secret)).padStart(CHECKSUM_LENGTH, '0');
}

function base62(value: number): string {
  const digit = BASE62[value % 62] ?? '0';
  return value < 62 ? digit : base62(Math.floor(value / 62)) + digit;
}
