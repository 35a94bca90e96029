import { ACTIVITY_CODES } from '../../lib/model/catalogue/activity-codes.ts';
import type { RuleFile } from '../../lib/sigma/index.ts';
import { COUNTRIES, DOMAINS, ROLES, WORDS, type World } from '../support/generate-events.ts';
import { Random } from '../support/random.ts';

type Selection = Record<string, unknown>;
type Maker = (world: World, random: Random, lexicon: readonly string[]) => Selection;

/**
 * Rules as large sets hold them: each looks for something definite, most events match few of 10,000. Nine words in ten
 * occur in no event, as the names of tools and campaigns in public rules do.
 */
export function benchRules(world: World, count: number, seed: number): RuleFile[] {
  const random = new Random(seed);
  const lexicon = [...WORDS, ...Array.from({ length: WORDS.length * 200 }, () => word(random))];
  return Array.from({ length: count }, (_, index) => {
    const service = random.chance(0.5) ? 'audit' : 'traffic';
    const detection = benchDetection(world, random, lexicon, service);
    const name = `generated_${index}`;
    const rule = {
      title: name,
      name,
      status: 'test',
      level: 'medium',
      logsource: { product: 'netbird', service },
      detection,
    };
    return { file: `${name}.yml`, text: JSON.stringify(rule) };
  });
}

function benchDetection(
  world: World,
  random: Random,
  lexicon: readonly string[],
  service: 'audit' | 'traffic',
): Selection {
  const [sharp, broad] = service === 'audit' ? [SHARP_AUDIT, BROAD_AUDIT] : [SHARP_TRAFFIC, BROAD_TRAFFIC];
  const make = (makers: readonly Maker[]): Selection => random.pick(makers)(world, random, lexicon);
  const selection = { ...(random.chance(0.7) ? make(broad) : {}), ...make(sharp) };
  if (random.chance(0.6)) return { selection, condition: 'selection' };
  return { selection, filter: make(broad), condition: 'selection and not filter' };
}

function word(random: Random): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  return Array.from({ length: 5 + random.below(8) }, () => letters[random.below(26)]).join('');
}

const SHARP_AUDIT: readonly Maker[] = [
  (world, random) => ({ activity_code: random.pick(ACTIVITY_CODES), initiator_id: random.pick(world.users).id }),
  (world, random) => ({ activity_code: random.some(ACTIVITY_CODES, 2, 5), target_id: random.pick(world.peers).id }),
  (_, random, lexicon) => ({ 'meta.name|contains': random.some(lexicon, 1, 5) }),
  (_, random, lexicon) => ({ 'meta.fqdn|startswith': `${random.pick(lexicon)}-${random.pick(WORDS)}` }),
  (_, random, lexicon) => ({ 'initiator_email|contains': random.some(lexicon, 1, 3) }),
  (_, random) => ({ 'meta.ip|cidr': `100.${64 + random.below(64)}.${random.below(256)}.0/24` }),
  (world, random) => ({ activity_code: 'route.add', 'meta.network_range': random.some(world.ranges, 1, 3) }),
  (_, random, lexicon) => ({ 'meta.name|re': `^${random.pick(lexicon)}-[a-z]+-\\d+$` }),
];
const BROAD_AUDIT: readonly Maker[] = [
  (_, random) => ({ activity_code: random.some(ACTIVITY_CODES, 1, 8) }),
  (_, random) => ({ 'activity_code|startswith': `${random.pick(ACTIVITY_CODES).split('.')[0]}.` }),
  (_, random) => ({ 'initiator_email|endswith': `@${random.pick(DOMAINS)}` }),
  () => ({ initiator_id: 'sys' }),
  (_, random) => ({ 'meta.role': random.some(ROLES, 1, 2) }),
  (_, random) => ({ 'meta.location_country_code': random.some(COUNTRIES, 1, 3) }),
];

const SHARP_TRAFFIC: readonly Maker[] = [
  (world, random) => ({ 'source.id': random.pick(world.peers).id, 'destination.id': random.pick(world.peers).id }),
  (_, random, lexicon) => ({ 'source.name|contains': random.some(lexicon, 1, 4) }),
  (_, random, lexicon) => ({ 'destination.dns_label|contains': random.some(lexicon, 1, 3) }),
  (_, random) => ({ 'destination.address|endswith': `:${10_000 + random.below(50_000)}` }),
  (world, random) => ({
    'user.email': random.some(world.users, 1, 3).map(({ email }) => email),
    'destination.os': 'Windows',
  }),
  (world, random, lexicon) => ({
    'policy.name': random.chance(0.3) ? random.pick(world.groups) : random.pick(lexicon),
    'tx_bytes|gt': 5e8 + random.below(1e9),
  }),
  (_, random, lexicon) => ({ 'destination.dns_label|re': `${random.pick(lexicon)}-\\d+\\.netbird` }),
  (world, random) => ({ reporter_id: random.pick(world.peers).id, 'rx_bytes|gte': random.below(2e9) }),
];
const BROAD_TRAFFIC: readonly Maker[] = [
  (_, random) => ({ protocol: random.pick([1, 6, 17]) }),
  (_, random) => ({ direction: random.pick(['INGRESS', 'EGRESS']) }),
  (_, random) => ({ 'destination.address|endswith': `:${random.pick([22, 53, 80, 443, 445, 3389])}` }),
  (_, random) => ({ 'num_of_drops|gt': random.below(40) }),
  () => ({ 'reporter_id|fieldref': 'source.id' }),
  (_, random) => ({ 'source.geo_location.country_code': random.some(COUNTRIES, 1, 3) }),
];
