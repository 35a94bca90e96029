import type { Act } from './audit-log.ts';
import { POLICIES, SITES } from './cast.ts';
import { by, type Company, type Meta, type Thing } from './company.ts';
import type { Happening } from './happening.ts';

/** A kind of thing that is made, changed and removed. */
interface Kind {
  readonly kind: string;
  /** The last part of the code of making it, of changing it, of removing it; absent where there is none. */
  readonly codes: readonly [string, string | undefined, string];
  readonly meta: (company: Company) => Meta;
}

const named = (...names: readonly string[]) => {
  return (company: Company): Meta => ({ name: company.random.pick(names) });
};

const KINDS: readonly Kind[] = [
  { kind: 'policy', codes: ['add', 'update', 'delete'], meta: named(...POLICIES) },
  { kind: 'group', codes: ['add', undefined, 'delete'], meta: named('trainees', 'on call', 'printers') },
  { kind: 'route', codes: ['add', 'update', 'delete'], meta: route },
  { kind: 'setupkey', codes: ['add', undefined, 'revoke'], meta: setupKey },
  { kind: 'setupkey', codes: ['add', undefined, 'delete'], meta: setupKey },
  { kind: 'nameserver.group', codes: ['add', 'update', 'delete'], meta: named('internal dns', 'lab dns') },
  { kind: 'posture.check', codes: ['create', 'update', 'delete'], meta: named('min version', 'disk encrypted') },
  { kind: 'network', codes: ['create', 'update', 'delete'], meta: named('Headquarters', 'Warehouse', 'Lab') },
  { kind: 'network.resource', codes: ['create', 'update', 'delete'], meta: resource },
  { kind: 'network.router', codes: ['create', 'update', 'delete'], meta: router },
  {
    kind: 'dns.zone',
    codes: ['create', 'update', 'delete'],
    meta: ({ domain }) => ({ name: 'internal', domain: `int.${domain}` }),
  },
  { kind: 'dns.zone.record', codes: ['create', 'update', 'delete'], meta: zoneRecord },
  { kind: 'identityprovider', codes: ['create', 'update', 'delete'], meta: identityProvider },
  { kind: 'service', codes: ['create', 'update', 'delete'], meta: service },
  { kind: 'domain', codes: ['add', 'validate', 'delete'], meta: proxyDomain },
  {
    kind: 'agent_network.provider',
    codes: ['create', 'update', 'delete'],
    meta: () => ({ name: 'assistant', provider_id: 'openai' }),
  },
  {
    kind: 'agent_network.policy',
    codes: ['create', 'update', 'delete'],
    meta: () => ({ name: 'staff only', enabled: true }),
  },
  { kind: 'agent_network.guardrail', codes: ['create', 'update', 'delete'], meta: named('no secrets') },
  {
    kind: 'agent_network.budget_rule',
    codes: ['create', 'update', 'delete'],
    meta: () => ({ name: 'monthly', enabled: true }),
  },
];

/** Settings of the account that are switched on or off. */
const SWITCHES = [
  'account.setting.peer.login.expiration',
  'account.setting.group.propagation',
  'account.setting.routing.peer.dns.resolution',
  'account.setting.lazy.connection',
  'account.setting.peer.expose',
  'account.setting.auto.update.always',
  'account.setting.ipv6',
  'account.setting.local.mfa',
  'account.setting.metrics.push',
] as const;

/** Settings of the account that take a value, with what they carry. */
const VALUES: readonly (readonly [code: string, meta: (company: Company) => Meta])[] = [
  ['account.setting.peer.login.expiration.update', () => ({})],
  ['account.peer.inactivity.expiration.update', () => ({})],
  ['account.peer.inactivity.expiration.disable', () => ({})],
  [
    'account.dns.domain.update',
    ({ domain }) => ({ old_dns_domain: 'netbird.selfhosted', new_dns_domain: `nb.${domain}` }),
  ],
  ['account.settings.auto.version.update', () => ({ version: 'latest' })],
  ['account.network.range.update', () => ({ old_network_range: '100.92.0.0/16', new_network_range: '100.93.0.0/16' })],
  [
    'account.network.range.update',
    () => ({ old_network_range_v6: 'invalid Prefix', new_network_range_v6: 'fd3c:5a1e:b896:17e4::/64' }),
  ],
  ['agent_network.settings.update', () => ({ log_collection: true, prompt_collection: false, redact_pii: true })],
  ['agent_network.settings.delete', ({ domain }) => ({ endpoint: `ai.${domain}`, proxy_address: `proxy.${domain}` })],
  ['dns.setting.disabled.management.group.add', groupOnly],
  ['dns.setting.disabled.management.group.delete', groupOnly],
];

