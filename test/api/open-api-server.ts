import { createApiToken } from '../../lib/api/api-token.ts';
import { Gatekeeper, type GatekeeperSettings } from '../../lib/api/gatekeeper.ts';
import type { ApiParts } from '../../lib/api/handle.ts';
import type { Listening } from '../../lib/api/node/listen.ts';
import { serveApi } from '../../lib/api/node/serve.ts';
import { createXids } from '../../lib/api/wire/request-ids.ts';
import { writeApiKey } from '../../lib/store/api-keys.ts';
import type { Archive } from '../../lib/store/archive.ts';
import { createMemoryStores } from '../../lib/store/memory/index.ts';
import { Random } from '../support/random.ts';

export interface TestApi extends Listening {
  readonly token: string;
  readonly state: ReturnType<typeof createMemoryStores>['state'];
  readonly logged: Readonly<Record<string, unknown>>[];
  now: Date;
  issue(fields?: { tenant?: string; expiresAt?: string }): Promise<string>;
  get(target: string, headers?: Record<string, string>): Promise<Response>;
}

/** The archive over real HTTP, with a usable key. */
export async function openApiServer(archive: Archive, settings: GatekeeperSettings = {}): Promise<TestApi> {
  const random = new Random(7);
  const { state } = createMemoryStores();
  const logged: Readonly<Record<string, unknown>>[] = [];
  const issue = async ({ tenant = 'default', expiresAt = '2027-01-01T00:00:00.000Z' } = {}) => {
    const token = createApiToken((limit) => random.below(limit));
    await writeApiKey(state, token, { tenant, name: 'test', createdAt: '2026-11-01T00:00:00.000Z', expiresAt });
    return token;
  };
  const api = { now: new Date('2026-11-24T12:00:00Z') };
  const clock = () => api.now;
  const parts: ApiParts = {
    archive,
    gatekeeper: new Gatekeeper(state, clock, settings),
    clock,
    requestId: createXids([1, 2, 3, 4, 5], 0, clock),
    log: (entry) => logged.push(entry),
  };
  const listening = await serveApi(parts, { port: 0, host: '127.0.0.1' });
  const token = await issue();
  return Object.assign(api, {
    ...listening,
    token,
    state,
    logged,
    issue,
    get: (target: string, headers: Record<string, string> = {}) =>
      fetch(listening.url + target, { headers: { authorization: `Token ${token}`, ...headers } }),
  });
}
