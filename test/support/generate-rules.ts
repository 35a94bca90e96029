import { ACTIVITY_CODES } from '../../lib/model/catalogue/activity-codes.ts';
import type { RuleFile } from '../../lib/sigma/index.ts';
import { COUNTRIES, DOMAINS, FIRST, LAST, ROLES, WORDS, type World } from './generate-events.ts';
import { Random } from './random.ts';

type Selection = Record<string, unknown>;
type Feed = 'audit' | 'traffic';

/** Rules as a team of detection engineers might write them, over the words that generated events are made of. */
export function generateRules(world: World, count: number, seed: number): RuleFile[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, index) => {
    const feed: Feed = random.chance(0.5) ? 'audit' : 'traffic';
    return { file: `rule-${index}.yml`, text: JSON.stringify(generateRule(world, random, feed, index)) };
  });
}

function generateRule(world: World, random: Random, feed: Feed, index: number): Record<string, unknown> {
  const makers = feed === 'audit' ? AUDIT : TRAFFIC;
  const select = (least: number, most: number): Selection =>
    Object.assign(
      {},
      ...Array.from({ length: least + random.below(most - least + 1) }, () => random.pick(makers)(world, random)),
    );
  const [detection, condition] = shape(random, select);
  return {
    title: `Generated ${index}`,
    name: `generated_${index}`,
    status: 'test',
    level: 'medium',
    logsource: { product: 'netbird', service: feed },
    detection: { ...detection, condition },
  };
}

function shape(random: Random, select: (least: number, most: number) => Selection): [Record<string, unknown>, string] {
  const kind = random.below(10);
  if (kind < 4) return [{ selection: select(1, 3) }, 'selection'];
  if (kind < 7) return [{ selection: select(1, 2), filter: select(1, 2) }, 'selection and not filter'];
  if (kind === 7) return [{ sel_a: select(1, 2), sel_b: select(1, 2) }, '1 of sel_*'];
  if (kind === 8)
    return [
      { sel: [select(1, 2), select(1, 2)], other: select(1, 1), filter: select(1, 1) },
      'sel and (other or not filter)',
    ];
  return [{ s1: select(1, 1), s2: select(1, 1), s3: select(1, 1), keep: select(1, 1) }, 'keep and 2 of s*'];
}

type Maker = (world: World, random: Random) => Selection;

const code: Maker = (_, random) => ({
  activity_code: random.chance(0.6) ? random.pick(ACTIVITY_CODES) : random.some(ACTIVITY_CODES, 2, 5),
});
const family: Maker = (_, random) => ({ 'activity_code|startswith': `${random.pick(ACTIVITY_CODES).split('.')[0]}.` });

const AUDIT: readonly Maker[] = [
  code,
  code,
  code,
  family,
  (world, random) => ({ initiator_id: random.chance(0.2) ? 'sys' : random.pick(world.users).id }),
  (world, random) => ({ initiator_email: random.some(world.users, 1, 4).map(({ email }) => email) }),
  (_, random) => ({ 'initiator_email|endswith': `@${random.pick(DOMAINS)}` }),
  (_, random) => ({ 'initiator_name|contains': random.pick([...FIRST, ...LAST]) }),
  (_, random) => ({ 'meta.name|contains': random.some(WORDS, 1, 3) }),
  (world, random) => ({ 'meta.name': random.pick([...world.groups, ...world.peers.map(({ name }) => name)]) }),
  (_, random) => ({ 'meta.fqdn|startswith': `${random.pick(WORDS)}-` }),
  (_, random) => ({ 'meta.fqdn': `*${random.pick(WORDS)}-?*.netbird.cloud` }),
  (_, random) => ({ 'meta.ip|cidr': `100.${64 + random.below(64)}.${random.below(256)}.0/${10 + random.below(15)}` }),
  (world, random) => ({ 'meta.network_range': random.pick(world.ranges) }),
  (_, random) => ({ 'meta.role': random.some(ROLES, 1, 2) }),
  (_, random) => ({ 'meta.location_country_code': random.some(COUNTRIES, 1, 2) }),
  (_, random) => ({ 'meta.name|re': `^${random.pick(WORDS)}-[a-z-]+-${random.below(10)}\\d*$` }),
  (_, random) => ({ 'meta.is_service_user': random.chance(0.5) }),
  (world, random) => ({ target_id: random.pick([...world.peers, ...world.users]).id }),
  (_, random) => ({ 'meta.location_connection_ip': random.chance(0.5) ? null : '' }),
];

const TRAFFIC: readonly Maker[] = [
  (world, random) => ({ 'source.id': random.pick(world.peers).id }),
  (world, random) => ({ 'destination.name': random.some(world.peers, 1, 3).map(({ name }) => name) }),
  (_, random) => ({ 'source.name|contains': random.some(WORDS, 1, 2) }),
  (_, random) => ({ 'destination.name|startswith': `${random.pick(WORDS)}-${random.pick(WORDS)}` }),
  (_, random) => ({ 'destination.address|endswith': `:${random.pick([22, 53, 80, 443, 445, 3389, 5432, 8080])}` }),
  (_, random) => ({ 'source.address|startswith': `100.${64 + random.below(64)}.` }),
  (_, random) => ({ protocol: random.pick([1, 6, 17]) }),
  (_, random) => ({ direction: random.pick(['INGRESS', 'EGRESS']) }),
  (_, random) => ({ 'tx_bytes|gt': Math.floor(random.next() * 2e9) }),
  (_, random) => ({ 'rx_bytes|gte': Math.floor(random.next() * 2e9), 'num_of_drops|lt': random.below(50) }),
  (_, random) => ({ 'user.email|endswith': `@${random.pick(DOMAINS)}` }),
  (world, random) => ({ 'user.email': random.pick(world.users).email }),
  (world, random) => ({ 'policy.name': random.some(world.groups, 1, 3) }),
  (_, random) => ({ 'destination.os': random.pick(['Linux', 'Windows', 'Darwin', 'Android']) }),
  (world, random) => ({ reporter_id: random.pick(world.peers).id }),
  () => ({ 'reporter_id|fieldref': 'source.id' }),
  (_, random) => ({ 'source.geo_location.country_code': random.some(COUNTRIES, 1, 2) }),
  (_, random) => ({ 'destination.dns_label|re': `${random.pick(WORDS)}-${random.pick(WORDS)}-\\d+\\.netbird` }),
];