/** What people who run the network do to it, one of each in turn. */
export const CONFIGURATION: readonly Happening[] = [
  ...KINDS.map(
    (kind): Happening =>
      (company) =>
        lifeOf(company, kind),
  ),
  ...SWITCHES.map(
    (code): Happening =>
      (company) =>
        switched(company, code),
  ),
  ...VALUES.map(
    ([code, meta]): Happening =>
      (company) => [onAccount(company, code, meta(company))],
  ),
  renameGroup,
  keyGroups,
  resourceGroups,
];

/** Made now; changed and removed on later days. */
function lifeOf(company: Company, kind: Kind): Act[] {
  const admin = company.admin();
  const thing: Thing = { id: company.ids.xid(), name: '', meta: kind.meta(company) };
  const [made, changed, removed] = kind.codes;
  const act = (what: string): Act => {
    return { ...by(admin), activity_code: `${kind.kind}.${what}`, target_id: thing.id, meta: thing.meta };
  };
  const hour = 3_600_000;
  if (changed !== undefined) company.later(company.random.int(1, 5) * hour, () => [act(changed)]);
  company.later(company.random.int(24, 96) * hour, () => [act(removed)]);
  return [act(made)];
}

function switched(company: Company, code: string): Act[] {
  company.later(company.random.int(2, 30) * 3_600_000, () => [onAccount(company, `${code}.disable`, {})]);
  return [onAccount(company, `${code}.enable`, {})];
}

function onAccount(company: Company, activity_code: string, meta: Meta): Act {
  return { ...by(company.admin()), activity_code, target_id: company.accountId, meta };
}

function renameGroup(company: Company): Act[] {
  const group = company.group();
  const meta = { old_name: group.name, new_name: group.name };
  return [{ ...by(company.admin()), activity_code: 'group.update', target_id: group.id, meta }];
}

function keyGroups(company: Company): Act[] {
  const [key, group] = [company.random.pick(company.keys), company.group()];
  const meta = { group: group.name, group_id: group.id, setupkey: key.name };
  return ['add', 'delete'].map((what) => {
    return { ...by(company.owner), activity_code: `setupkey.group.${what}`, target_id: key.id, meta };
  });
}

function resourceGroups(company: Company): Act[] {
  const group = company.group();
  const meta = {
    id: group.id,
    name: group.name,
    resource_id: company.ids.xid(),
    resource_name: 'erp',
    resource_type: 'host',
  };
  return ['add', 'delete'].map((what) => {
    return { ...by(company.owner), activity_code: `resource.group.${what}`, target_id: group.id, meta };
  });
}

function groupOnly(company: Company): Meta {
  const group = company.group();
  return { group: group.name, group_id: group.id };
}

function route(company: Company): Meta {
  const site = company.random.pick(SITES);
  const network_range = `10.${company.random.int(1, 250)}.0.0/16`;
  return { domains: '', name: site, network_range, peer_groups: null, peer_id: company.random.pick(company.peers).id };
}

function setupKey(company: Company): Meta {
  const key = `${company.random.hex(5).toUpperCase()}****`;
  return { key, name: company.random.pick(SITES), type: company.random.pick(['one-off', 'reusable']) };
}

function resource(company: Company): Meta {
  return {
    name: company.random.pick(SITES),
    network_id: company.ids.xid(),
    network_name: 'Headquarters',
    type: 'subnet',
  };
}

function router(company: Company): Meta {
  const peer = company.random.pick(company.peers).id;
  return { network_id: company.ids.xid(), network_name: 'Headquarters', peer, peer_groups: null };
}

function zoneRecord({ domain, ids }: Company): Meta {
  return {
    content: '100.92.0.7',
    name: `erp.int.${domain}`,
    ttl: 300,
    type: 'A',
    zone_id: ids.xid(),
    zone_name: 'internal',
  };
}

function identityProvider({ domain }: Company): Meta {
  return { issuer: `https://sso.${domain}`, name: 'single sign-on', type: 'oidc' };
}

function service({ domain }: Company): Meta {
  return {
    auth: true,
    domain: `wiki.${domain}`,
    mode: 'http',
    name: 'wiki',
    proxy_cluster: `proxy.${domain}`,
    request_timeout: '30s',
    source: 'permanent',
  };
}

function proxyDomain({ domain }: Company): Meta {
  return { domain: `apps.${domain}`, target_cluster: `proxy.${domain}`, validated: true };
}
