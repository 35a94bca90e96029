import type { Refusal } from '../../api/wire/answer.ts';
import { readAuthorization, TOKEN_INVALID } from '../../api/wire/authorization.ts';
import { type RateLimit, TokenBuckets } from '../../api/wire/token-buckets.ts';
import type { Clock } from '../../model/clock.ts';
import { createToken, hashToken, isWellFormedToken, TOKEN_PREFIX } from './personal-access-token.ts';
import type { Random } from './random.ts';

export type Role = 'owner' | 'admin' | 'network_admin' | 'auditor' | 'user' | 'billing_admin';

export interface TokenSpec {
  /** Default: an invented one. */
  readonly token?: string;
  /** Default `auditor`. Of a service user any role may read. */
  readonly role?: Role;
  /** Default: a service user's. */
  readonly owner?: 'service' | 'person';
  /** Default: never. */
  readonly expiresAt?: Date;
  readonly blocked?: boolean;
}

/** Knows tokens and judges an `Authorization` header as the server does. */
export class TokenBook {
  readonly #random: Random;
  readonly #clock: Clock;
  readonly #tokens = new Map<string, TokenSpec>();
  /** By the simulator's clock. */
  #buckets: TokenBuckets | undefined;

  constructor(random: Random, clock: Clock, limit?: RateLimit) {
    this.#random = random;
    this.#clock = clock;
    this.setRateLimit(limit);
  }

  /** Makes a token known and returns it. */
  issue(spec: TokenSpec = {}): string {
    const token = spec.token ?? createToken(this.#random);
    this.#tokens.set(token, spec);
    return token;
  }

  /** Changes what is known of a token: block it, let it expire, give another role. Throws for an unknown one. */
  change(token: string, change: Omit<TokenSpec, 'token'>): void {
    const spec = this.#tokens.get(token);
    if (!spec) throw new RangeError('change needs a token that was issued');
    this.#tokens.set(token, { ...spec, ...change });
  }

  /** Deletes a token, or its service user. */
  revoke(token: string): void {
    this.#tokens.delete(token);
  }

  /** Undefined: off, as on a self-hosted server by default. Starts with full buckets. */
  setRateLimit(limit: RateLimit | undefined): void {
    this.#buckets = limit && new TokenBuckets(limit);
  }

  /** Why a request is refused before its route is looked at, or undefined. */
  authenticate(authorization: string | undefined, userAgent = ''): Refusal | undefined {
    const read = readAuthorization(authorization, TOKEN_PREFIX);
    if ('status' in read) return read;
    const { token } = read;
    const isLimited = !userAgent.includes('terraform');
    if (isLimited && this.#buckets?.take(token, this.#clock().getTime()) === false) {
      return { status: 429, message: 'too many requests' };
    }
    if (!isWellFormedToken(token)) return TOKEN_INVALID;
    return this.#judge(token);
  }

  /** Why the audit log is refused to a token that is right, or undefined. */
  authorize(authorization: string): Refusal | undefined {
    const spec = this.#tokens.get(authorization.split(' ')[1] ?? '');
    const failed = 'failed to validate user permissions';
    if (spec?.blocked) return { status: 403, message: `${failed}: user is blocked` };
    if (spec?.owner !== 'person') return undefined;
    if (spec.role === 'billing_admin') return { status: 403, message: `${failed}: user role: billing_admin not found` };
    return spec.role === 'user' ? { status: 403, message: 'permission denied' } : undefined;
  }

  #judge(token: string): Refusal | undefined {
    const spec = this.#tokens.get(token);
    if (!spec) {
      const message = `invalid token: pat: ${hashToken(token)} not found`;
      // The server writes every message in lower case, also the hash.
      return { status: 404, message: message.toLowerCase() };
    }
    return spec.expiresAt && this.#clock() > spec.expiresAt ? TOKEN_INVALID : undefined;
  }
}
