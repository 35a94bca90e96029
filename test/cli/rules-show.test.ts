import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import { writtenFiles } from './written-files.ts';

describe('netbird-alerts rules show', () => {
  it('says what a rule looks for, needs and costs, and shows its e-mail', async () => {
    const { code, out } = await runCommand(['rules', 'show', 'route_deleted']);
    expect(code).toBe(0);
    expect(out).toMatch(/^Route, router, resource or network deleted\nroute_deleted · high · .*route-deleted\.yml:1\n/);
    expect(out).toMatch(/\nLooks for +each matching event of netbird audit\n/);
    expect(out).toMatch(/\nAlerts +one alert for the same initiator_id within 1h\n/);
    expect(out).toMatch(/\nFeed +audit\n/);
    expect(out).toMatch(/\nCodes +network\.delete, .*route\.delete\n/);
    expect(out).toMatch(/\nIndex +meets only events with activity_code = .*route\.delete/);
    expect(out).toMatch(/\nState +none\n/);
    expect(out).toContain('Subject: [HIGH] Ada Lovelace deleted the route or network site-01');
    expect(out).toContain('What to do\n');
    expect(out).toMatch(/Example SMS\n\n {2}HIGH: /);
    expect(out).not.toContain('Missing');
  });

  it('counts in what a correlation’s rules need, and what its state holds', async () => {
    const { out } = await runCommand(['rules', 'show', 'Peer approval disabled and not enabled again']);
    expect(out).toMatch(/\nLooks for +\(peer_approval_turned_off and not peer_approval_turned_on\), in this order,/);
    expect(out).toMatch(/\nFields +activity_code, target_id\n/);
    expect(out).toMatch(/\nMissing +an open-source server does not write account\.setting\.peer\.approval\.disable,/);
    expect(out).toMatch(/\nState +One State item for each target_id: the events of 30m, up to 1,000 one by one/);
  });

  it('names lists with how many entries they have, and the hours in which a rule counts', async () => {
    const { out } = await runCommand(['rules', 'show', 'change_outside_business_hours']);
    expect(out).toMatch(/\nLists +%AutomationUsers% \(no entry\)\n/);
    expect(out).toMatch(/\nSchedule +Mon Tue Wed Thu Fri 20:00-24:00; .* UTC\n/);
  });

  it('writes the same for scripts', async () => {
    const { out } = await runCommand(['rules', 'show', 'many_routes_deleted', '--output', 'json']);
    expect(JSON.parse(out)).toMatchObject({
      ...{ key: 'many_routes_deleted', kind: 'correlation', level: 'critical', feeds: ['audit'] },
      looksFor: 'number of route_or_network_deleted ≥ 5 for the same initiator_id within 10m',
      fields: ['activity_code', 'initiator_id'],
      witnesses: expect.arrayContaining(['activity_code = route.delete']),
      example: { subject: expect.stringContaining('[CRITICAL]'), sms: expect.any(String), email: expect.any(String) },
    });
  });

  it('explains every shipped rule, with an example for each that alerts', async () => {
    const { out } = await runCommand(['rules', 'list', '--output', 'ndjson']);
    const rules = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { key: string; alerts: boolean });
    // Every tenth: each takes the whole pack apart.
    for (const { key, alerts } of rules.filter((_, index) => index % 10 === 0)) {
      const shown = await runCommand(['rules', 'show', key]);
      expect([key, shown.code, shown.out.includes('Example e-mail')]).toEqual([key, 0, alerts]);
    }
  });

  it('shows a rule about something else, which no event announces, without an example', async () => {
    const { folder, remove } = await writtenFiles({
      'a.yml':
        'title: "A \\e[31m"\nname: a\nlogsource: {product: windows}\ndetection: {s: {User|re: ".*"}, condition: not s}\n',
    });
    const { out, code } = await runCommand(['rules', 'show', 'A', '--rules', folder]);
    expect(code).toBe(0);
    expect(out).toContain(`A \\u001b[31m\na · medium · ${join(folder, 'a.yml')}:1\n`);
    expect(out).toMatch(/\nIndex +meets every event: nothing announces it\n/);
    expect(out).not.toContain('Feed');
    await remove();
  });

  it.each([
    [['route_deletd'], 'Did you mean "route_deleted"?'],
    [[], 'Which rule?'],
  ])('ends with 2 for %j', async (words, message) => {
    const { code, err } = await runCommand(['rules', 'show', ...words]);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});
