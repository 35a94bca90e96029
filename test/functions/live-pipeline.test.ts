import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LivePipeline } from '../../functions/detect/live-pipeline.ts';
import { prebuildRuleSet } from '../../lib/sigma/index.ts';
import { writeListEntries } from '../../lib/store/lists.ts';
import { createMemoryStores } from '../../lib/store/memory/index.ts';

const RULE = `
title: A route of a watched user was deleted
name: watched
logsource: { product: netbird, service: audit }
detection:
  watched: { activity_code: route.delete, initiator_id|expand: '%Watched%' }
  condition: watched
level: high
`;

describe('the pipeline of detect', () => {
  let folder: string;
  let now = new Date('2026-11-24T08:00:00Z');
  const stores = createMemoryStores();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'live-'));
    writeFileSync(join(folder, 'rules.json'), prebuildRuleSet([{ file: 'watched.yml', text: RULE }]));
    writeFileSync(join(folder, 'lists.json'), JSON.stringify([['Watched', { entries: [{ value: 'ada' }] }]]));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('goes by lists as they are declared, and a minute after a change by what people have made of them', async () => {
    const live = new LivePipeline(folder, { ...stores, clock: () => now, tenant: 'acme' });
    expect(await findings(live, 'ada', 1)).toBe(1);
    expect(await findings(live, 'bob', 2)).toBe(0);
    await writeListEntries(stores.state, 'acme', 'Watched', [{ value: 'bob', changedAt: now.toISOString() }]);
    now = new Date(now.getTime() + 60_000);
    expect(await findings(live, 'bob', 3)).toBe(1);
  });

  it('is the same one while no list changes', async () => {
    const live = new LivePipeline(folder, { ...stores, clock: () => now, tenant: 'acme' });
    const first = await live.current();
    now = new Date(now.getTime() + 3_600_000);
    expect(await live.current()).toBe(first);
  });

  async function findings(live: LivePipeline, initiator: string, sequence: number): Promise<number> {
    const pipeline = await live.current();
    const at = '2026-11-24T07:59:00.000Z';
    const report = await pipeline.process([
      {
        kind: 'event',
        tenant: 'acme',
        source: 'audit',
        event: {
          id: String(sequence),
          timestamp: at,
          activity: 'Route deleted',
          activity_code: 'route.delete',
          initiator_id: initiator,
          initiator_name: '',
          initiator_email: '',
          target_id: 'route',
          meta: {},
        },
        at: Date.parse(at) * 1000,
        order: { nanosText: '2026-11-24T07:59:00.000000000Z', id: String(sequence) },
        history: false,
        position: { stream: 'arn', partition: 'acme#audit#2026-11-24', sequence: String(sequence) },
      },
    ]);
    return report.findings.length;
  }
});
