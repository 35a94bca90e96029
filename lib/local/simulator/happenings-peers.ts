import type { Act } from './audit-log.ts';
import { SERVERS } from './cast.ts';
import { by, type Company, fqdnOf, type Peer, peerMeta } from './company.ts';
import type { Common, Happening } from './happening.ts';

/** Machines: they join, are changed, sign in again, and go. */
export const PEERS: { readonly common: readonly Common[]; readonly rare: readonly Happening[] } = {
  common: [
    { weight: 45, happens: runnerJoins },
    { weight: 4, always: true, happens: runnerJoins },
    { weight: 6, happens: signIn },
    { weight: 5, happens: (company) => [groupChange(company)] },
    { weight: 1, happens: laptopJoins },
  ],
  rare: [
    serverJoins,
    laptopJoins,
    (company) => toggle(company, 'peer.ssh'),
    (company) => toggle(company, 'peer.login.expiration'),
    (company) => toggle(company, 'peer.inactivity.expiration'),
    (company) => change(company, 'peer.rename'),
    (company) => change(company, 'peer.ip.update', { old_ip: `100.92.255.${company.random.int(2, 250)}` }),
    (company) => change(company, 'user.peer.session.extend'),
    expire,
    job,
    expose,
  ],
};

/** A machine that joins with a setup key. */
export function joins(company: Company, name: string, keyName: string): { peer: Peer; act: Act } {
  const key = company.keys.find((candidate) => candidate.name === keyName);
  const peer = company.addPeer(name);
  const meta = { ...peerMeta(peer), setup_key_name: keyName };
  return { peer, act: { initiator_id: key?.id ?? '', activity_code: 'peer.setupkey.add', target_id: peer.id, meta } };
}

/** A build machine that lives for one job. */
function runnerJoins(company: Company): Act[] {
  const { peer, act } = joins(company, `runner-${company.random.hex(6)}`, 'ci');
  company.later(company.random.int(5, 35) * 60_000, () => {
    company.removePeer(peer);
    return [{ initiator_id: 'sys', activity_code: 'user.peer.delete', target_id: peer.id, meta: peerMeta(peer) }];
  });
  return [act];
}

function serverJoins(company: Company): Act[] {
  const name = `${company.random.pick(SERVERS)}-${String(company.random.int(10, 99))}`;
  return [joins(company, name, 'servers').act];
}

function laptopJoins(company: Company): Act[] {
  const owner = company.person();
  const peer = company.addPeer(`${owner.email.split('.')[0]?.split('@')[0] ?? 'user'}-laptop`, owner);
  return [{ ...by(owner), activity_code: 'peer.user.add', target_id: peer.id, meta: peerMeta(peer) }];
}

function signIn(company: Company): Act[] {
  const peer = company.random.pick(company.peers.filter((candidate) => candidate.owner));
  if (!peer.owner) return [];
  return [{ ...by(peer.owner), activity_code: 'user.peer.login', target_id: peer.id, meta: peerMeta(peer) }];
}

function groupChange(company: Company): Act {
  const [peer, group] = [server(company), company.group()];
  const activity_code = company.random.pick(['peer.group.add', 'peer.group.delete']);
  const meta = { group: group.name, group_id: group.id, peer_fqdn: fqdnOf(peer), peer_ip: peer.ip };
  return { ...by(company.admin()), activity_code, target_id: peer.id, meta };
}

/** On now and off again later; these name the peer by its address. */
function toggle(company: Company, setting: string): Act[] {
  const [peer, admin] = [server(company), company.admin()];
  const act = (suffix: string): Act => {
    return { ...by(admin), activity_code: `${setting}.${suffix}`, target_id: peer.ip, meta: peerMeta(peer) };
  };
  company.later(company.random.int(10, 300) * 60_000, () => [act('disable')]);
  return [act('enable')];
}

function change(company: Company, activity_code: string, extra = {}): Act[] {
  const peer = company.random.pick(company.peers.filter((candidate) => candidate.owner));
  const actor = activity_code === 'user.peer.session.extend' ? (peer.owner ?? company.owner) : company.admin();
  return [{ ...by(actor), activity_code, target_id: peer.id, meta: { ...peerMeta(peer), ...extra } }];
}

function expire(company: Company): Act[] {
  const peer = company.random.pick(company.peers.filter((candidate) => candidate.owner));
  const meta = { ...peerMeta(peer), reason: 'peer login expired' };
  return [{ ...by(peer.owner ?? company.owner), activity_code: 'peer.login.expire', target_id: peer.id, meta }];
}

function job(company: Company): Act[] {
  const peer = server(company);
  const meta = { for_peer_name: peer.name, job_type: 'bundle' };
  return [{ ...by(company.admin()), activity_code: 'peer.job.create', target_id: peer.id, meta }];
}

/** A peer shows a service to the world for an hour; the peer itself is the initiator. */
function expose(company: Company): Act[] {
  const peer = server(company);
  const id = company.ids.xid();
  const domain = `${company.random.hex(8)}.proxy.${company.domain}`;
  const service = { auth: true, domain, mode: 'http', name: peer.name, proxy_cluster: `proxy.${company.domain}` };
  const meta = { ...service, peer_ip: peer.ip, peer_name: peer.name, source: 'ephemeral' };
  const act = (activity_code: string): Act => ({ initiator_id: peer.id, activity_code, target_id: id, meta });
  const end = company.random.pick(['service.peer.unexpose', 'service.peer.expose.expire']);
  company.later(3_600_000, () => [act(end)]);
  return [act('service.peer.expose')];
}

/** A machine that stays. */
function server(company: Company): Peer {
  return company.random.pick(company.peers.filter((peer) => !peer.name.startsWith('runner-')));
}
