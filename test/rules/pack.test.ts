import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { Rule, RuleTest } from '../../lib/model/rule.ts';
import { type Lists, loadRuleSet } from '../../lib/sigma/index.ts';

const folder = join(import.meta.dirname, '../../rules');
const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yml'))
  .sort();
const files = paths.map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
const declared = parse(readFileSync(join(folder, 'lists.yaml'), 'utf8')) as Record<string, { entries: string[] }>;
const lists: Lists = new Map(Object.entries(declared).map(([name, { entries }]) => [name, entries]));

const { ruleSet, problems } = loadRuleSet(files, { lists });
const pack: readonly Rule[] = ruleSet.rules;
const alerting = pack.filter((rule) => rule.alerts);
const documents = files.flatMap(({ text }) =>
  parseAllDocuments(text).map((it) => it.toJS() as Record<string, unknown>),
);
const testsOf = (rule: Rule): readonly RuleTest[] => ruleSet.tests.get(rule.key) ?? [];
const isFiring = ({ alerts }: RuleTest): boolean => (typeof alerts === 'number' ? alerts : alerts.length) > 0;
/** Keys of the rules that `holds` is not true of. */
const without = (rules: readonly Rule[], holds: (rule: Rule) => boolean): string[] =>
  rules.filter((rule) => !holds(rule)).map(({ key }) => key);

/** What tells people out of the box; everything else in the pack records only. */
const NOTIFYING = [
  'access_token_created',
  'denied_connections_burst',
  'identity_provider_changed',
  'local_mfa_disabled',
  'many_peers_deleted',
  'many_routes_deleted',
  'nameserver_group_changed',
  'new_user_made_admin_within_a_day',
  'outside_user_invited',
  'owner_role_transferred',
  'peer_approval_disabled',
  'peer_approval_not_enabled_again',
  'peer_joined_from_new_country',
  'peer_ssh_enabled',
  'policy_created',
  'policy_deleted',
  'port_scan',
  'posture_check_changed',
  'posture_check_deleted',
  'public_service_without_authentication',
  'reusable_setup_key_created',
  'route_deleted',
  'service_user_created',
  'unusual_egress_of_peer',
  'unusual_volume_of_network',
  'user_made_admin',
];

describe('the shipped rules', () => {
  it('load without an error or a warning, every document of every file', () => {
    expect(problems).toEqual([]);
    expect(pack).toHaveLength(documents.length);
    expect(alerting.length).toBeGreaterThan(60);
  });

  it('have ids and names of their own', () => {
    const ids = pack.map(({ id }) => id);
    expect(new Set(ids).size).toBe(pack.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(pack.map(({ name }) => name)).size).toBe(pack.length);
  });

  it('stand in files that are named after their first rule', () => {
    const first = new Map(pack.toSorted((a, b) => b.line - a.line).map((rule) => [rule.file, rule]));
    expect([...first].filter(([file, { key }]) => !file.endsWith(`/${key.replaceAll('_', '-')}.yml`))).toEqual([]);
    expect([...first.keys()].sort()).toEqual(paths);
  });

  it('tell people only of what the pack promises; the rest records', () => {
    const notifying = alerting.filter(({ status }) => status !== 'experimental').map(({ key }) => key);
    expect(notifying.sort()).toEqual(NOTIFYING);
  });

  it('say who wrote them, when, and what they rest on', () => {
    for (const it of documents) expect([it['name'], it['author']]).toEqual([it['name'], 'netbird-alerts']);
    expect(documents.filter(({ date }) => !/^\d{4}-\d{2}-\d{2}$/.test(String(date)))).toEqual([]);
    expect(without(alerting, ({ references }) => references.length > 0)).toEqual([]);
  });

  it('carry an ATT&CK technique, with the id that version 19 gave to the renamed ones', () => {
    expect(without(alerting, ({ tags }) => tags.some((tag) => /^attack\.t\d{4}(\.\d{3})?$/.test(tag)))).toEqual([]);
    const renamed = { 't1562.001': 't1685', 't1562.004': 't1686', 't1562.007': 't1686.001' };
    for (const [old, current] of Object.entries(renamed)) {
      const tagged = alerting.filter(({ tags }) => tags.includes(`attack.${old}`));
      expect(tagged).not.toEqual([]);
      expect(without(tagged, ({ tags }) => tags.includes(`attack.${current}`))).toEqual([]);
    }
  });

  it('say what else may cause them, what to do, and who did it to what', () => {
    expect(without(alerting, ({ falsepositives }) => falsepositives.length > 0)).toEqual([]);
    expect(without(alerting, ({ description = '' }) => description.length > 40)).toEqual([]);
    expect(without(alerting, ({ alert }) => (alert.runbook ?? '').length > 30)).toEqual([]);
    expect(without(alerting, ({ alert }) => (alert.title ?? '') !== '')).toEqual([]);
  });

  it('have a test that fires, one that does not, and a near miss', () => {
    expect(without(alerting, (rule) => testsOf(rule).some(isFiring))).toEqual([]);
    expect(
      without(alerting, (rule) => testsOf(rule).some((it) => !isFiring(it) && !it.name.startsWith('near miss'))),
    ).toEqual([]);
    const nearMisses = (rule: Rule) => testsOf(rule).filter(({ name }) => name.startsWith('near miss'));
    expect(without(alerting, (rule) => nearMisses(rule).length > 0)).toEqual([]);
    expect(without(alerting, (rule) => !nearMisses(rule).some(isFiring))).toEqual([]);
  });

  it('name only lists that are declared, and every declared list is used', () => {
    expect(ruleSet.lists.map(({ name }) => name).sort()).toEqual(Object.keys(declared).sort());
  });

  it('load with filled lists as well', () => {
    const ofRanges = new Set(['JumpServers', 'DbClients', 'Resolvers']);
    const entriesOf = (name: string) => (ofRanges.has(name) ? ['10.0.0.0/8', '100.64.0.7'] : ['a', 'b.example']);
    const filled: Lists = new Map([...lists.keys()].map((name) => [name, entriesOf(name)]));
    expect(loadRuleSet(files, { lists: filled }).problems).toEqual([]);
  });

  it('refuse to load where a list is not declared', () => {
    const messages = loadRuleSet(files).problems.map(({ level, message }) => `${level}: ${message}`);
    for (const name of lists.keys()) expect(messages.join('\n')).toContain(name);
    expect(messages.every((message) => message.startsWith('error'))).toBe(true);
  });
});

describe('a route deletion', () => {
  const event = { activity_code: 'route.delete', initiator_id: 'user-1', target_id: 'route-1', meta: { name: 'x' } };
  const matching = (activity_code: string): string[] =>
    ruleSet.matcher
      .match({ ...event, activity_code }, { product: 'netbird', service: 'audit' })
      .filter(({ alerts }) => alerts)
      .map(({ key }) => key);

  it('is told for both generations of routes', () => {
    for (const kind of ['route', 'network', 'network.router', 'network.resource']) {
      expect(matching(`${kind}.delete`)).toContain('route_deleted');
      expect(matching(`${kind}.update`)).not.toContain('route_deleted');
    }
  });

  it('is told whoever does it, automation as well', () => {
    const automation: Lists = new Map([...lists, ['AutomationUsers', ['user-1']]]);
    const matcher = loadRuleSet(files, { lists: automation }).ruleSet.matcher;
    const found = matcher.match(event, { product: 'netbird', service: 'audit' }).map(({ key }) => key);
    expect(found).toEqual(expect.arrayContaining(['route_deleted', 'route_or_network_deleted']));
  });
});
