import type { Act } from './audit-log.ts';
import { PLACES } from './cast.ts';
import { type Actor, by, Company, type Meta, type Peer, peerMeta, type Thing, upon } from './company.ts';
import { joins } from './happenings-peers.ts';
import { serviceUserActs } from './happenings-people.ts';

const [BERLIN, , LYON, OSAKA] = PLACES;

/** An event of the story; `late`: it gets its id and time in its act and is shown only with the next one. */
export type StoryEvent = Act & { readonly late?: true };

/** The machines of the story. */
const SERVERS = ['erp', 'files', 'vault', 'backup', 'gw-berlin', 'gw-lyon', 'build'] as const;
const ROUTES = ['berlin', 'lyon', 'osaka', 'porto', 'warehouse', 'lab'] as const;

/** Who and what the story is about. Writes down what they do on one day. */
export class DemoCompany {
  readonly company: Company;
  readonly anna: Actor;
  readonly tom: Actor;
  readonly priya: Actor;
  readonly jurgen: Actor;
  readonly maja: Actor;
  readonly lukasz: Actor;
  readonly backupAgent: Actor;
  readonly laptops = new Map<Actor, Peer>();
  readonly servers = new Map<string, Peer>();
  readonly routes: Thing[] = [];
  readonly policies: Thing[] = [];
  readonly headquarters: Thing;
  readonly temporaryPolicy: Thing;
  readonly temporaryKey: Thing;
  /** Build machines that are there now. */
  readonly runners: Peer[] = [];
  readonly #day: string;
  #stranger: ReturnType<typeof joins> | undefined;
  #events: StoryEvent[] = [];

  constructor(seed: number, day: string) {
    this.#day = day;
    this.company = new Company(seed, 'tidewater.example');
    const { company } = this;
    this.anna = company.owner;
    this.tom = company.hire();
    this.priya = company.hire();
    this.jurgen = company.hire();
    this.maja = company.hire();
    this.lukasz = company.hire();
    this.backupAgent = { id: company.ids.uuid(), name: 'backup-agent', email: '' };
    this.setTime('06:00:00', -21);
    this.headquarters = this.#thing('Headquarters', {});
    this.temporaryPolicy = this.#thing('all to all, temporary', {});
    this.temporaryKey = this.#thing('tmp', { key: '7C41A****', type: 'reusable' });
    company.keys.push(this.temporaryKey);
  }

  /** Sets the time of day for what is made next. */
  setTime(time: string, days = 0): void {
    this.company.now = Date.parse(`${this.#day}T${time}Z`) + days * 86_400_000;
  }

  /** Writes down that `act` happened at `time` (`12:44:01`), somewhere within that second. */
  tell(time: string, act: StoryEvent): void {
    this.tellAll(time, [act]);
  }

  /** One after the other, in this order; `days` after the story's own, or before. */
  tellAll(time: string, acts: readonly StoryEvent[], stepMs = 700, days = 0): void {
    this.setTime(time, days);
    this.company.now += this.company.random.int(20, 900);
    for (const act of acts) {
      this.#events.push({ ...act, timestamp: this.company.time() });
      this.company.now += stepMs;
    }
  }

  /** Build machines come one after the other. */
  tellRunners(time: string, count: number, stepMs: number, days = 0): void {
    this.setTime(time, days);
    for (let n = 0; n < count; n += 1) {
      const { peer, act } = joins(this.company, `runner-${this.company.random.hex(6)}`, 'ci');
      this.runners.push(peer);
      this.company.now += this.company.random.int(2, 9);
      this.#events.push({ ...act, timestamp: this.company.time() });
      this.company.now += stepMs;
    }
  }

  /** The last two exchange their times, but not their places: the server's rows land in any order. */
  swapLastTwo(): void {
    const [before, last] = this.#events.slice(-2);
    if (!before || !last) return;
    this.#events.splice(-2, 2, retimed(before, last), retimed(last, before));
  }

