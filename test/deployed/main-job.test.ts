import { deployForAll, useAssembly } from '../support/deployed/use-world.ts';
import { ADA, BOB, HISTORY, POISON, type Row, routeDeleted, tracesOf, type World } from '../support/deployed/world.ts';
import { Random } from '../support/random.ts';

/** The stack as `cdk synth` makes it, from NetBird's answer to what each subscriber gets. */
const assembly = useAssembly();
let world: World;
const take = (opened: World) => {
  world = opened;
};

describe('the main job', () => {
  deployForAll(assembly, take);

  it('asks for the token while the secret is empty', async () => {
    for (let poll = 0; poll < 3; poll++) await world.deployment.tick();
    const { email } = world.takeDeliveries();
    expect(email).toEqual([expect.objectContaining({ message: expect.stringMatching(/token/i) })]);
    expect(world.deployment.log).toMatch(/"PollSucceeded":0/);
    expect(world.netbird.requests).toEqual([]);
  });

  it('takes what is history without telling anybody', async () => {
    await world.begin(HISTORY);
    expect(await world.storedIds()).toHaveLength(HISTORY.length);
    expect(world.takeDeliveries().email).toEqual([
      expect.objectContaining({ subject: expect.stringMatching(/is read again/) }),
    ]);
  });

  it('tells a deleted route by one e-mail and one text message, and marks the alert as sent', async () => {
    world.netbird.log.append(routeDeleted('Office', ADA));
    await world.deployment.tick();

    const { email, sms } = world.takeDeliveries();
    expect(email).toEqual([
      {
        protocol: 'email',
        endpoint: 'security@example.com',
        subject: '[HIGH] Ada Admin deleted the route or network Office (10.1.0.0/16)',
        message: expect.stringMatching(/Who: +Ada Admin[\s\S]*When: +2026-03-10 09:\d\d[\s\S]*Target: +Office/),
      },
    ]);
    expect(sms).toEqual([
      expect.objectContaining({
        endpoint: '+15555550100',
        message: expect.stringMatching(/^HIGH: Ada Admin deleted the route or network Office[ -~]{1,120}$/),
      }),
    ]);
    expect(await world.alertsOf('ada')).toEqual([
      expect.objectContaining({ notifiedAt: { N: expect.any(String) }, notifiedCount: { N: '1' } }),
    ]);
    expect(await world.unsent()).toEqual([]);
  });

  it('reads the secret no more while NetBird takes the token', async () => {
    const reads = () =>
      world.deployment.calls.filter(({ action }) => action === 'secretsmanager:GetSecretValue').length;
    const before = reads();
    for (let poll = 0; poll < 2; poll++) await world.deployment.tick();
    expect(reads()).toBe(before);
  });

  it('keeps for operators what an endpoint does not take', async () => {
    world.deployment.sns.broken.add('+15555550100');
    world.netbird.log.append(routeDeleted('Hall', BOB));
    await world.deployment.tick();
    expect(world.takeDeliveries()).toEqual({ email: [expect.anything()], sms: [] });
    expect(world.deployment.sns.deadLetters.map(({ delivery }) => delivery.protocol)).toEqual(['sms']);
  });
});

describe('collect', () => {
  deployForAll(assembly, take);

  it('stores once what two runs at the same time and a third one are served', async () => {
    const { deployment, netbird } = world;
    await world.begin();
    // The second instance starts here, so that the runs below do meet.
    await Promise.all([deployment.fireSchedules(), deployment.fireSchedules()]);
    netbird.log.append([routeDeleted('Office', ADA), routeDeleted('Lab', ADA), routeDeleted('Hall', BOB)]);
    netbird.faults.next({ kind: 'latency', ms: 1000 });
    await Promise.all([deployment.fireSchedules(), deployment.fireSchedules()]);
    await deployment.settle();
    await deployment.tick();

    const ids = await world.storedIds();
    expect(ids).toHaveLength(netbird.log.size);
    expect(new Set(ids).size).toBe(ids.length);
    expect(deployment.function('Collector').log).toContain('Another run is collecting');
    expect(counts([...(await world.alertsOf('ada')), ...(await world.alertsOf('bob'))])).toEqual([1, 2]);
    expect(world.takeDeliveries().email).toHaveLength(2);
  });

  it('reads the secret again after a 401, and then no more', async () => {
    const { deployment, netbird } = world;
    const reads = () => deployment.calls.filter(({ action }) => action === 'secretsmanager:GetSecretValue').length;
    const before = reads();
    netbird.faults.next({ kind: 'status', status: 401 });
    await deployment.tick();
    expect(reads()).toBe(before);
    for (let poll = 0; poll < 2; poll++) await deployment.tick();
    expect(reads()).toBe(before + 1);
  });

  it('tells one outage once, and once that it is over, and never the token', async () => {
    const { deployment, netbird } = world;
    netbird.tokens.revoke(netbird.token);
    await deployment.tick();
    expect(world.takeDeliveries()).toEqual({
      email: [expect.objectContaining({ subject: expect.stringMatching(/^\[HIGH\] .*cannot be read/) })],
      sms: [expect.anything()],
    });
    for (let poll = 0; poll < 3; poll++) await deployment.tick();
    expect(world.takeDeliveries()).toEqual({ email: [], sms: [] });
    expect(deployment.log).toMatch(/"TokenRejected":1/);

    const next = netbird.tokens.issue();
    deployment.secrets.put(JSON.stringify({ token: next }));
    await deployment.tick();
    await deployment.tick();
    expect(world.takeDeliveries().email).toEqual([
      expect.objectContaining({ subject: expect.stringMatching(/is read again/) }),
    ]);
    for (const secret of [netbird.token, next].flatMap(tracesOf)) {
      expect(deployment.log.toLowerCase()).not.toContain(secret.toLowerCase());
    }
  });
});

