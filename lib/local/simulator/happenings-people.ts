import type { Act } from './audit-log.ts';
import { type Actor, by, type Company, peerMeta, upon } from './company.ts';
import type { Common, Happening } from './happening.ts';

/** People, service users and their tokens. */
export const PEOPLE_COME_AND_GO: { readonly common: readonly Common[]; readonly rare: readonly Happening[] } = {
  common: [{ weight: 7, happens: dashboardLogin }],
  rare: [
    joiner,
    pendingJoiner,
    refusedJoiner,
    leaver,
    inviteLinks,
    (company) => toColleague(company, 'user.role.update', { role: company.random.pick(['user', 'auditor', 'admin']) }),
    (company) => groupOf(company, 'user.group.add'),
    (company) => groupOf(company, 'user.group.delete'),
    block,
    passwordChange,
    tokenOfPerson,
    serviceUser,
    ownershipMoves,
  ],
};

/** An invited person comes in and brings a laptop. */
export function joiner(company: Company): Act[] {
  const admin = company.admin();
  const person = company.hire();
  const laptop = company.addPeer(`${person.email.split('.')[0] ?? 'user'}-laptop`, person);
  const invite = { ...by(admin), activity_code: 'user.invite.link.create', target_id: company.ids.xid() };
  return [
    { ...invite, meta: { email: person.email } },
    { ...by(person), ...upon(person), activity_code: 'user.invite.link.accept', meta: { email: person.email } },
    { ...by(person), activity_code: 'peer.user.add', target_id: laptop.id, meta: peerMeta(laptop) },
  ];
}

/** With an outside identity provider: the server's only sign of a sign-in. */
function dashboardLogin(company: Company): Act[] {
  const person = company.person();
  return [
    { ...by(person), ...upon(person), activity_code: 'dashboard.login', meta: { timestamp: company.time(-800) } },
  ];
}

function pendingJoiner(company: Company): Act[] {
  const [admin, person] = [company.admin(), company.hire()];
  company.later(company.random.int(5, 90) * 60_000, () => [
    { ...by(admin), ...upon(person), activity_code: 'user.approve' },
  ]);
  return [{ ...by(person), ...upon(person), activity_code: 'user.join', meta: { pending_approval: true } }];
}

/** A rejection deletes the user first. */
function refusedJoiner(company: Company): Act[] {
  const [admin, person] = [company.admin(), company.hire()];
  const created_at = company.time();
  company.people.pop();
  company.later(20 * 60_000, () => [
    { ...by(admin), ...upon(person), activity_code: 'user.delete', meta: { created_at, issued: 'jwt' } },
    { ...by(admin), ...upon(person), activity_code: 'user.reject' },
  ]);
  return [{ ...by(person), ...upon(person), activity_code: 'user.join', meta: { pending_approval: true } }];
}

/** Deleting a person deletes their peers, each in the person's own name. */
function leaver(company: Company): Act[] {
  const person = company.random.pick(company.people.slice(3));
  const peers = company.peers.filter((peer) => peer.owner === person);
  company.people.splice(company.people.indexOf(person), 1);
  for (const peer of peers) company.removePeer(peer);
  const meta = { created_at: company.time(-90 * 86_400_000), issued: 'api' };
  return [
    ...peers.map((peer) => ({
      ...by(person),
      activity_code: 'user.peer.delete',
      target_id: peer.id,
      meta: peerMeta(peer),
    })),
    { ...by(company.admin()), ...upon(person), activity_code: 'user.delete', meta },
    ...(company.people.length < 8 ? joiner(company) : []),
  ];
}

function inviteLinks(company: Company): Act[] {
  const admin = company.admin();
  const meta = { email: `late.${company.random.hex(4)}@${company.domain}` };
  const target_id = company.ids.xid();
  const person = company.hire();
  return [
    ...['create', 'regenerate', 'delete'].map((what) => {
      return { ...by(admin), activity_code: `user.invite.link.${what}`, target_id, meta };
    }),
    ...['user.create', 'user.invite'].map((activity_code) => ({ ...by(admin), ...upon(person), activity_code })),
  ];
}

function toColleague(company: Company, activity_code: string, meta = {}): Act[] {
  return [{ ...by(company.admin()), ...upon(company.random.pick(company.people.slice(3))), activity_code, meta }];
}

function groupOf(company: Company, activity_code: string): Act[] {
  const group = company.group();
  return toColleague(company, activity_code, {
    group: group.name,
    group_id: group.id,
    is_service_user: false,
    user_name: '',
  });
}

function block(company: Company): Act[] {
  const [admin, person] = [company.admin(), company.random.pick(company.people.slice(3))];
  company.later(3_600_000, () => [{ ...by(admin), ...upon(person), activity_code: 'user.unblock' }]);
  return [{ ...by(admin), ...upon(person), activity_code: 'user.block' }];
}

function passwordChange(company: Company): Act[] {
  const person = company.person();
  return [{ ...by(person), ...upon(person), activity_code: 'user.password.change' }];
}

function tokenOfPerson(company: Company): Act[] {
  const person = company.person();
  const meta = { is_service_user: false, name: 'my script', user_name: '' };
  const act = (what: string): Act => ({
    ...by(person),
    ...upon(person),
    activity_code: `personal.access.token.${what}`,
    meta,
  });
  company.later(7 * 86_400_000, () => [act('delete')]);
  return [act('create')];
}

/** A service user gets a token, and both go when they are no longer needed: then nobody knows its name. */
function serviceUser(company: Company): Act[] {
  const admin = company.admin();
  const robot = { id: company.ids.uuid(), name: `export-${company.random.hex(4)}`, email: '' };
  const created_at = company.time();
  company.later(5 * 86_400_000, () => [
    { ...by(admin), activity_code: 'service.user.delete', target_id: robot.id, meta: { created_at, name: robot.name } },
  ]);
  return serviceUserActs(admin, robot, 'nightly');
}

/** The two acts that make a service user able to do something. */
export function serviceUserActs(admin: Actor, robot: Actor, token: string): Act[] {
  const meta = { is_service_user: true, name: token, user_name: robot.name };
  return [
    { ...by(admin), activity_code: 'service.user.create', target_id: robot.id, meta: { name: robot.name } },
    { ...by(admin), activity_code: 'personal.access.token.create', target_id: robot.id, meta },
  ];
}

/** There and back again. */
function ownershipMoves(company: Company): Act[] {
  const deputy = company.people.find((person) => person !== company.owner) ?? company.owner;
  const act = (from: Actor, to: Actor): Act => ({ ...by(from), ...upon(to), activity_code: 'transferred.owner.role' });
  company.later(86_400_000, () => [act(deputy, company.owner)]);
  return [act(company.owner, deputy)];
}
