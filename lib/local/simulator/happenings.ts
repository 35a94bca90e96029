import type { Act } from './audit-log.ts';
import { by, type Company } from './company.ts';
import type { Common, Happening } from './happening.ts';
import { CONFIGURATION } from './happenings-configuration.ts';
import { PEERS } from './happenings-peers.ts';
import { PEOPLE_COME_AND_GO } from './happenings-people.ts';

const COMMON: readonly Common[] = [
  ...PEERS.common,
  ...PEOPLE_COME_AND_GO.common,
  { weight: 8, always: true, happens: (company) => [policyRun(company)] },
];

/** Each in its turn, so that a long history has seen them all. */
const RARE: readonly Happening[] = [...PEERS.rare, ...PEOPLE_COME_AND_GO.rare, ...CONFIGURATION];

/** One in so many happenings is a rare one. */
const RARE_ONE_IN = 12;

/** What happens next; `turn` counts the rare ones. */
export function nextHappening(company: Company, working: boolean, turn: number): { acts: Act[]; rare: boolean } {
  if (working && company.random.int(1, RARE_ONE_IN) === 1) {
    return { acts: RARE[turn % RARE.length]?.(company) ?? [], rare: true };
  }
  const candidates = COMMON.filter((common) => working || common.always);
  let left = company.random.next() * candidates.reduce((sum, { weight }) => sum + weight, 0);
  const chosen = candidates.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return { acts: chosen?.happens(company) ?? [], rare: false };
}

/** Infrastructure as code applies itself, whether anything changed or not. */
function policyRun(company: Company): Act {
  const policy = company.random.pick(company.things.get('policy') ?? []);
  return {
    ...by(company.terraform),
    activity_code: 'policy.update',
    target_id: policy.id,
    meta: { name: policy.name },
  };
}
