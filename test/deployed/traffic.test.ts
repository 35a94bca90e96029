import type { TrafficEvent } from '../../lib/model/traffic.ts';
import { trafficRow } from '../contracts/traffic-rows.ts';
import { deployForAll, useAssembly } from '../support/deployed/use-world.ts';
import type { Row, World } from '../support/deployed/world.ts';

/** Traffic through the stack as `cdk synth` makes it. */
const assembly = useAssembly();
let world: World;
const take = (opened: World) => {
  world = opened;
};

const MINUTE = 60_000;

/** A row whose window began `ago` milliseconds ago. */
function rowOf(flow: string, ago: number, more: Partial<TrafficEvent> = {}): TrafficEvent {
  const start = Math.floor((world.deployment.clock().getTime() - ago) / 1000) * 1000;
  const text = (millis: number) => `${new Date(millis).toISOString().slice(0, 19)}Z`;
  return trafficRow({ flow_id: flow, window_start: text(start), window_end: text(start + 5 * MINUTE), ...more });
}

async function stored(): Promise<Row[]> {
  return (await world.rows('Events', 'default#traffic#')).filter(({ flow_id }) => flow_id);
}

async function poll(): Promise<void> {
  world.deployment.pass(4 * MINUTE);
  await world.deployment.tick();
}

describe('traffic', () => {
  deployForAll(assembly, take, {}, 'traffic');

  it('is stored beside the audit log, a row once however often it is served, and says up to when', async () => {
    const rows = Array.from({ length: 60 }, (_, n) => rowOf(`f${n}`, (20 + n) * MINUTE));
    world.netbird.traffic?.appendNow(...rows);
    await world.begin();
    expect(await stored()).toHaveLength(60);
    for (let n = 0; n < 2; n += 1) await poll();
    expect(await stored()).toHaveLength(60);
    const marks = (await world.rows('Events', 'default#traffic#')).filter(({ sk }) => sk?.S === '~watermark');
    expect(marks.length).toBeGreaterThan(165);
    expect(world.deployment.log).toContain('"TrafficRowsStored":60');
  });

  it('grows in place, and reaches the rules as what has come since', async () => {
    const before = await stored();
    const late = rowOf('late', 40 * MINUTE);
    world.netbird.traffic?.appendNow(late);
    await poll();
    world.netbird.traffic?.growNow({ ...late, tx_bytes: 99_000 });
    await poll();
    const after = await stored();
    expect(after).toHaveLength(before.length + 1);
    expect(after.find(({ flow_id }) => flow_id?.S === 'late')?.['tx_bytes']).toEqual({ N: '99000' });
    const calls = (action: string) => world.deployment.calls.filter((call) => call.action === `dynamodb:${action}`);
    const puts = calls('PutItem').length;
    for (let n = 0; n < 2; n += 1) await poll();
    // Watermarks of the hours, cursors and leases: no row among them.
    expect(calls('PutItem').length - puts).toBeLessThan(40);
    expect(await stored()).toEqual(after);
  });

  it('is not asked for where the token is rejected: one alert says so', async () => {
    world.netbird.tokens.revoke(world.netbird.token);
    for (let n = 0; n < 2; n += 1) await poll();
    expect(world.takeDeliveries().email).toHaveLength(1);
  });
});
