import { ACTIVITY_CODES } from '../../lib/model/catalogue/activity-codes.ts';
import { Random } from './random.ts';

export type GeneratedEvent = Record<string, unknown>;

export const ROLES = ['admin', 'owner', 'user', 'auditor', 'network_admin', 'billing_admin'];
export const COUNTRIES = ['DE', 'FR', 'US', 'PL', 'CN', 'BR', 'SE', 'JP'];
export const WORDS =
  'prod staging gateway office vpn backup db-primary web mail router build legacy camera printer lab'.split(' ');
export const FIRST = 'Maria Jürgen Łukasz Zoë Ahmed Yuki Olga Pedro Anna Σταύρος Björn Chloé'.split(' ');
export const LAST = 'López Müller Nowak Smith Haddad Tanaka Ivanova Silva Öztürk Papadopoulos'.split(' ');
export const DOMAINS = ['acme.example', 'corp.example', 'partner.example', 'gmail.com'];

/** People, machines and names that events and rules have in common. */
export interface World {
  readonly users: readonly { readonly id: string; readonly name: string; readonly email: string }[];
  readonly peers: readonly { readonly id: string; readonly name: string; readonly ip: string }[];
  readonly groups: readonly string[];
  readonly ranges: readonly string[];
}

const ID_LETTERS = '0123456789abcdefghijklmnopqrstuv';

export function makeWorld(seed: number, size = 200): World {
  const random = new Random(seed);
  const id = () => Array.from({ length: 20 }, () => ID_LETTERS[random.below(32)]).join('');
  return {
    users: Array.from({ length: size }, (_, index) => {
      const [first, last] = [random.pick(FIRST), random.pick(LAST)];
      const email = `${first}.${last}${index}@${random.pick(DOMAINS)}`.toLowerCase();
      return { id: id(), name: `${first} ${last}`, email };
    }),
    peers: Array.from({ length: size * 2 }, (_, index) => ({
      id: id(),
      name: `${random.pick(WORDS)}-${random.pick(WORDS)}-${index}`,
      ip: `100.${64 + random.below(64)}.${random.below(256)}.${random.below(256)}`,
    })),
    groups: Array.from({ length: 40 }, (_, index) => `${random.pick(WORDS)} ${random.pick(WORDS)} ${index}`),
    ranges: Array.from({ length: 60 }, () => `10.${random.below(256)}.${random.below(256)}.0/${16 + random.below(9)}`),
  };
}

export function auditEvent(world: World, random: Random, index: number): GeneratedEvent {
  const code = random.pick(ACTIVITY_CODES);
  const user = random.pick(world.users);
  const peer = random.pick(world.peers);
  const byPeer = code.startsWith('peer.') || code.startsWith('user.peer');
  return {
    activity: code.replaceAll('.', ' '),
    activity_code: code,
    id: String(100_000 + index),
    initiator_email: user.email,
    initiator_id: random.chance(0.03) ? 'sys' : user.id,
    initiator_name: user.name,
    meta: byPeer ? peerMeta(world, random, peer) : otherMeta(world, random, code),
    target_id: byPeer ? peer.id : random.pick(world.users).id,
    timestamp: new Date(1_795_000_000_000 + index * 7919)
      .toISOString()
      .replace('Z', `${100_000 + random.below(900_000)}Z`),
  };
}

function peerMeta(world: World, random: Random, peer: World['peers'][number]): GeneratedEvent {
  return {
    created_at: '2026-10-01T08:00:00Z',
    fqdn: `${peer.name}.netbird.cloud`,
    ip: peer.ip,
    location_city_name: random.pick(WORDS),
    location_connection_ip: `${1 + random.below(220)}.${random.below(256)}.${random.below(256)}.${random.below(256)}`,
    location_country_code: random.pick(COUNTRIES),
    name: peer.name,
    setup_key_name: random.pick(world.groups),
  };
}

function otherMeta(world: World, random: Random, code: string): GeneratedEvent {
  if (code.startsWith('route.')) {
    return {
      name: random.pick(world.groups),
      network_range: random.pick(world.ranges),
      peer_id: random.pick(world.peers).id,
    };
  }
  if (code === 'user.role.update') return { role: random.pick(ROLES), username: random.pick(world.users).name };
  if (code.startsWith('personal.access')) {
    return { is_service_user: random.chance(0.2) ? 'true' : 'false', name: random.pick(WORDS), user_name: '' };
  }
  return random.chance(0.2) ? {} : { name: random.pick(world.groups) };
}

export function trafficEvent(world: World, random: Random, index: number): GeneratedEvent {
  const [source, destination] = [random.pick(world.peers), random.pick(world.peers)];
  const user = random.pick(world.users);
  const at = new Date(1_795_000_000_000 + index * 7919).toISOString();
  const bytes = () => Math.floor(random.next() ** 6 * 2e9);
  const end = (peer: World['peers'][number], port: number, type: string) => ({
    address: `${peer.ip}:${port}`,
    dns_label: `${peer.name}.netbird.cloud`,
    geo_location: { city_name: random.pick(WORDS), country_code: random.pick(COUNTRIES) },
    id: peer.id,
    name: peer.name,
    os: random.pick(['Linux', 'Windows', 'Darwin', 'Android']),
    type,
  });
  return {
    destination: end(destination, random.pick([22, 53, 80, 443, 445, 3389, 5432, 8080]), 'PEER'),
    direction: random.pick(['INGRESS', 'EGRESS']),
    events: [
      { timestamp: at, type: 'TYPE_START' },
      { timestamp: at, type: 'TYPE_END' },
    ],
    flow_id: `${index.toString(16).padStart(8, '0')}-5f2b-4a1e-8d0a-${random
      .below(2 ** 31)
      .toString(16)
      .padStart(12, '0')}`,
    icmp: { code: 0, type: 0 },
    num_of_drops: random.chance(0.05) ? random.below(50) : 0,
    policy: { id: random.pick(world.peers).id, name: random.pick(world.groups) },
    protocol: random.pick([1, 6, 6, 6, 17]),
    reporter_id: random.chance(0.5) ? source.id : destination.id,
    rx_bytes: bytes(),
    rx_packets: random.below(10_000),
    source: end(source, 1024 + random.below(64_000), 'PEER'),
    tx_bytes: bytes(),
    tx_packets: random.below(10_000),
    user: user,
    window_end: at,
    window_start: at,
  };
}

/** Bends an event out of shape: other case, other types, gaps, arrays, odd values. */
export function strangeEvent(event: GeneratedEvent, random: Random): GeneratedEvent {
  const bend = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return bendScalar(value, random);
    const entries = Object.entries(value).filter(() => !random.chance(0.05));
    return Object.fromEntries(entries.map(([key, each]) => [key, bend(each)]));
  };
  const bent = bend(event) as GeneratedEvent;
  if (random.chance(0.1)) bent['meta.name'] = random.pick(WORDS);
  if (random.chance(0.1)) bent['meta'] = [bent['meta'], { name: random.pick(WORDS) }, 5];
  return bent;
}

function bendScalar(value: unknown, random: Random): unknown {
  const odd: readonly unknown[] = [
    null,
    '',
    [value, random.pick(WORDS), null],
    String(value).toUpperCase(),
    typeof value === 'number' ? String(value) : 7,
    [],
    { name: value },
    random.chance(0.5),
  ];
  return random.chance(0.5) ? value : odd[random.below(odd.length)];
}