  /** What was written down since the last time. */
  takeEvents(): StoryEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Three weeks ago: how the network came to be. A first run learns the names from it. */
  found(): void {
    const { company, anna } = this;
    const keys = ['servers', 'ci'].map((name) =>
      this.#thing(name, { key: `${company.random.hex(5).toUpperCase()}****`, type: 'reusable' }),
    );
    company.keys.push(...keys);
    this.routes.push(...ROUTES.map((name, n) => this.#route(name, n)));
    this.policies.push(
      ...['engineering to servers', 'office to servers', 'contractors to erp'].map((name) => this.#thing(name, {})),
    );
    const made =
      (activity_code: string) =>
      (thing: Thing): Act => ({ ...by(anna), activity_code, target_id: thing.id, meta: thing.meta });
    const founding: Act[] = [
      { ...by(anna), activity_code: 'account.create', target_id: company.accountId },
      ...serviceUserActs(anna, company.terraform, 'nightly'),
      ...company.foundGroups().map(made('group.add')),
      ...keys.map(made('setupkey.add')),
      ...SERVERS.map((name) => this.#server(name)),
      ...[this.tom, this.priya, this.jurgen, this.lukasz].flatMap((person) => this.arrive(person)),
      ...this.arrive(anna).slice(-1),
      ...this.policies.map(made('policy.add')),
      ...this.routes.map(made('route.add')),
      ...this.network('create'),
    ];
    this.setTime('06:00:00', -21);
    for (const act of founding) {
      this.company.now += company.random.int(39_000, 43_000);
      this.#events.push({ ...act, timestamp: company.time() });
    }
  }

  /** An invitation, accepted, and the laptop that comes with it. */
  arrive(person: Actor): Act[] {
    const invite = { ...by(this.anna), activity_code: 'user.invite.link.create', target_id: this.company.ids.xid() };
    return [
      { ...invite, meta: { email: person.email } },
      { ...by(person), ...upon(person), activity_code: 'user.invite.link.accept', meta: { email: person.email } },
      this.#laptopJoins(person),
    ];
  }

  /** A first sign-in through the company's identity provider, and the laptop that comes with it. */
  join(person: Actor): Act[] {
    return [{ ...by(person), ...upon(person), activity_code: 'user.join' }, this.#laptopJoins(person)];
  }

  signIn(person: Actor, abroad = false): Act {
    const laptop = this.#laptopOf(person);
    const peer = abroad && OSAKA ? { ...laptop, place: OSAKA, connectionIp: `${OSAKA.net}.77` } : laptop;
    return { ...by(person), activity_code: 'user.peer.login', target_id: laptop.id, meta: peerMeta(peer) };
  }

  /** On or off; the log names the peer by its address. */
  ssh(actor: Actor, server: string, what: 'enable' | 'disable'): Act {
    const peer = this.server(server);
    return { ...by(actor), activity_code: `peer.ssh.${what}`, target_id: peer.ip, meta: peerMeta(peer) };
  }

  /** The newer way of routing: a network, its router and its two resources. */
  network(what: 'create' | 'delete', actor = this.anna): Act[] {
    const { id: network_id, name: network_name } = this.headquarters;
    const inside = { network_id, network_name };
    const resources = ['cameras', 'erp'].map((name, n): Act => {
      const meta = { ...inside, name, type: n === 0 ? 'subnet' : 'host' };
      return {
        ...by(actor),
        activity_code: `network.resource.${what}`,
        target_id: `${network_id.slice(0, -1)}${n + 1}`,
        meta,
      };
    });
    const router = { ...inside, peer: this.server('gw-berlin').id, peer_groups: null };
    const acts: Act[] = [
      { ...by(actor), activity_code: `network.${what}`, target_id: network_id, meta: { name: network_name } },
      ...resources,
      { ...by(actor), activity_code: `network.router.${what}`, target_id: `${network_id.slice(0, -1)}9`, meta: router },
    ];
    return what === 'create' ? acts : acts.reverse();
  }

  /** The machine that nobody knows. */
  stranger(): { peer: Peer; act: Act } {
    this.#stranger ??= joins(this.company, 'kali', this.temporaryKey.name);
    return this.#stranger;
  }

  server(name: string): Peer {
    const peer = this.servers.get(name);
    if (!peer) throw new RangeError(`the story has no machine called ${name}`);
    return peer;
  }

  #laptopJoins(person: Actor): Act {
    const name = `${person.email.split('.')[0] ?? ''}-laptop`;
    const laptop = this.company.addPeer(name, person, person === this.lukasz ? LYON : BERLIN);
    this.laptops.set(person, laptop);
    return { ...by(person), activity_code: 'peer.user.add', target_id: laptop.id, meta: peerMeta(laptop) };
  }

  #laptopOf(person: Actor): Peer {
    const laptop = this.laptops.get(person);
    if (!laptop) throw new RangeError(`${person.name} has no laptop yet`);
    return laptop;
  }

  #server(name: string): Act {
    const { peer, act } = joins(this.company, name, 'servers');
    this.servers.set(name, peer);
    return act;
  }

  #route(name: string, n: number): Thing {
    const peer_id = this.company.ids.xid();
    return this.#thing(name, { domains: '', network_range: `10.${n + 1}.0.0/16`, peer_groups: null, peer_id });
  }

  #thing(name: string, meta: Meta): Thing {
    return { id: this.company.ids.xid(), name, meta: { ...meta, name } };
  }
}

function retimed(event: StoryEvent, other: StoryEvent): StoryEvent {
  return other.timestamp === undefined ? event : { ...event, timestamp: other.timestamp };
}