describe('collect, where a table refuses', () => {
  deployForAll(assembly, take);

  it('fails, is seen to fail, and stores once by the next tick', async () => {
    const { deployment, netbird } = world;
    await world.begin();
    netbird.log.append(['One', 'Two', 'Three'].map((name) => routeDeleted(name, ADA)));
    deployment.dynamodb.failures.set('PutItem', 6);
    await deployment.fireSchedules();
    expect(deployment.givenUp).toEqual([
      { destination: expect.stringMatching(/^arn:aws:sqs:.*CollectorFailed/), what: expect.anything() },
    ]);
    await deployment.tick();
    expect(await world.storedIds()).toHaveLength(netbird.log.size);
    expect(counts(await world.alertsOf('ada'))).toEqual([3]);
    expect(world.takeDeliveries().email).toHaveLength(1);
  });
});

describe('detect', () => {
  deployForAll(assembly, take);

  it('counts a batch once that comes in halves, whole, twice at once, and after a cold start', async () => {
    const { deployment, netbird } = world;
    await world.begin();
    netbird.log.append([routeDeleted('Office', ADA), routeDeleted('Hall', BOB), routeDeleted('Lab', ADA)]);
    await deployment.fireSchedules();
    const detector = deployment.function('Detector');
    const batch = deployment.source('Detector').select(await deployment.database.stream('Events').read(1000));
    expect(batch).toHaveLength(4);

    for (const Records of [batch.slice(0, 2), batch, batch.slice(2)]) await detector.invoke({ Records });
    await Promise.all([detector.invoke({ Records: batch }), detector.invoke({ Records: batch })]);
    const alerts = await world.rows('Alerts');
    expect(counts(alerts)).toEqual([1, 2]);

    await detector.end();
    await detector.invoke({ Records: batch });
    expect(await world.rows('Alerts')).toEqual(alerts);
    await deployment.settle();
    expect(counts(await world.rows('Alerts'))).toEqual([1, 2]);
    expect(world.takeDeliveries().email).toHaveLength(2);
  });

  it('knows regular expressions, which it reads from a file beside its own', async () => {
    const { deployment, netbird } = world;
    const meta = { name: 'exit', network_range: '0.0.0.0/0' };
    netbird.log.append({
      initiator_id: 'eve',
      initiator_name: 'Eve',
      activity_code: 'route.add',
      target_id: 'r',
      meta,
    });
    await deployment.tick();
    expect(await world.alertsOf('eve')).toMatchObject([
      { title: { S: expect.stringMatching(/^Eve routed 0\.0\.0\.0\/0/) } },
    ]);
  });

  it('puts aside what it cannot understand and goes on with the rest', async () => {
    const { deployment, netbird } = world;
    for (const poison of POISON) await world.put('Events', poison);
    netbird.log.append(routeDeleted('Cellar', { initiator_id: 'cy', initiator_name: 'Cy' }));
    await deployment.tick();

    expect(world.takeDeliveries().email.map(({ subject }) => subject)).toEqual([expect.stringMatching('Cy deleted')]);
    expect(await world.rows('Events', 'default#quarantine#')).toHaveLength(POISON.length);
    expect(deployment.givenUp).toEqual([]);
    const before = deployment.source('Detector').batches.length;
    await deployment.tick();
    // The watermark alone: nothing was left to be tried once more.
    expect(deployment.source('Detector').batches.slice(before)).toEqual([[expect.anything()]]);
  });

  it('counts once what a table refuses in between', async () => {
    const { deployment, netbird } = world;
    netbird.log.append(['One', 'Two', 'Three'].map((name) => routeDeleted(name, { initiator_id: 'dee' })));
    await deployment.fireSchedules();
    // More than the SDK tries again: the handler fails, and the batch comes in halves.
    deployment.dynamodb.failures.set('UpdateItem', 4);
    await deployment.settle();
    const sizes = deployment.source('Detector').batches.map(({ length }) => length);
    expect(sizes.slice(-3)).toEqual([4, 2, 2]);
    expect(counts(await world.alertsOf('dee'))).toEqual([3]);
    expect(world.takeDeliveries().email).toHaveLength(1);
    expect(deployment.givenUp).toEqual([]);
  });
});

