import type { Company, Peer, Thing } from '../company.ts';
import { createRandom, type Random } from '../random.ts';
import { always, daily, flowsOf, type Habit, HOUR_MS, officeHours, shownRows } from './habits.ts';
import type { TrafficPeer, TrafficResource } from './network.ts';
import type { ShownRow } from './traffic-log.ts';

const WINDOW_MS = 300_000;
const SERVICES = [443, 22, 445, 5432, 3389];
const NO_POLICY: Thing = { id: '', name: '', meta: {} };

/** Invents what an invented company's machines send to each other, hour by hour. */
export interface CompanyTraffic {
  /** Rows of the whole hours that begin before `until` and were not asked for before. Epoch milliseconds. */
  upTo(until: number): ShownRow[];
}

/** From an hour on. Machines take part as long as the company has them; the same seed and company give the same. */
export function createCompanyTraffic(company: Company, from: number, seed: number): CompanyTraffic {
  const random = createRandom(seed ^ 0x7aff1c);
  let next = Math.floor(from / HOUR_MS) * HOUR_MS;
  return {
    upTo: (until) => {
      const rows: ShownRow[] = [];
      for (; next < until; next += HOUR_MS) {
        const flows = flowsOf(habitsOf(company), next, next + HOUR_MS, random);
        rows.push(...shownRows(flows, WINDOW_MS, random, company.ids.uuid));
      }
      return rows;
    },
  };
}

/** Every laptop works with two servers and the internet, every server with one; the first of them takes the backup. */
function habitsOf(company: Company): Habit[] {
  const servers = company.peers.filter(({ owner, name }) => !owner && !name.startsWith('runner-')).map(machineOf);
  const [first] = servers;
  if (!first) return [];
  const policies = company.things.get('policy') ?? [];
  return company.peers.flatMap((peer): Habit[] => {
    const source = machineOf(peer);
    const own = createRandom(seedOf(peer.id));
    const policy = policies.length > 0 ? own.pick(policies) : NO_POLICY;
    if (peer.owner) return laptopHabits(source, servers, first, policy, own);
    const others = servers.filter(({ id }) => id !== peer.id);
    if (peer.name.startsWith('runner-') || others.length === 0) return [];
    const common = { source, policy, upload: 0.5, spread: 0.3 };
    return [
      { ...common, destination: own.pick(others), port: 5432, busiest: own.int(2, 60) * 1e6, rhythm: always },
      ...(peer.id === first.id
        ? []
        : [
            {
              ...common,
              destination: first,
              port: 873,
              upload: 0.99,
              busiest: own.int(1, 30) * 1e9,
              rhythm: daily(own.int(0, 4)),
            },
          ]),
    ];
  });
}

function laptopHabits(
  source: TrafficPeer,
  servers: readonly TrafficPeer[],
  router: TrafficPeer,
  policy: Thing,
  own: Random,
): Habit[] {
  const common = { source, policy, rhythm: officeHours, upload: 0.12, spread: 0.7 };
  const internet: TrafficResource = {
    id: 'internet',
    name: 'internet',
    ip: '198.51.100.23',
    type: 'ROUTE',
    city: '',
    country: '',
    router,
  };
  return [
    { ...common, destination: own.pick(servers), port: own.pick(SERVICES), busiest: own.int(5, 120) * 1e6 },
    {
      ...common,
      destination: own.pick(servers),
      port: own.pick(SERVICES),
      busiest: own.int(1, 30) * 1e6,
      v6: own.int(1, 3) === 1,
      oneHourIn: 2,
    },
    { ...common, destination: internet, port: 443, busiest: own.int(1, 50) * 1e6, oneHourIn: 3 },
  ];
}

/** Every third server is on a kernel that does not count, every fifth laptop has an old client. */
function machineOf({ id, name, ip, ipv6, place, owner }: Peer): TrafficPeer {
  const number = seedOf(id);
  const common = { id, name, ip, ipv6, city: place.city, country: place.country, reports: true };
  if (!owner) return { ...common, os: 'Ubuntu 24.04', filter: 'kernel', counts: number % 3 !== 0, legacy: false };
  const user = { id: owner.id, email: owner.email, name: owner.name };
  return { ...common, user, os: 'Windows 11', filter: 'userspace', counts: true, legacy: number % 5 === 0 };
}

function seedOf(id: string): number {
  let seed = 7;
  for (const letter of id) seed = (Math.imul(seed, 31) + letter.charCodeAt(0)) >>> 0;
  return seed;
}
