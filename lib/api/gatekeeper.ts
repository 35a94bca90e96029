import type { Clock } from '../model/clock.ts';
import { type ApiKey, apiKeyId, findApiKey, isUsable } from '../store/api-keys.ts';
import type { StateStore } from '../store/ports.ts';
import { API_TOKEN_PREFIX, isApiToken } from './api-token.ts';
import type { Refusal } from './wire/answer.ts';
import { readAuthorization, TOKEN_INVALID } from './wire/authorization.ts';
import { type RateLimit, TokenBuckets } from './wire/token-buckets.ts';

export interface GatekeeperSettings {
  /** Where given, keys of other tenants open nothing here. */
  readonly tenant?: string;
  /** Of each key. Default: 120 a minute, burst 1,200, as NetBird's own. */
  readonly limit?: RateLimit;
  /** Of requests without a usable key, by client address. Default: 30 a minute, burst 60. */
  readonly failureLimit?: RateLimit;
}

const TOO_MANY: Refusal = { status: 429, message: 'too many requests' };
const PERMISSION_DENIED: Refusal = { status: 403, message: 'permission denied' };
/** Ids of keys that have been good are remembered, up to so many. */
const MOST_REMEMBERED = 10_000;

/** Decides who may read, and how often. Limits are kept in memory: each process counts for itself. */
export class Gatekeeper {
  readonly #state: Pick<StateStore, 'getMany'>;
  readonly #clock: Clock;
  readonly #tenant: string | undefined;
  readonly #requests: TokenBuckets;
  readonly #failures: TokenBuckets;
  /** Keys that were good here: their look-up is never denied for what others behind the same address do. */
  readonly #wereGood = new Set<string>();

  constructor(state: Pick<StateStore, 'getMany'>, clock: Clock, settings: GatekeeperSettings = {}) {
    this.#state = state;
    this.#clock = clock;
    this.#tenant = settings.tenant;
    this.#requests = new TokenBuckets(settings.limit ?? { perMinute: 120, burst: 1200 });
    this.#failures = new TokenBuckets(settings.failureLimit ?? { perMinute: 30, burst: 60 });
  }

  /** The key of a request, or why it is refused. Throws StoreError where keys cannot be read. */
  async admit(authorization: string | undefined, clientAddress: string): Promise<ApiKey | Refusal> {
    const read = readAuthorization(authorization, API_TOKEN_PREFIX);
    if ('status' in read) return this.#refuse(read, clientAddress);
    const key = await this.#find(read.token, clientAddress);
    if ('status' in key) return key;
    if (this.#tenant !== undefined && key.tenant !== this.#tenant)
      return this.#refuse(PERMISSION_DENIED, clientAddress);
    this.#remember(key.id);
    return this.#requests.take(key.id, this.#clock().getTime()) ? key : TOO_MANY;
  }

  async #find(token: string, clientAddress: string): Promise<ApiKey | Refusal> {
    if (!isApiToken(token)) return this.#refuse(TOKEN_INVALID, clientAddress);
    const isKnown = this.#wereGood.has(apiKeyId(token));
    if (!isKnown && this.#failures.isEmpty(clientAddress, this.#clock().getTime())) return TOO_MANY;
    const key = await findApiKey(this.#state, token);
    return key && isUsable(key, this.#clock()) ? key : this.#refuse(TOKEN_INVALID, clientAddress);
  }

  #refuse(refusal: Refusal, clientAddress: string): Refusal {
    return this.#failures.take(clientAddress, this.#clock().getTime()) ? refusal : TOO_MANY;
  }

  #remember(id: string): void {
    if (this.#wereGood.size < MOST_REMEMBERED) this.#wereGood.add(id);
  }
}
