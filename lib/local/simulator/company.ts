import type { Act } from './audit-log.ts';
import { GROUPS, PEOPLE, PLACES, type Place } from './cast.ts';
import { createIdFactory, type IdFactory } from './ids.ts';
import { createRandom, type Random } from './random.ts';
import type { MetaValue } from './wire-format.ts';

export type Meta = Readonly<Record<string, MetaValue>>;

/** Who acts; with no e-mail a service user. */
export interface Actor {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface Peer {
  readonly id: string;
  readonly name: string;
  readonly ip: string;
  readonly ipv6: string;
  /** RFC 3339 with nanoseconds, trimmed. */
  readonly createdAt: string;
  readonly place: Place;
  readonly connectionIp: string;
  readonly owner?: Actor;
}

/** Whatever else has an id and a name: groups, setup keys, policies, routes, networks. */
export interface Thing {
  readonly id: string;
  readonly name: string;
  readonly meta: Meta;
}

interface Due {
  readonly at: number;
  readonly acts: () => Act[];
}

/** A company and its network: who and what is there, and what is still to come. Moves with the time it is given. */
export class Company {
  readonly random: Random;
  readonly ids: IdFactory;
  readonly domain: string;
  readonly accountId: string;
  readonly owner: Actor;
  readonly terraform: Actor;
  readonly people: Actor[] = [];
  readonly peers: Peer[] = [];
  readonly groups: Thing[] = [];
  readonly keys: Thing[] = [];
  /** By kind, such as `policy` or `network.resource`. */
  readonly things = new Map<string, Thing[]>();
  /** Epoch milliseconds. */
  now = Date.parse('2025-02-03T08:00:00Z');
  readonly #due: Due[] = [];
  #peerCount = 0;
  #hired = 0;

  constructor(seed: number, domain = 'acme.example') {
    this.random = createRandom(seed);
    this.ids = createIdFactory(this.random, () => new Date(this.now));
    this.domain = domain;
    this.accountId = this.ids.xid();
    this.terraform = { id: this.ids.uuid(), name: 'terraform', email: '' };
    this.owner = this.hire();
  }

  /** The next person of the cast; a second Anna gets a number. */
  hire(): Actor {
    const turn = Math.floor(this.#hired / PEOPLE.length);
    const name = `${PEOPLE[this.#hired % PEOPLE.length] ?? ''}${turn === 0 ? '' : ` ${turn + 1}`}`;
    this.#hired += 1;
    const email = `${mailboxOf(name) || `user${this.#hired}`}@${this.domain}`;
    const person = { id: this.ids.userId(), name, email };
    this.people.push(person);
    return person;
  }

  /** One of the first people: they run the network. */
  admin(): Actor {
    return this.random.pick(this.people.slice(0, 3));
  }

  person(): Actor {
    return this.random.pick(this.people);
  }

  group(): Thing {
    return this.random.pick(this.groups);
  }

  foundGroups(): Thing[] {
    for (const name of GROUPS) this.groups.push({ id: this.ids.xid(), name, meta: { name } });
    return this.groups;
  }

  /** A peer that is new now; it stays in `peers` until `removePeer`. */
  addPeer(name: string, owner?: Actor, place = this.random.pick(PLACES)): Peer {
    this.#peerCount += 1;
    const peer: Peer = {
      id: this.ids.xid(),
      name,
      ip: `100.92.${Math.floor(this.#peerCount / 250) % 256}.${(this.#peerCount % 250) + 2}`,
      ipv6: `fd3c:5a1e:${this.random.hex(4)}:${this.random.hex(4)}::${this.random.int(1, 9)}${this.random.hex(3)}`,
      createdAt: this.time(),
      place,
      connectionIp: place.country === '' ? '' : `${place.net}.${this.random.int(2, 250)}`,
      ...(owner ? { owner } : {}),
    };
    this.peers.push(peer);
    return peer;
  }

  removePeer(peer: Peer): void {
    const at = this.peers.indexOf(peer);
    if (at >= 0) this.peers.splice(at, 1);
  }

  /** `acts` are asked for when their time has come. */
  later(ms: number, acts: () => Act[]): void {
    const due = { at: this.now + ms, acts };
    const at = this.#due.findIndex((other) => other.at > due.at);
    this.#due.splice(at < 0 ? this.#due.length : at, 0, due);
  }

  /** Sets the time to what is first due by `at`, and takes it. */
  takeDue(at: number): Act[] | undefined {
    const first = this.#due[0];
    if (!first || first.at > at) return undefined;
    this.#due.shift();
    this.now = first.at;
    return first.acts();
  }

  /** Now, with invented nanoseconds, as Go prints it. */
  time(offsetMs = 0): string {
    const nanos = String(this.random.int(0, 999_999)).padStart(6, '0');
    const text = new Date(this.now + offsetMs).toISOString();
    return `${text.slice(0, -1)}${nanos}`.replace(/\.?0+$/, '').concat('Z');
  }
}

/** The initiator's part of an act. */
export function by(actor: Actor): Pick<Act, 'initiator_id' | 'initiator_name' | 'initiator_email'> {
  return { initiator_id: actor.id, initiator_name: actor.name, initiator_email: actor.email };
}

/** The target's part of an act upon a user. */
export function upon(user: Actor): Pick<Act, 'target_id' | 'target_name' | 'target_email'> {
  return { target_id: user.id, target_name: user.name, target_email: user.email };
}

/** What every act upon a peer carries. */
export function peerMeta(peer: Peer): Meta {
  return {
    created_at: peer.createdAt,
    fqdn: fqdnOf(peer),
    ip: peer.ip,
    ipv6: peer.ipv6,
    location_city_name: peer.place.city,
    location_connection_ip: peer.connectionIp,
    location_country_code: peer.place.country,
    location_geo_name_id: peer.place.geoNameId,
    name: peer.name,
  };
}

export function fqdnOf(peer: Peer): string {
  const label = peer.name
    .normalize('NFD')
    .replace(/[^A-Za-z0-9-]/g, '')
    .toLowerCase();
  return `${label}.netbird.selfhosted`;
}

/** Letters that do not fall apart into a base letter and its mark. */
const PLAIN: Readonly<Record<string, string>> = { ß: 'ss', Ł: 'L', ł: 'l', ı: 'i', ø: 'o' };

/** `Łukasz Wójcik` → `lukasz.wojcik`; "" where nothing of a name is Latin. */
function mailboxOf(name: string): string {
  const plain = name.replace(/[ßŁłıø]/g, (letter) => PLAIN[letter] ?? '').normalize('NFD');
  const latin = plain.replace(/[^A-Za-z0-9 ]/g, '').trim();
  return latin.toLowerCase().replace(/ +/g, '.');
}
