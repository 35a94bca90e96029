import { collectAudit } from '../../lib/collect/collect-audit.ts';
import { netbirdAuditSource } from '../../lib/collect/netbird/audit-source.ts';
import {
  drips,
  hangs,
  type MisbehavingNetbird,
  stallsAfter,
  startMisbehavingNetbird,
} from '../support/misbehaving-netbird.ts';
import { auditEvent, Harness, newestFirst, SECOND, TENANT } from './harness.ts';

const MINUTE = 60 * SECOND;
const EVENTS = newestFirst(Array.from({ length: 50 }, (_, index) => auditEvent(index + 1, (50 - index) * SECOND)));

describe('an outage', () => {
  it('is told once, and once when it is over', async () => {
    const harness = new Harness().refuse(404, 'invalid token: pat: stzh80f0xmvo3hdlrhrz6 not found');
    for (let poll = 0; poll < 5; poll += 1) {
      const report = await harness.later(MINUTE);
      expect(report).toMatchObject({ stored: 0, caughtUp: false, sourceReached: false });
      expect(report.problems.map(({ code }) => code)).toEqual(['token_revoked']);
    }
    await harness.serve(EVENTS).later(MINUTE);
    await harness.later(MINUTE);
    const [begun, over] = [...harness.told.values()];
    expect(harness.told.size).toBe(2);
    expect(begun).toMatchObject({ group: { problem: 'token_revoked' }, notify: true, rule: { severity: 'high' } });
    expect(begun?.rule.description).toContain('create a new token');
    expect(over).toMatchObject({ group: { problem: 'over' }, rule: { severity: 'high' } });
    expect(over?.title).toContain('since 2026-11-23T12:01:00.000Z');
    expect(JSON.stringify([...harness.told])).not.toContain('stzh80');
    expect(await harness.storedIds()).toHaveLength(50);
  });

  it('that may pass is told as medium, and again once when it turns into one that will not', async () => {
    const harness = new Harness().refuse(503, 'down');
    await harness.run();
    await harness.refuse(429, 'too many requests').later(MINUTE);
    await harness.refuse(403, 'permission denied').later(MINUTE);
    await harness.refuse(500, 'internal server error').later(MINUTE);
    await harness.serve(EVENTS).later(MINUTE);
    expect([...harness.told.values()].map(({ group, rule }) => [group['problem'], rule.severity])).toEqual([
      ['server_error', 'medium'],
      ['role_denied', 'high'],
      ['over', 'high'],
    ]);
  });

  it('is an alert of its own each time', async () => {
    const harness = new Harness();
    for (let turn = 0; turn < 3; turn += 1) {
      await harness.refuse(500, 'internal server error').later(MINUTE);
      await harness.serve(EVENTS).later(MINUTE);
    }
    expect(harness.problemsTold()).toEqual(['server_error', 'over', 'server_error', 'over', 'server_error', 'over']);
    expect(new Set([...harness.told.values()].map(({ dedupKey }) => dedupKey)).size).toBe(6);
  });

  it('that is an absent audit endpoint is a problem, and no reason to be quiet', async () => {
    const harness = new Harness();
    harness.answer = { status: 404, body: '404 page not found\n', contentType: 'text/plain; charset=utf-8' };
    const report = await harness.run();
    expect(report.problems.map(({ code }) => code)).toEqual(['endpoint_absent']);
    expect(harness.problemsTold()).toEqual(['endpoint_absent']);
  });

  it('of a cut body stores what came, and moves neither mark nor watermark', async () => {
    const harness = new Harness().serve(EVENTS.slice(10));
    await harness.run();
    const before = await harness.cursor();
    const body = JSON.stringify(EVENTS);
    harness.answer = { body: body.slice(0, 1500), cut: true };
    const report = await harness.later(MINUTE);
    expect(report.problems.map(({ code }) => code)).toEqual(['body_cut']);
    expect(report.stored).toBeGreaterThan(0);
    expect(await harness.cursor()).toEqual(before);
    await harness.serve(EVENTS).later(MINUTE);
    expect(await harness.storedIds()).toHaveLength(50);
  });
});

