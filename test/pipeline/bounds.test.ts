import { createPipeline } from '../../lib/pipeline.ts';
import { createMemoryStores } from '../../lib/store/memory/index.ts';
import { auditEvent, changeOf, rulesOf, START, TENANT, watermarkAt } from './changes.ts';
import { RULES_OF_ALL_TYPES } from './rules-of-all-types.ts';

/** The limit of a State item is enforced by the store: too large a body throws. */
function pipelineOf(rules: string) {
  const stores = createMemoryStores();
  const clock = () => new Date(START / 1000);
  return { ...stores, pipeline: createPipeline({ ruleSet: rulesOf(rules), ...stores, clock }) };
}

const LONG = 'Ä'.repeat(250);

function flood(count: number, secondsBetween: number, kinds: readonly string[] = ['kind.a']) {
  return Array.from({ length: count }, (_, index) =>
    changeOf(
      auditEvent(index * secondsBetween, {
        id: String(index),
        activity_code: kinds[index % kinds.length] ?? '',
        initiator_name: LONG,
        meta: { name: LONG, value: String(index % 1500), network_range: LONG },
      }),
    ),
  );
}

async function stateBytes(run: ReturnType<typeof pipelineOf>): Promise<number> {
  let most = 0;
  for await (const { body } of run.state.scan('')) most = Math.max(most, Buffer.byteLength(JSON.stringify(body)));
  return most;
}

it('keeps every state far below its limit, whatever comes, and in one batch or many', async () => {
  for (const size of [500, 4000]) {
    const run = pipelineOf(RULES_OF_ALL_TYPES);
    const events = flood(4000, 0.01, ['kind.a', 'kind.b', 'kind.c']);
    for (let start = 0; start < events.length; start += size) {
      await run.pipeline.process(events.slice(start, start + size));
    }
    await run.pipeline.process([watermarkAt(1000)]);
    expect(await stateBytes(run)).toBeLessThan(340 * 1024);
  }
});

describe('event_count with a threshold beyond what is kept one by one', () => {
  const rule = (threshold: number): string => `${RULES_OF_ALL_TYPES.split('---')[0]}---
title: Flood
name: flood
status: stable
level: high
correlation:
  type: event_count
  rules: [kind_a]
  group-by: [initiator_id]
  timespan: 10m
  condition: {gte: ${threshold}}
x-alert: {suppress: 30d}
`;

  async function countOf(threshold: number, events: number): Promise<number | undefined> {
    const run = pipelineOf(rule(threshold));
    const all = flood(events, 0.1);
    for (let start = 0; start < all.length; start += 700) await run.pipeline.process(all.slice(start, start + 700));
    for await (const alert of run.alerts.list({ tenant: TENANT })) if (alert.rule.key === 'flood') return alert.count;
    return undefined;
  }

  it('is exact up to 1,000 events', async () => {
    expect(await countOf(1000, 999)).toBeUndefined();
    expect(await countOf(1000, 1000)).toBe(1000);
  });

  it('still counts 3,000 in the window, and every event once', async () => {
    expect(await countOf(3000, 5000)).toBe(5000);
    expect(await countOf(3000, 2999)).toBeUndefined();
  });
});

it('asks the store per group and batch, not per event', async () => {
  const asked = async (events: number): Promise<number> => {
    const run = pipelineOf(RULES_OF_ALL_TYPES);
    let calls = 0;
    const state = new Proxy(run.state, {
      get(target, name) {
        const member = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (name === 'put' || name === 'getMany') calls++;
        return member.bind(target);
      },
    });
    const clock = () => new Date(START / 1000);
    const pipeline = createPipeline({ ruleSet: rulesOf(RULES_OF_ALL_TYPES), alerts: run.alerts, state, clock });
    await pipeline.process(flood(events, 0.001));
    return calls;
  };
  expect(await asked(400)).toBe(await asked(40));
});
