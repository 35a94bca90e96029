import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import { writtenFiles } from './written-files.ts';

const RULE = `title: Route | deleted
name: route_deleted
description: Cuts people off.
tags: [attack.t1562.007, attack.impact]
logsource: {product: netbird, service: audit}
detection:
  selection: {activity_code: route.delete, initiator_id|expand: '%People%'}
  condition: selection
level: high
falsepositives: [A move.]
x-alert: {runbook: Ask., owner: network team}
`;

describe('netbird-alerts rules docs', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    const lists = 'People:\n  description: Who matters.\n  entries: []\n';
    ({ folder, remove } = await writtenFiles({ 'rules/audit/a.yml': RULE, 'rules/lists.yaml': lists }));
  });
  afterEach(() => remove());
  const docs = (...words: string[]) =>
    runCommand(['rules', 'docs', join(folder, 'rules'), '--out', join(folder, 'docs'), ...words]);

  it('has written docs/rules.md and docs/rules.schema.json of this project', async () => {
    expect(await runCommand(['rules', 'docs', '--check'])).toEqual({
      ...{ code: 0, out: 'Everything is up to date.\n', err: '' },
    });
  });

  it('writes what people want to know of each rule, by severity', async () => {
    expect((await docs()).code).toBe(0);
    const page = await readFile(join(folder, 'docs/rules.md'), 'utf8');
    expect(page).toContain('## High\n');
    expect(page).toContain('| [route_deleted](#route_deleted) | Route \\| deleted | single event | stable |');
    expect(page).toContain(`### route_deleted

Route | deleted. Cuts people off.

* **Looks for:** each matching event of netbird audit.
* **Alerts:** one alert for the same initiator_id within 1h.
* **Lists:** \`%People%\`
* **ATT&CK:** [T1562.007](https://attack.mitre.org/techniques/T1562/007/)
* **May be harmless:** A move.
* **What to do:** Ask.
* **Owner:** network team
* **File:** [audit/a.yml](../rules/audit/a.yml)
`);
    expect(page).toContain('| `%People%` | Who matters. | route_deleted |');
    expect(JSON.parse(await readFile(join(folder, 'docs/rules.schema.json'), 'utf8'))).toHaveProperty('properties');
  });

  it('says with --check what is stale, and writes nothing', async () => {
    const missing = await docs('--check');
    expect([missing.code, missing.out]).toEqual([1, expect.stringContaining('rules.md is stale')]);
    await docs();
    expect((await docs('--check')).code).toBe(0);
  });

  it.each([
    [['rules', 'docs', 'somewhere'], 'somewhere cannot be read'],
    [['rules', 'docs', '--out'], '--out needs a value'],
  ])('ends with 2 for %j', async (words, message) => {
    const { code, err } = await runCommand(words);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it('asks where the page of other rules shall go', async () => {
    const { code, err } = await runCommand(['rules', 'docs', join(folder, 'rules')]);
    expect([code, err]).toEqual([2, expect.stringContaining('Add --out DIR.')]);
  });
});
