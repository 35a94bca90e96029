import { collectEnv } from '../../functions/collect/env.ts';
import { detectEnv } from '../../functions/detect/env.ts';
import { notifyEnv } from '../../functions/notify/env.ts';
import { trafficRow } from '../contracts/traffic-rows.ts';
import { grantsOf } from '../support/deployed/policies.ts';
import { deployForAll, useAssembly } from '../support/deployed/use-world.ts';
import type { FunctionProperties } from '../support/deployed/wiring.ts';
import { ADA, HISTORY, POISON, routeDeleted, World } from '../support/deployed/world.ts';

/** What the template says about functions, seen where they run. */
const assembly = useAssembly();
let world: World;
const take = (opened: World) => {
  world = opened;
};

describe('the functions', () => {
  deployForAll(assembly, take, {}, 'traffic');

  it('may do nothing that no function ever does', async () => {
    const { deployment, netbird } = world;
    const start = new Date(deployment.clock().getTime() - 3_600_000).toISOString();
    netbird.traffic?.appendNow(trafficRow({ window_start: start, window_end: start }));
    await world.begin(HISTORY);
    netbird.log.append(routeDeleted('Office', ADA));
    for (const poison of POISON) await world.put('Events', poison);
    for (let poll = 0; poll < 2; poll++) await deployment.tick();
    const done = new Set(deployment.calls.map(({ action, resource }) => `${action} ${resource}`));
    const granted = grantsOf(deployment.template).filter((grant) => /^(dynamodb|sns|secretsmanager):/.test(grant));
    expect(granted.length).toBeGreaterThan(15);
    expect(granted.filter((grant) => !done.has(grant))).toEqual([]);
  });

  it('runs bundles for Node 24 with the variables of their contracts and no others', () => {
    const functions = world.deployment.template.all<FunctionProperties>('AWS::Lambda::Function');
    const contracts = { Collector: collectEnv, Detector: detectEnv, Notifier: notifyEnv };
    for (const [part, { shape }] of Object.entries(contracts)) {
      const { Runtime, Environment } = functions.find((it) => it.logicalId.includes(part))?.properties ?? {};
      expect(Runtime).toBe('nodejs24.x');
      const { KEEP_MS, ...needed } = shape as Record<string, unknown>;
      expect(Object.keys(Environment?.Variables ?? {}).toSorted()).toEqual(Object.keys(needed).toSorted());
    }
  });
});

describe('a configuration of one’s own', () => {
  const queue = 'arn:aws:sqs:eu-central-1:123456789012:alerts';
  deployForAll(assembly, take, {
    tenant: 'acme',
    tokenSecretName: 'netbird/token',
    keepMs: 86_400_000,
    groupWaitMs: 0,
    subscribers: [
      { protocol: 'json', endpoint: queue, severities: ['high'] },
      { protocol: 'email', endpoint: 'ops@example.com', severities: ['critical'] },
    ],
  });

  it('is what the stack goes by: tenant, secret, life of events, subscribers', async () => {
    await world.begin([], 'netbird/token');
    world.netbird.log.append(routeDeleted('Office', ADA));
    await world.deployment.tick();
    const [delivery, ...more] = world.deployment.sns.deliveries;
    expect([delivery?.endpoint, more]).toEqual([queue, []]);
    expect(JSON.parse(delivery?.message ?? '')).toMatchObject({ tenant: 'acme', severity: 'high', dedupKey: 'ada' });
    const events = (await world.rows('Events', 'acme#audit#')).filter(({ id }) => id !== undefined);
    expect(events.map(({ expiresAt }) => expiresAt)).toEqual([{ N: expect.any(String) }]);
  });
});

describe('a template with mistakes', () => {
  afterEach(() => world.close());

  it('is found out: by who is refused, and by what could not be run', async () => {
    world = await World.open(assembly(), {}, ({ Resources }) => {
      const text = JSON.stringify(Resources)
        .replaceAll('secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret')
        .replaceAll('"TOPIC_ARN"', '"TOPIC"');
      return { Resources: JSON.parse(text) };
    });
    const { deployment } = world;
    await world.begin();
    expect(deployment.calls.filter(({ isAllowed }) => !isAllowed)).toContainEqual(
      expect.objectContaining({ caller: expect.stringMatching('Collector'), action: 'secretsmanager:GetSecretValue' }),
    );
    expect(deployment.givenUp).toContainEqual({
      destination: expect.stringMatching(/^arn:aws:sqs:.*NotifierFailed/),
      what: expect.objectContaining({ message: expect.stringMatching(/TOPIC_ARN/) }),
    });
  });
});
