import type { Clock } from '../../model/clock.ts';
import { createToken, hashToken, isWellFormedToken } from './personal-access-token.ts';
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

/** Token bucket per token, by the simulator's clock. */
export interface RateLimit {
  readonly perMinute: number;
  readonly burst: number;
}

/** A refusal as the server words it. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** Knows tokens and judges an `Authorization` header as the server does. */
export class TokenBook {
  readonly #random: Random;
  readonly #clock: Clock;
  readonly #tokens = new Map<string, TokenSpec>();
  readonly #buckets = new Map<string, { level: number; at: number }>();
  #limit: RateLimit | undefined;

  constructor(random: Random, clock: Clock, limit?: RateLimit) {
    this.#random = random;
    this.#clock = clock;
    this.#limit = limit;
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
    this.#limit = limit;
    this.#buckets.clear();
  }

  /** Why a request is refused before its route is looked at, or undefined. */
  authenticate(authorization: string | undefined, userAgent = ''): Refusal | undefined {
    const parts = (authorization ?? '').split(' ');
    const scheme = parts[0]?.toLowerCase();
    const isToken = scheme === 'token' || (scheme === 'bearer' && parts[1]?.startsWith('nbp_'));
    if (!isToken && scheme !== 'bearer') return { status: 401, message: 'no valid authentication provided' };
    const invalid = { status: 401, message: 'token invalid' };
    const token = parts[1];
    // Other bearer values are identity provider's tokens, and this server has no provider.
    if (!isToken || parts.length !== 2 || token === undefined) return invalid;
    if (!userAgent.includes('terraform') && !this.#takeFromBucket(token)) {
      return { status: 429, message: 'too many requests' };
    }
    if (!isWellFormedToken(token)) return invalid;
    return this.#judge(token, invalid);
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

  #judge(token: string, invalid: Refusal): Refusal | undefined {
    const spec = this.#tokens.get(token);
    if (!spec) {
      const message = `invalid token: pat: ${hashToken(token)} not found`;
      // The server writes every message in lower case, also the hash.
      return { status: 404, message: message.toLowerCase() };
    }
    return spec.expiresAt && this.#clock() > spec.expiresAt ? invalid : undefined;
  }

  #takeFromBucket(token: string): boolean {
    if (!this.#limit) return true;
    const now = this.#clock().getTime();
    const bucket = this.#buckets.get(token) ?? { level: this.#limit.burst, at: now };
    const refilled = bucket.level + (Math.max(0, now - bucket.at) / 60_000) * this.#limit.perMinute;
    const level = Math.min(this.#limit.burst, refilled);
    const taken = level >= 1;
    this.#buckets.set(token, { level: taken ? level - 1 : level, at: now });
    return taken;
  }
}
