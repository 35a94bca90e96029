import { netbirdAuditSource } from '../../../lib/collect/netbird/audit-source.ts';
import type { Fault } from '../../../lib/local/simulator/faults.ts';
import { createToken } from '../../../lib/local/simulator/personal-access-token.ts';
import { createRandom } from '../../../lib/local/simulator/random.ts';
import type { Listening } from '../../../lib/local/simulator/server.ts';
import { createNetBirdSimulator } from '../../../lib/local/simulator/simulator.ts';
import type { TokenSpec } from '../../../lib/local/simulator/token-book.ts';

/** What the product's own adapter makes of the simulator: the two must speak of the same server. */
const simulator = createNetBirdSimulator({
  events: Array.from({ length: 40 }, (_, n) => ({ activity_code: 'group.add', meta: { name: `<${n}>` } })),
});
let server: Listening;
beforeAll(async () => {
  server = await simulator.listen();
});
afterAll(() => server.close());
afterEach(() => simulator.faults.clear());

/** The number of events read, or the code of the problem. */
async function poll(token = simulator.token): Promise<number | string> {
  try {
    const source = netbirdAuditSource({ url: server.url, token: async () => token });
    const answer = await source.open(new AbortController().signal);
    let count = 0;
    for await (const part of answer.elements) count += part.length;
    return count;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

it('is read whole', async () => {
  expect(await poll()).toBe(40);
});

it.each<[string, Fault]>([
  ['server_error', { kind: 'status', status: 500 }],
  ['server_error', { kind: 'status', status: 503 }],
  ['not_json', { kind: 'html' }],
  ['not_json', { kind: 'body', body: '{"data":[]}' }],
  ['body_cut', { kind: 'cut', afterBytes: 4000 }],
  ['unreachable', { kind: 'reset' }],
  ['redirect_refused', { kind: 'redirect', location: 'https://elsewhere.example/api/events/audit' }],
])('is %s where the simulator has the fault %j, and well again after it', async (code, fault) => {
  simulator.faults.next(fault);
  expect([await poll(), await poll()]).toEqual([code, 40]);
});

it.each<[string, Fault]>([
  ['slow', { kind: 'drip', bytes: 700, everyMs: 1 }],
  ['late', { kind: 'latency', ms: 5 }],
])('is read whole where it is %s', async (_name, fault) => {
  simulator.faults.next(fault);
  expect(await poll()).toBe(40);
});

it.each<[string, TokenSpec]>([
  ['token_expired', { expiresAt: new Date(0) }],
  ['role_denied', { owner: 'person', role: 'user' }],
  ['role_denied', { owner: 'person', role: 'billing_admin' }],
  ['user_blocked', { owner: 'person', role: 'admin', blocked: true }],
])('refuses with %s a token such as %j', async (code, spec) => {
  expect(await poll(simulator.tokens.issue(spec))).toBe(code);
});

it('refuses tokens that it does not know, that are none, and that ask too often', async () => {
  expect(await poll(createToken(createRandom(123)))).toBe('token_revoked');
  expect(await poll('not-a-token')).toBe('token_expired');
  simulator.tokens.setRateLimit({ perMinute: 6, burst: 1 });
  expect([await poll(), await poll()]).toEqual([40, 'rate_limited']);
  simulator.tokens.setRateLimit(undefined);
});
