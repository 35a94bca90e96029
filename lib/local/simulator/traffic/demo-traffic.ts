import type { Actor, Peer, Thing } from '../company.ts';
import type { DemoCompany } from '../demo-company.ts';
import { createRandom, type Random } from '../random.ts';
import { always, daily, flowsOf, type Habit, HOUR_MS, officeHours, shownRows } from './habits.ts';
import type { Flow, TrafficPeer, TrafficResource } from './network.ts';
import type { ShownRow } from './traffic-log.ts';

/** Beside the story's day: what NetBird keeps at the first poll, and the week until the second. */
const DAYS_BEFORE = 14;
const DAY_MS = 24 * HOUR_MS;
const WINDOW_MS = 300_000;
/** What a laptop moves in a busy hour. */
const LAPTOP = 40e6;
/** A contractor's laptop copies the company's files to somewhere outside: bytes in each window. */
const THEFT = { from: '13:05', until: '13:50', bytes: 400e6 };
/** One row is shown hours later than it should be. */
const LATE_MS = 3 * HOUR_MS;

/** The traffic of the story's day and the two weeks before it: people in the office, servers, a large backup, and a theft. */
export function demoTraffic(story: DemoCompany, day: string, seed: number): ShownRow[] {
  const random = createRandom(seed ^ 0x7aff1c);
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const cast = new Cast(story);
  const usual = flowsOf(cast.habits(), midnight - DAYS_BEFORE * DAY_MS, midnight + 18 * HOUR_MS, random);
  const flows = [...usual, ...theft(cast, day, random)].sort((a, b) => a.startedAt - b.startedAt);
  const rows = shownRows(flows, WINDOW_MS, random, story.company.ids.uuid);
  const late = rows.findIndex(({ at }) => at > midnight + 9 * HOUR_MS);
  return rows.map((row, n) => (n === late ? { ...row, at: row.at + LATE_MS } : row));
}

function theft(cast: Cast, day: string, random: Random): Flow[] {
  const [from, until] = [THEFT.from, THEFT.until].map((time) => Date.parse(`${day}T${time}:00Z`));
  const flows: Flow[] = [];
  for (let at = from ?? 0; at < (until ?? 0); at += WINDOW_MS) {
    const sent = Math.round(THEFT.bytes * (0.9 + 0.2 * random.next()));
    flows.push({
      source: cast.laptop(cast.story.lukasz),
      destination: cast.outside,
      protocol: 6,
      sourcePort: random.int(32_768, 60_999),
      destinationPort: 443,
      startedAt: at + random.int(1000, 20_000),
      endedAt: at + WINDOW_MS - random.int(1000, 20_000),
      sent,
      received: Math.round(sent / 90),
      connections: 1,
      policy: cast.policy('contractors'),
    });
  }
  return flows;
}

/** Who talks to whom in the story. */
class Cast {
  readonly story: DemoCompany;
  readonly outside: TrafficResource;
  readonly #printers: TrafficResource;

  constructor(story: DemoCompany) {
    this.story = story;
    const lyon = this.#server('gw-lyon');
    this.outside = this.#resource('internet', '198.51.100.23', 'ROUTE', lyon);
    this.#printers = this.#resource('printers', '10.1.0.40', 'SUBNET_RESOURCE', this.#server('gw-berlin'));
  }

  /** An ordinary week. Builds run on a kernel that does not count, and one laptop has an old client. */
  habits(): Habit[] {
    const { story } = this;
    const office = { rhythm: officeHours, upload: 0.12, spread: 0.5, policy: this.policy('office') };
    const [erp, files, build] = [this.#server('erp'), this.#server('files'), this.#server('build')];
    const seldom = { ...office, oneHourIn: 3 };
    return [
      { ...office, source: this.laptop(story.lukasz), destination: erp, port: 443, busiest: LAPTOP },
      { ...seldom, source: this.laptop(story.lukasz), destination: this.outside, port: 443, busiest: LAPTOP / 2 },
      { ...seldom, source: this.laptop(story.anna), destination: erp, port: 443, busiest: LAPTOP },
      { ...seldom, source: this.laptop(story.tom), destination: files, port: 445, busiest: 2 * LAPTOP },
      { ...seldom, source: this.laptop(story.priya), destination: build, port: 22, busiest: LAPTOP / 2, v6: true },
      { ...seldom, source: this.laptop(story.jurgen), destination: files, port: 445, busiest: LAPTOP },
      {
        ...seldom,
        source: this.laptop(story.jurgen),
        destination: this.#printers,
        port: 9100,
        busiest: 4e6,
        upload: 0.98,
      },
      ...this.#machines(),
    ];
  }

  #machines(): Habit[] {
    const [erp, vault, backup] = [this.#server('erp'), this.#server('vault'), this.#server('backup')];
    const server = { upload: 0.5, spread: 0.2, policy: this.policy('engineering') };
    const copies = { source: this.#server('files'), destination: backup, port: 873, upload: 0.99, spread: 0.06 };
    return [
      { ...server, source: erp, destination: vault, port: 5432, busiest: 30e6, rhythm: always, oneHourIn: 2 },
      // Far more than the theft, and always at the same hours.
      { ...server, ...copies, busiest: 8e9, rhythm: daily(1) },
      { ...server, ...copies, busiest: 6e9, rhythm: daily(13) },
    ];
  }

  laptop(person: Actor): TrafficPeer {
    const peer = this.story.laptops.get(person);
    if (!peer) throw new RangeError(`${person.name} has no laptop`);
    const { id, name, email } = person;
    const isOld = person === this.story.jurgen;
    return {
      ...endOf(peer),
      user: { id, email, name },
      os: isOld ? 'Windows 10' : 'Darwin 24.6.0',
      filter: 'userspace',
      legacy: isOld,
    };
  }

  policy(name: string): Thing {
    const policy = this.story.policies.find((each) => each.name.startsWith(name));
    if (!policy) throw new RangeError(`the story has no policy for ${name}`);
    return policy;
  }

  #server(name: string): TrafficPeer {
    const isGateway = name.startsWith('gw-');
    const server = { ...endOf(this.story.server(name)), os: 'Ubuntu 24.04' };
    return {
      ...server,
      filter: isGateway ? 'userspace' : 'kernel',
      counts: name !== 'build',
      // The vault is in none of the groups whose traffic is logged.
      reports: name !== 'vault',
    };
  }

  #resource(name: string, ip: string, type: TrafficResource['type'], router: TrafficPeer): TrafficResource {
    return { id: this.story.company.ids.xid(), name, ip, type, city: '', country: '', router };
  }
}

function endOf(peer: Peer): Omit<TrafficPeer, 'os' | 'filter'> {
  const { id, name, ip, ipv6, place } = peer;
  return { id, name, ip, ipv6, city: place.city, country: place.country, counts: true, reports: true, legacy: false };
}