describe('notify', () => {
  deployForAll(assembly, take);

  it('sends by a later tick what SNS refused, once', async () => {
    const { deployment } = world;
    await world.begin();
    deployment.sns.isDown = true;
    world.netbird.log.append(routeDeleted('Office', ADA));
    await deployment.tick();
    expect(world.takeDeliveries()).toEqual({ email: [], sms: [] });
    expect(await world.unsent()).toHaveLength(1);
    expect(deployment.function('Notifier').log).toMatch(/"NoticesFailed":1/);

    deployment.sns.isDown = false;
    await deployment.tick();
    expect(world.takeDeliveries()).toEqual({ email: [expect.anything()], sms: [expect.anything()] });
    expect(await world.unsent()).toEqual([]);
    await deployment.tick();
    expect(world.takeDeliveries().email).toEqual([]);
    expect(deployment.givenUp).toEqual([]);
  });

  it('sends once what its stream brings twice at once while the clock ticks', async () => {
    const { deployment } = world;
    world.netbird.log.append(routeDeleted('Hall', BOB));
    await deployment.fireSchedules();
    await deployment.source('Detector').poll();
    const Records = deployment.source('Notifier').select(await deployment.database.stream('Alerts').read(1000));
    deployment.pass(30_000);
    const notifier = deployment.function('Notifier');
    await Promise.all([notifier.invoke({ Records }), notifier.invoke({ Records }), deployment.fireSchedules()]);
    await deployment.settle();
    expect(world.takeDeliveries().email).toHaveLength(1);
  });

  it('is not held up by an alert that nobody can tell', async () => {
    const { deployment } = world;
    await world.put('Alerts', { pk: { S: 'default#broken' }, toSendAt: { N: '1' }, toSendFor: { S: 'default' } });
    world.netbird.log.append(routeDeleted('Cellar', { initiator_id: 'cy', initiator_name: 'Cy' }));
    await deployment.tick();
    expect(world.takeDeliveries().email.map(({ subject }) => subject)).toEqual([expect.stringMatching('Cy deleted')]);
    expect(deployment.givenUp).toEqual([]);
  });
});

describe('all of it, while much fails', () => {
  deployForAll(assembly, take);
  const random = new Random(7);

  it('stores and counts every event once, and leaves no alert untold', async () => {
    const { deployment, netbird } = world;
    const people = ['ann', 'ben', 'cas'];
    await world.begin();
    for (let minute = 0; minute < 5; minute++) {
      const busy = people.slice(random.below(3));
      netbird.log.append(busy.map((initiator_id) => routeDeleted(String(minute), { initiator_id })));
      await passBadMinute();
    }
    deployment.dynamodb.failures.clear();
    deployment.sns.isDown = false;
    for (let minute = 0; minute < 3; minute++) await deployment.tick();

    const ids = await world.storedIds();
    expect([ids.length, new Set(ids).size]).toEqual([netbird.log.size, netbird.log.size]);
    // Rules that say how often somebody did something tell of the same people.
    const alerts = (await world.rows('Alerts')).filter(({ title }) =>
      title?.S?.includes(' deleted the route or network '),
    );
    expect(alerts).toHaveLength(people.length);
    expect(counts(alerts).reduce((sum, count) => sum + count)).toBe(netbird.log.size - 1);
    expect(await world.unsent()).toEqual([]);
    const told = world.takeDeliveries().email.map(({ message }) => /Alert ([0-9a-f]{16})/.exec(message)?.[1]);
    expect(told).toEqual(expect.arrayContaining(alerts.map(({ id }) => id?.S)));
    expect(deployment.givenUp.filter(({ destination }) => destination?.startsWith('arn:aws:s3'))).toEqual([]);
  });

  /** Tables and SNS fail at times, and Lambda delivers a batch also in part, at the same time and again. */
  async function passBadMinute(): Promise<void> {
    const { deployment } = world;
    for (const operation of ['PutItem', 'UpdateItem', 'BatchGetItem', 'Query']) {
      deployment.dynamodb.failures.set(operation, random.chance(0.5) ? random.below(5) : 0);
    }
    deployment.sns.isDown = random.chance(0.25);
    deployment.pass(60_000);
    await deployment.fireSchedules();
    const batch = deployment.source('Detector').select(await deployment.database.stream('Events').read(1000));
    // A beginning of it: what comes later is never delivered before what comes earlier is done.
    const parts = [batch, batch.slice(0, random.below(batch.length))].filter(({ length }) => length > 0);
    await Promise.allSettled(parts.map((Records) => deployment.function('Detector').invoke({ Records })));
    await deployment.settle();
  }
});

function counts(alerts: readonly Row[]): number[] {
  return alerts.map(({ count }) => Number(count?.N)).toSorted();
}
