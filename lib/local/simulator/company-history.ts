import type { Act } from './audit-log.ts';
import { POLICIES, SERVERS } from './cast.ts';
import { by, Company, type Thing } from './company.ts';
import { nextHappening } from './happenings.ts';
import { joins } from './happenings-peers.ts';
import { joiner, serviceUserActs } from './happenings-people.ts';
import { createRandom } from './random.ts';

const DAY_MS = 86_400_000;
/** So that the 10,000 events that a server shows are about a month. */
const EVENTS_A_DAY = 10_000 / 30;
/** A history of so many events or more begins with the company's founding. */
const FOUNDING_FROM = 400;
/** The newest event is at least this old, so that none of its kind lies in the future. */
const NEWEST_MS = 1000;
/** How much less happens at night and at weekends. */
const QUIET = 0.06;

/** Invents what a company does, in the order in which it does it. */
export interface CompanyHistory {
  /** As it is after what has happened. */
  readonly company: Company;
  /** `events` acts up to `until`, oldest first, with their times. Only once, and before `next`. */
  history(events: number, until: Date): Act[];
  /** What happens next, at a given time: one act, or a few that belong together. */
  next(at: Date): Act[];
}

/** The same seed invents the same company. */
export function createCompanyHistory(seed: number): CompanyHistory {
  const company = new Company(seed);
  let turn = 0;
  const happen = (at: number): Act[] => {
    const due = company.takeDue(at);
    if (due) return due;
    company.now = at;
    const { acts, rare } = nextHappening(company, isWorkingTime(at), turn);
    if (rare) turn += 1;
    return acts;
  };
  const invent = (slots: readonly number[]): Act[] => {
    company.now = slots[0] ?? 0;
    const founding = found(company);
    const acts: Act[] = [];
    if (slots.length >= FOUNDING_FROM) {
      acts.push(...founding.map((act, n) => ({ ...act, timestamp: stamp(slots[n] ?? 0, 0, company) })));
    }
    while (acts.length < slots.length) {
      const happened = happen(slots[acts.length] ?? 0).slice(0, slots.length - acts.length);
      acts.push(...happened.map((act, n) => ({ ...act, timestamp: stamp(company.now, n, company) })));
    }
    return acts;
  };
  let founded = false;
  return {
    company,
    history: (events, until) => {
      founded = true;
      return invent(slotsUntil(until.getTime(), events, seed)).sort(byTime);
    },
    next: (at) => {
      if (!founded) found(company);
      founded = true;
      company.now = at.getTime();
      for (let tries = 0; tries < 10; tries += 1) {
        const acts = happen(at.getTime());
        if (acts.length > 0) return acts;
      }
      return [];
    },
  };
}

/** Everything that a new company sets up, without times. */
function found(company: Company): Act[] {
  const { owner, ids } = company;
  const mine = by(owner);
  const token = { is_service_user: false, name: 'setup-token', user_name: '' };
  const setupKeys = ['servers', 'ci'].map((name): Thing => {
    return { id: ids.xid(), name, meta: { key: `${company.random.hex(5).toUpperCase()}****`, name, type: 'reusable' } };
  });
  company.keys.push(...setupKeys);
  const policies = POLICIES.map((name): Thing => ({ id: ids.xid(), name, meta: { name } }));
  company.things.set('policy', policies);
  const made = (activity_code: string) => {
    return (thing: Thing): Act => ({ ...mine, activity_code, target_id: thing.id, meta: thing.meta });
  };
  return [
    { ...mine, activity_code: 'account.create', target_id: company.accountId },
    { ...mine, activity_code: 'personal.access.token.create', target_id: owner.id, meta: token },
    ...serviceUserActs(owner, company.terraform, 'nightly'),
    ...serviceUserActs(owner, { id: ids.uuid(), name: 'netbird-alerts', email: '' }, 'alerts'),
    ...company.foundGroups().map(made('group.add')),
    ...setupKeys.map(made('setupkey.add')),
    ...SERVERS.map((name, n) => joins(company, `${name}-${String(n + 1).padStart(2, '0')}`, 'servers').act),
    ...Array.from({ length: 11 }, () => joiner(company)).flat(),
    ...policies.map(made('policy.add')),
  ];
}

/** When events happen: mostly on working days. Oldest first. */
function slotsUntil(until: number, events: number, seed: number): number[] {
  const random = createRandom(seed ^ 0x5eed);
  const span = Math.max((events / EVENTS_A_DAY) * DAY_MS, 60_000);
  const slots: number[] = [];
  while (slots.length < events) {
    const at = Math.floor(until - NEWEST_MS - random.next() * span);
    if (random.next() < (isWorkingTime(at) ? 1 : QUIET)) slots.push(at);
  }
  return slots.sort((a, b) => a - b);
}

function isWorkingTime(at: number): boolean {
  const date = new Date(at);
  const [day, hour] = [date.getUTCDay(), date.getUTCHours()];
  return day >= 1 && day <= 5 && hour >= 6 && hour < 17;
}

/** Acts of one happening are written within milliseconds of each other. */
function stamp(at: number, place: number, company: Company): string {
  const millis = at + place * 4 + company.random.int(0, 2);
  const nanos = String(company.random.int(0, 999_999)).padStart(6, '0');
  return `${new Date(millis).toISOString().slice(0, -1)}${nanos}Z`;
}

function byTime(a: Act, b: Act): number {
  const [left, right] = [a.timestamp ?? '', b.timestamp ?? ''];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
