import type { TrafficPeer, TrafficResource } from '../../lib/local/simulator/traffic/network.ts';
import { Random } from './random.ts';

export interface TrafficWorld {
  readonly peers: readonly TrafficPeer[];
  readonly resources: readonly TrafficResource[];
  readonly policies: readonly { readonly id: string; readonly name: string }[];
}

const ID_LETTERS = '0123456789abcdefghijklmnopqrstuv';

/**
 * Laptops with users (three of five peers; some old clients, one that does not report), servers (on the kernel's filter;
 * every second with its counters off), a backup server, two routing peers with resources behind them.
 */
export function makeTrafficWorld(seed: number, size = 20): TrafficWorld {
  const random = new Random(seed);
  const id = () => Array.from({ length: 20 }, () => ID_LETTERS[random.below(32)]).join('');
  const peers = Array.from({ length: Math.max(size, 5) }, (_, n) => makePeer(n, id()));
  const routers = peers.filter(({ name }) => name.startsWith('gw'));
  const kinds = ['HOST_RESOURCE', 'SUBNET_RESOURCE', 'DOMAIN_RESOURCE', 'ROUTE'] as const;
  const resources = Array.from({ length: 12 }, (_, n): TrafficResource => {
    const type = kinds[n % 4] ?? 'ROUTE';
    const router = routers[n % routers.length];
    if (!router) throw new RangeError('a world has routing peers');
    const ip = type === 'ROUTE' ? `198.51.100.${n + 1}` : n % 5 === 4 ? `2001:db8::${n}` : `10.${n}.0.${n + 7}`;
    return {
      id: id(),
      name: `${type.toLowerCase()}-${n}`,
      ip,
      type,
      router,
      city: '',
      country: n % 3 === 0 ? 'US' : 'DE',
    };
  });
  const policies = ['office to servers', 'servers to databases', 'all to internet'].map((name) => ({ id: id(), name }));
  return { peers, resources, policies };
}

type Kind = 'backup' | 'gw' | 'laptop' | 'server';

function kindOf(n: number): Kind {
  if (n === 0) return 'backup';
  if (n < 3) return 'gw';
  return n % 5 < 3 ? 'laptop' : 'server';
}

function makePeer(n: number, id: string): TrafficPeer {
  const kind = kindOf(n);
  const user = { id: `user-${n}`, email: `user-${n}@acme.example`, name: `Person ${n}` };
  return {
    id,
    name: `${kind}-${n}`,
    ip: `100.92.${Math.floor(n / 250)}.${(n % 250) + 2}`,
    ipv6: `fd3c:5a1e::${(n + 1).toString(16)}`,
    city: 'Berlin',
    country: 'DE',
    counts: !(kind === 'server' && n % 2 === 0),
    reports: n % 17 !== 5,
    ...(kind === 'laptop'
      ? { os: n % 2 === 0 ? 'Darwin 24.6' : 'Windows 11', user, filter: 'userspace', legacy: n % 10 === 1 }
      : { os: 'Debian GNU/Linux 12', filter: kind === 'gw' ? 'userspace' : 'kernel', legacy: false }),
  };
}
