import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBRecord } from 'aws-lambda';
import { clientOf, type EmbeddedDynamoDb, openEmbeddedDynamoDb } from '../../lib/local/embedded/embedded-dynamodb.ts';
import { createTables } from '../../lib/store/dynamodb/index.ts';
import { type Deployed, type FakeAws, passes, startFakeAws, startFunction } from '../support/deployed.ts';
import { type MisbehavingNetbird, refuses, serves, startMisbehavingNetbird } from '../support/misbehaving-netbird.ts';
import { resourcesOf, SUBSCRIBERS, synth } from '../support/synth.ts';

/**
 * The unmodified bundles, with the environment and the event filters of the template, over a real DynamoDB API, from
 * NetBird's answer to SNS's Publish.
 */
const root = join(import.meta.dirname, '../..');
const TOPIC = 'arn:aws:sns:eu-central-1:000000000000:alerts';
const TOKEN = 'nbp_this-is-the-token-of-the-test-00000000';

describe('the functions as they are deployed', () => {
  let out: string;
  let database: EmbeddedDynamoDb;
  let aws: FakeAws;
  let netbird: MisbehavingNetbird;
  let template: ReturnType<typeof synth>;
  let functions: Record<'collect' | 'detect' | 'notify', Deployed>;

  beforeAll(async () => {
    out = mkdtempSync(join(tmpdir(), 'bundles-'));
    execFileSync(process.execPath, ['--import', 'tsx', 'bin/build.ts', '--out', out], { cwd: root });
    [database, aws, netbird] = await Promise.all([openEmbeddedDynamoDb(), startFakeAws(), startMisbehavingNetbird()]);
    await createTables(clientOf(database.endpoint), { Events: 'Events', Alerts: 'Alerts', State: 'State' });
    template = synth({ config: { subscribers: SUBSCRIBERS, url: netbird.url, groupWaitMs: 0 } });
    functions = { collect: start('collect'), detect: start('detect'), notify: start('notify') };
  });
  afterAll(async () => {
    await Promise.all(Object.values(functions ?? {}).map((it) => it.end()));
    await Promise.all([database?.close(), aws?.close(), netbird?.close()]);
    rmSync(out, { recursive: true, force: true });
  });

  it('say what to do while the secret is empty', async () => {
    netbird.behave(serves([event(1, 'user.join')]));
    await functions.collect.invoke({ trigger: 'schedule' });
    expect(functions.collect.log()).toMatch(/"TokenRejected":1/);
    expect(functions.collect.log()).toMatch(/"PollSucceeded":0/);
    await drain();
    expect(aws.published.map((it) => it.message['email'])).toEqual([expect.stringMatching(/token/i)]);
    aws.published.length = 0;
  });

  it('turn a deleted route into a notice', async () => {
    aws.setSecret(TOKEN);
    netbird.behave(serves([event(2, 'route.delete'), event(1, 'user.join')]));
    await functions.collect.invoke({ trigger: 'schedule' });
    expect(netbird.requests.at(-1)?.headers.authorization).toBe(`Token ${TOKEN}`);
    await drain();
    const deleted = aws.published.filter((it) => it.message['email']?.includes('thing 2'));
    expect(deleted).toHaveLength(1);
    expect(deleted[0]).toMatchObject({ topic: TOPIC, message: { email: expect.stringContaining('Ada Admin') } });
    expect(deleted[0]?.message['sms']?.length).toBeLessThanOrEqual(160);
  });

  it('tell nothing twice when the same is served and delivered again', async () => {
    const before = aws.published.length;
    await functions.collect.invoke({ trigger: 'schedule' });
    const records = await database.stream('Events').read(1000);
    await invokeFor('detect', records);
    await invokeFor('detect', records);
    await drain();
    await functions.notify.invoke({ trigger: 'schedule' });
    expect(aws.published).toHaveLength(before);
  });

  it('read the secret once while NetBird takes the token, and again after a refusal', async () => {
    const before = aws.secretReads();
    await functions.collect.invoke({ trigger: 'schedule' });
    expect(aws.secretReads()).toBe(before);
    netbird.behave(refuses(401, 'token invalid'), serves([event(1, 'user.join')]));
    await functions.collect.invoke({ trigger: 'schedule' });
    aws.setSecret(JSON.stringify({ token: 'nbp_another' }));
    await functions.collect.invoke({ trigger: 'schedule' });
    expect(aws.secretReads()).toBe(before + 1);
    expect(netbird.requests.at(-1)?.headers.authorization).toBe('Token nbp_another');
    await drain();
  });

  it('keep what SNS refuses, and count it', async () => {
    netbird.behave(serves([event(3, 'route.delete', 'bob'), event(2, 'route.delete'), event(1, 'user.join')]));
    aws.setTaking(false);
    await functions.collect.invoke({ trigger: 'schedule' });
    await drain();
    expect(functions.notify.log()).toMatch(/"NoticesFailed":[1-9]/);
    aws.setTaking(true);
  });

  it('write no token into any log', () => {
    for (const { log } of Object.values(functions)) expect(log()).not.toMatch(/nbp_/);
  });

  /** Until nothing is left in the streams: what changed → detect → notify. */
  async function drain(): Promise<void> {
    for (const [table, name] of [
      ['Events', 'detect'],
      ['Alerts', 'notify'],
    ] as const) {
      for (let records = await database.stream(table).read(1000); records.length > 0; ) {
        await invokeFor(name, records);
        await database.stream(table).finish(records);
        records = await database.stream(table).read(1000);
      }
    }
  }

  async function invokeFor(name: 'detect' | 'notify', records: readonly DynamoDBRecord[]): Promise<void> {
    const [id] = functionNamed(name);
    const [, mapping] =
      resourcesOf(template, 'AWS::Lambda::EventSourceMapping').find(
        ([, it]) => it.Properties.FunctionName.Ref === id,
      ) ?? [];
    const patterns = mapping?.Properties.FilterCriteria.Filters.map((it: { Pattern: string }) =>
      JSON.parse(it.Pattern),
    );
    const Records = records.filter((record) => patterns.some((pattern: unknown) => passes(pattern, record)));
    if (Records.length > 0) expect(await functions[name].invoke({ Records })).toEqual({ batchItemFailures: [] });
  }

  function start(name: 'collect' | 'detect' | 'notify'): Deployed {
    const [, { Properties }] = functionNamed(name);
    return startFunction(name, join(out, 'functions', name, 'index.js'), {
      ...Object.fromEntries(
        Object.entries(Properties.Environment.Variables).map(([key, value]) => [key, resolved(value)]),
      ),
      AWS_REGION: 'eu-central-1',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_ACCESS_KEY_ID: database.endpoint.secret,
      AWS_SECRET_ACCESS_KEY: 'not-used',
      AWS_ENDPOINT_URL: aws.url,
      AWS_ENDPOINT_URL_DYNAMODB: database.endpoint.address,
    });
  }

  function functionNamed(name: string) {
    const found = resourcesOf(template, 'AWS::Lambda::Function').find(([id]) =>
      id.includes({ collect: 'Collector', detect: 'Detector', notify: 'Notifier' }[name] ?? '?'),
    );
    if (!found) throw new Error(`no function ${name}`);
    return found;
  }
});

/** What a reference is in this test's world. */
function resolved(value: unknown): string {
  if (typeof value === 'string') return value;
  const id = (value as { Ref: string }).Ref;
  const table = /Tables(Events|Alerts|State)/.exec(id)?.[1];
  return table ?? (id.includes('Topic') ? TOPIC : 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:token');
}

const BEGAN = Date.now() - 60_000;

/** One row of the audit log, some seconds before the test began. */
function event(id: number, activity_code: string, initiator_id = 'ada') {
  return {
    id: String(id),
    timestamp: new Date(BEGAN + id * 1000).toISOString(),
    activity: activity_code,
    activity_code,
    initiator_id,
    initiator_name: 'Ada Admin',
    initiator_email: 'ada@example.com',
    target_id: `target-${id}`,
    meta: { name: `thing ${id}` },
  };
}