describe('a first answer that is cut', () => {
  it('is stored as far as it came, as history of a first run that is not over', async () => {
    const harness = new Harness();
    harness.answer = { body: JSON.stringify(EVENTS).slice(0, 6000), cut: true };
    const { stored } = await harness.run();
    expect(stored).toBeGreaterThan(5);
    expect(await harness.storedIds()).toHaveLength(stored);
    await harness.serve(EVENTS).later(MINUTE);
    expect((await harness.stored()).filter(({ firstRun }) => firstRun)).toHaveLength(50);
  });
});

describe('a server that says nothing', () => {
  let server: MisbehavingNetbird;
  beforeEach(() => server.requests.splice(0));
  beforeAll(async () => {
    server = await startMisbehavingNetbird();
  });
  afterAll(() => server.close());

  const deps = (harness: Harness) => ({
    ...harness.deps,
    clock: () => new Date(),
    source: netbirdAuditSource({ url: server.url, token: async () => 'nbp_x' }),
  });
  const settings = { tenant: TENANT, retries: 0, leaseMs: 60 * SECOND, owner: 'me' };

  it('is given up in time', async () => {
    server.behave(hangs);
    const report = await collectAudit(deps(new Harness()), { ...settings, deadline: undefined, giveUpAfterMs: 100 });
    expect(report.problems.map(({ code }) => code)).toEqual(['unreachable']);
  });

  it.each([stallsAfter(6000, EVENTS), drips])(
    'in the midst of its answer is given up in time, too',
    async (behaviour) => {
      server.behave(behaviour);
      const limits = { retries: 3, deadline: undefined, giveUpAfterMs: 100 };
      const report = await collectAudit(deps(new Harness()), { ...settings, ...limits });
      expect(report.problems.map(({ code }) => code)).toEqual(['body_cut']);
      expect(server.requests).toHaveLength(1);
    },
  );

  it('in the midst of its answer does not keep the run past its time, and what came is stored', async () => {
    server.behave(stallsAfter(6000, EVENTS));
    const harness = new Harness();
    const deadline = new Date(Date.now() + 400);
    const report = await collectAudit(deps(harness), { ...settings, deadline });
    expect(report.problems.map(({ code }) => code)).toEqual(['body_cut']);
    expect(report.stored).toBeGreaterThan(5);
  });
});

describe('tries within a run', () => {
  it('wait 10 s or more after 429, twice as long each time', async () => {
    const harness = new Harness().refuse(429, 'too many requests');
    await harness.run({ retries: 2 });
    expect(harness.pauses).toEqual([10_000, 20_000]);
  });

  it('are made where a failure may pass, and not where it will not', async () => {
    const harness = new Harness().refuse(500, 'internal server error');
    await harness.run({ retries: 3 });
    expect(harness.pauses).toEqual([1000, 2000, 4000]);
    harness.pauses.length = 0;
    await harness.refuse(401, 'token invalid').run({ retries: 3 });
    expect(harness.pauses).toEqual([]);
  });

  it('end before the time of the run is over, or the source is given up', async () => {
    const harness = new Harness().refuse(500, 'internal server error');
    await harness.run({ retries: 9, deadline: new Date(harness.now.getTime() + 8 * SECOND) });
    expect(harness.pauses).toEqual([1000, 2000]);
    harness.pauses.length = 0;
    await harness.run({ retries: 9, giveUpAfterMs: 10 * SECOND });
    expect(harness.pauses).toEqual([1000, 2000, 4000]);
  });

  it('are not made in a replay', async () => {
    const harness = new Harness().refuse(429, 'too many requests');
    await harness.run();
    expect(harness.pauses).toEqual([]);
  });

  it('go on after a cut with what came before it', async () => {
    const harness = new Harness();
    const body = JSON.stringify(EVENTS);
    harness.answer = { body: body.slice(0, 3000), cut: true };
    const sleep = async () => {
      harness.answer = { body };
    };
    Object.assign(harness.deps, { sleep });
    expect(await harness.run({ retries: 1 })).toMatchObject({ stored: 50, problems: [], caughtUp: true });
    expect(harness.told.size).toBe(0);
  });
});
