import type { AuditEvent } from './event.ts';

/** What an id names. NetBird's answers name an id only as long as the thing is there. */
export type NameKind =
  | 'user'
  | 'service_user'
  | 'peer'
  | 'group'
  | 'setup_key'
  | 'policy'
  | 'route'
  | 'network'
  | 'resource'
  | 'dns'
  | 'service'
  | 'other';

export interface KnownName {
  /** Never empty. */
  readonly name: string;
  readonly email?: string;
  readonly kind: NameKind;
}

interface TargetRule {
  /** Activity codes that begin so. */
  readonly prefix: string;
  readonly kind: NameKind;
  /** Which meta field names the target; absent: none does. */
  readonly field?: string;
}

/** The first that fits. What `name` in meta names depends on the code, and the target of some is no id at all. */
const TARGETS: readonly TargetRule[] = [
  // `name` is the token's, the target its user.
  { prefix: 'personal.access.token.', kind: 'user', field: 'user_name' },
  { prefix: 'service.user.', kind: 'service_user', field: 'name' },
  { prefix: 'service.', kind: 'service', field: 'name' },
  { prefix: 'user.invite.link.accept', kind: 'user', field: 'username' },
  { prefix: 'user.invite.link.', kind: 'other', field: 'email' },
  { prefix: 'user.peer.', kind: 'peer', field: 'name' },
  { prefix: 'user.', kind: 'user', field: 'user_name' },
  // The target is an overlay address, which the next peer may get.
  { prefix: 'peer.ssh.', kind: 'peer' },
  { prefix: 'peer.login.expiration.', kind: 'peer' },
  { prefix: 'peer.inactivity.', kind: 'peer' },
  { prefix: 'peer.job.', kind: 'peer', field: 'for_peer_name' },
  { prefix: 'peer.', kind: 'peer', field: 'name' },
  { prefix: 'group.update', kind: 'group', field: 'new_name' },
  { prefix: 'group.', kind: 'group', field: 'name' },
  { prefix: 'resource.group.', kind: 'group', field: 'name' },
  { prefix: 'setupkey.group.', kind: 'setup_key', field: 'setupkey' },
  { prefix: 'setupkey.', kind: 'setup_key', field: 'name' },
  // Where a policy went with its peer, the target is the peer and `name` the policy's.
  { prefix: 'policy.delete', kind: 'policy' },
  { prefix: 'policy.', kind: 'policy', field: 'name' },
  { prefix: 'route.', kind: 'route', field: 'name' },
  { prefix: 'network.resource.', kind: 'resource', field: 'name' },
  { prefix: 'network.router.', kind: 'other' },
  { prefix: 'network.', kind: 'network', field: 'name' },
  { prefix: 'dns.zone.', kind: 'dns', field: 'name' },
  { prefix: 'nameserver.group.', kind: 'dns', field: 'name' },
  { prefix: 'domain.', kind: 'dns', field: 'domain' },
  { prefix: 'posture.check.', kind: 'other', field: 'name' },
  { prefix: 'identityprovider.', kind: 'other', field: 'name' },
  { prefix: 'agent_network.', kind: 'other', field: 'name' },
];

/** Meta fields that name something beside the target, whatever the code: id, name. */
const MENTIONS: readonly (readonly [string, string, NameKind])[] = [
  ['group_id', 'group', 'group'],
  ['network_id', 'network_name', 'network'],
  ['zone_id', 'zone_name', 'dns'],
  ['resource_id', 'resource_name', 'resource'],
];

/** Codes whose initiator is no user: which meta field names it. */
const INITIATORS: readonly TargetRule[] = [
  { prefix: 'peer.setupkey.add', kind: 'setup_key', field: 'setup_key_name' },
  { prefix: 'service.peer.', kind: 'peer', field: 'peer_name' },
];

/** The server's own hand, and what Go and a lost encryption key print in place of a name. */
const NOBODY = new Set(['', 'sys', 'SYSTEM']);
const NO_NAME = new Set(['', '<nil>']);
const LOST_EMAIL = 'unknown@unknown.com';

/** What is longer is no name that a person could read, and no id that a key could hold. */
const MAX_NAME = 1000;
const MAX_ID = 300;

/** Every name that an event reveals, by id; no longer than a key and its item can take. */
export function namesIn(event: AuditEvent): Map<string, KnownName> {
  const names = new Map<string, KnownName>();
  const add = (id: string, name: string, kind: NameKind, email = ''): void => {
    if (NOBODY.has(id) || NO_NAME.has(name) || email === LOST_EMAIL || id.length > MAX_ID) return;
    const known = { name: name.slice(0, MAX_NAME), kind, ...(email === '' ? {} : { email: email.slice(0, MAX_NAME) }) };
    names.set(id, withNews(names.get(id), known));
  };
  addInitiator(event, add);
  for (const [id, name, kind] of MENTIONS) add(text(event, id), text(event, name), kind);
  addTarget(event, add);
  return names;
}

/** What is known of an id after one more event: a name is never lost to an empty one, nor a kind to a vaguer one. */
export function withNews(known: KnownName | undefined, news: KnownName): KnownName {
  if (!known) return news;
  const vaguer = news.kind === 'other' || (news.kind === 'user' && known.kind === 'service_user');
  return { ...known, ...news, kind: vaguer ? known.kind : news.kind };
}

type Add = (id: string, name: string, kind: NameKind, email?: string) => void;

function addInitiator(event: AuditEvent, add: Add): void {
  const rule = INITIATORS.find(({ prefix }) => event.activity_code.startsWith(prefix));
  if (rule) {
    add(event.initiator_id, text(event, rule.field ?? ''), rule.kind);
    return;
  }
  const { initiator_id: id, initiator_name: name, initiator_email: email } = event;
  add(id, name === '' ? email : name, 'user', email);
}

function addTarget(event: AuditEvent, add: Add): void {
  const { activity_code: code, target_id: id } = event;
  const rule = TARGETS.find(({ prefix }) => code.startsWith(prefix));
  const serviceUser = text(event, 'is_service_user') === 'true';
  if (rule?.field) {
    const email = rule.kind === 'user' || rule.field === 'email' ? text(event, 'email') : '';
    add(id, text(event, rule.field), serviceUser ? 'service_user' : rule.kind, email);
  }
  // The server adds these to every event whose target is a user that it still knows.
  add(id, text(event, 'username'), serviceUser ? 'service_user' : 'user', text(event, 'email'));
}

function text(event: AuditEvent, field: string): string {
  const value = event.meta[field];
  return typeof value === 'string' ? value : '';
}
