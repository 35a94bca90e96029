import { type CollectReport, collectAudit } from '../../lib/collect/collect-audit.ts';
import { netbirdAuditSource } from '../../lib/collect/netbird/audit-source.ts';
import { clientOf, openEmbeddedDynamoDb } from '../../lib/local/embedded/embedded-dynamodb.ts';
import { readRecording } from '../../lib/local/replay/recording.ts';
import { createReplay } from '../../lib/local/replay/replay.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { createDynamoDbStores, createTables } from '../../lib/store/dynamodb/index.ts';
import { createMemoryStores } from '../../lib/store/memory/index.ts';
import type { EventStore, StateStore } from '../../lib/store/ports.ts';

type Stores = { readonly events: EventStore; readonly state: StateStore };

async function replay(name: string, stores: Stores = createMemoryStores()) {
  const player = createReplay(await readRecording(`test/fixtures/recordings/${name}`));
  const told = new Map<string, Finding>();
  const deps = {
    source: netbirdAuditSource({ url: 'https://nb.example', token: async () => 'replay', fetch: player.fetch }),
    events: stores.events,
    state: stores.state,
    clock: player.clock,
    tell: async (findings: Finding[]) => {
      for (const finding of findings) told.set(finding.id, finding);
    },
    sleep: async () => {
      throw new Error('A replay never sleeps');
    },
  };
  const reports: CollectReport[] = [];
  while (player.next()) {
    reports.push(
      await collectAudit(deps, {
        tenant: 'default',
        deadline: undefined,
        retries: 0,
        leaseMs: 60_000,
        owner: 'replay',
      }),
    );
  }
  return {
    reports,
    stores,
    stored: reports.reduce((sum, report) => sum + report.stored, 0),
    problems: reports.flatMap((report) => report.problems.map(({ code }) => code)),
    told: [...told.values()].map(({ group }) => group['problem']),
  };
}

describe('the recordings of a real server', () => {
  it.each([
    ['attack.ndjson', 89, []],
    ['id-restart.ndjson', 42, ['log_restarted']],
    ['log-off.ndjson', 5, []],
    ['ordinary-company.ndjson', 144, []],
    ['ordinary-company-postgres.ndjson', 144, []],
    ['ordinary-month.ndjson.gz', 1603, []],
    ['rate-limit.ndjson', 5, ['rate_limited', 'over']],
  ])('%s: %i events, and %j is told', async (name, count, told) => {
    const first = await replay(name);
    expect(first.stored).toBe(count);
    expect(first.told).toEqual(told);
    expect(first.reports.at(-1)).toMatchObject({ caughtUp: true, sourceReached: true });
    const again = await replay(name, first.stores);
    expect(again.stored).toBe(0);
  });

  it('ten-thousand: 20,206 events and one gap, from the last event stored to the first one served after it', async () => {
    const { reports, stored, told } = await replay('ten-thousand.ndjson.gz');
    expect(stored).toBe(20_206);
    expect(told).toEqual(['gap']);
    expect(reports[2]?.problems[0]?.message).toContain('between 2026-11-23T15:57:17.660Z and 2026-11-23T15:57:19.969Z');
  });

  it('attack: over DynamoDB as over memory', async () => {
    const embedded = await openEmbeddedDynamoDb();
    const client = clientOf(embedded.endpoint);
    const names = { Events: 'Events', Alerts: 'Alerts', State: 'State' };
    await createTables(client, names);
    const stores = createDynamoDbStores(client, names);
    expect((await replay('attack.ndjson', stores)).stored).toBe(89);
    expect((await replay('attack.ndjson', stores)).stored).toBe(0);
    const ids: string[] = [];
    for await (const event of stores.events.query({ tenant: 'default' })) ids.push(String(event['id']));
    expect(ids.toSorted((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 89 }, (_, id) => String(id + 1)),
    );
    client.destroy();
    await embedded.close();
  });

  it('errors: every kind of refusal is a problem of its own, and the operator hears of it a few times only', async () => {
    const { problems, told } = await replay('errors.ndjson');
    expect(new Set(problems)).toEqual(
      new Set(['token_missing', 'token_expired', 'token_revoked', 'role_denied', 'user_blocked', 'endpoint_absent']),
    );
    expect(told.filter((code) => code === 'over').length).toBe(told.filter((code) => code !== 'over').length - 1);
  });
});
