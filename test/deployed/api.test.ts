import { createApiToken } from '../../lib/api/api-token.ts';
import { clientOf } from '../../lib/local/embedded/embedded-dynamodb.ts';
import { trafficIdentity } from '../../lib/model/traffic.ts';
import { apiKeyId, revokeApiKey, writeApiKey } from '../../lib/store/api-keys.ts';
import { createDynamoDbStores } from '../../lib/store/dynamodb/index.ts';
import { trafficRow } from '../api/fake-archive.ts';
import { requestRestApi } from '../support/deployed/rest-api.ts';
import { deployForAll, useAssembly } from '../support/deployed/use-world.ts';
import { ADA, HISTORY, routeDeleted, tracesOf, type World } from '../support/deployed/world.ts';

/** The archive as it is deployed: the bundle, behind the template's front door, over what collect has stored. */
const assembly = useAssembly();
let world: World;
const take = (opened: World) => {
  world = opened;
};
const TOKEN = createApiToken((limit) => limit % 7);
const TABLES = { Events: 'Events', Alerts: 'Alerts', State: 'State' };
const key = {
  tenant: 'default',
  name: 'siem',
  createdAt: '2026-03-10T09:00:00.000Z',
  expiresAt: '2026-04-10T09:00:00.000Z',
};
const ask = (target: string, headers: Record<string, string> = {}, method = 'GET') =>
  requestRestApi(world.deployment, target, { Authorization: `Token ${TOKEN}`, ...headers }, method);

describe('the API', () => {
  deployForAll(assembly, take, { api: true });
  const stores = () => createDynamoDbStores(clientOf(world.deployment.database.endpoint), TABLES);

  it('lets nobody in without a key', async () => {
    await world.begin(HISTORY);
    world.netbird.log.append(routeDeleted('Office', ADA));
    await world.deployment.tick();
    const answer = await ask('/api/events/audit');
    expect([answer.status, answer.body]).toEqual([401, '{"message":"token invalid","code":401}\n']);
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-v]{20}$/);
  });

  it('serves what was stored, newest first, as NetBird served it', async () => {
    await writeApiKey(stores().state, TOKEN, key);
    const answer = await ask('/api/events/audit', { 'Accept-Encoding': 'gzip' });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-encoding': 'gzip' } });
    const events = JSON.parse(answer.body);
    expect(events).toHaveLength(HISTORY.length + 1);
    expect(events[0]).toMatchObject({ activity_code: 'route.delete', initiator_name: 'Ada Admin' });
    const own = await fetch(`${world.netbirdUrl}/api/events`, {
      headers: { authorization: `Token ${world.netbird.token}` },
    });
    const byId = (list: { id: string }[]) => list.toSorted((a, b) => Number(a.id) - Number(b.id));
    expect(byId(events)).toEqual(byId((await own.json()) as { id: string }[]));
  });

  it('finds by index, pages by cursor, and serves traffic', async () => {
    const first = await ask('/api/events/audit?activity_code=user.*&page_size=40');
    const second = await ask(
      `/api/events/audit?activity_code=user.*&page_size=40&cursor=${first.headers['x-next-cursor']}`,
    );
    const pages = [first, second].map(({ body }) => JSON.parse(body) as { id: string }[]);
    expect(pages.map((page) => page.length)).toEqual([40, 20]);
    expect(new Set(pages.flat().map(({ id }) => id)).size).toBe(60);
    expect(JSON.parse((await ask('/api/events?initiator_id=ada&search=oFFice')).body)).toHaveLength(1);
    expect(JSON.parse((await ask('/api/events?target_id=user-7')).body)).toHaveLength(1);

    const row = trafficRow(1, { window_start: '2026-03-10T09:00:00Z', window_end: '2026-03-10T09:10:00Z' });
    await stores().events.putTraffic([{ row, bucket: trafficIdentity(row).slice(0, 13) }]);
    const { data, ...counts } = JSON.parse(
      (await ask('/api/events/network-traffic?protocol=6&reporter_id=peer-a')).body,
    );
    expect(counts).toEqual({ page: 1, page_size: 1000, total_pages: 1, total_records: 1 });
    const { tenant: _t, collectedAt: _c, ...served } = row;
    expect(data).toEqual([served]);
  });

  it('answers what is not there, and what is wrong, as NetBird does', async () => {
    expect(await ask('/api/peers')).toMatchObject({ status: 404, body: '404 page not found\n' });
    expect(await ask('/')).toMatchObject({ status: 404, body: '404 page not found\n' });
    expect(await ask('/api/events/audit/')).toMatchObject({ status: 404 });
    expect(await ask('/api/events/audit', {}, 'POST')).toMatchObject({ status: 404 });
    const asked = { 'Access-Control-Request-Method': 'GET', Origin: 'https://a.example' };
    expect(await ask('/api/events/audit', asked, 'OPTIONS')).toMatchObject({ status: 204, body: '' });
    const wrong = await ask('/api/events/audit?page_size=10001');
    expect([wrong.status, JSON.parse(wrong.body).message]).toEqual([400, expect.stringContaining('page_size')]);
    expect(JSON.parse((await ask('/openapi.json')).body)).toMatchObject({ openapi: '3.1.0' });
  });

  it('ends a key at once when it is revoked, and has never logged one', async () => {
    await revokeApiKey(stores().state, 'default', apiKeyId(TOKEN), world.deployment.clock());
    expect((await ask('/api/events/audit')).status).toBe(401);
    for (const trace of tracesOf(TOKEN)) expect(world.deployment.log).not.toContain(trace);
  });
});
