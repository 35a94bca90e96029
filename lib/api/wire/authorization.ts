import type { Refusal } from './answer.ts';

const NO_AUTHENTICATION: Refusal = { status: 401, message: 'no valid authentication provided' };
export const TOKEN_INVALID: Refusal = { status: 401, message: 'token invalid' };

/**
 * The token of an `Authorization` header, `Token X` or `Bearer X`, or why it holds none. The header must be exactly two
 * parts; a bearer's value must begin with `prefix`, since others are those of an identity provider, and there is none.
 */
export function readAuthorization(header: string | undefined, prefix: string): { readonly token: string } | Refusal {
  const parts = (header ?? '').split(' ');
  const scheme = parts[0]?.toLowerCase();
  if (scheme !== 'token' && scheme !== 'bearer') return NO_AUTHENTICATION;
  const [, token] = parts;
  if (parts.length !== 2 || token === undefined) return TOKEN_INVALID;
  return scheme === 'token' || token.startsWith(prefix) ? { token } : TOKEN_INVALID;
}
