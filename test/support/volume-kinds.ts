/** Kinds of peers, each with its own rhythm and noise. */
import type { Random } from './random.ts';

export interface Kind {
  readonly name: string;
  /** Of all series; the shares sum to 1. */
  readonly share: number;
  /** Goes on holiday. */
  readonly isPerson: boolean;
  /** Never falls silent by itself. */
  readonly isSteady: boolean;
  /** Bytes an hour at a time. Keeps state: to be asked in order. */
  readonly sampler: (random: Random, perHour: number) => (clock: Clock) => number;
}

export interface Clock {
  /** Hour of the local day, with fractions. */
  readonly hour: number;
  readonly day: number;
  /** 0 Monday … 6 Sunday. */
  readonly weekday: number;
  /** Holiday or away. */
  readonly isOff: boolean;
}

const MB = 1_000_000;

export const KINDS: readonly Kind[] = [
  { name: 'laptop', share: 0.35, isPerson: true, isSteady: false, sampler: laptop },
  { name: 'shift', share: 0.1, isPerson: true, isSteady: false, sampler: shiftWorker },
  { name: 'runner', share: 0.12, isPerson: false, isSteady: false, sampler: runner },
  { name: 'replica', share: 0.15, isPerson: false, isSteady: true, sampler: replica },
  { name: 'cron', share: 0.1, isPerson: false, isSteady: false, sampler: cron },
  { name: 'camera', share: 0.12, isPerson: false, isSteady: true, sampler: camera },
  { name: 'occasional', share: 0.06, isPerson: false, isSteady: false, sampler: occasional },
];

/** Standard normal. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(random.next() + 1e-12)) * Math.cos(2 * Math.PI * random.next());
}

/** Student's t with 5 degrees of freedom, of variance 1: outliers that a lognormal does not have. */
function heavy(random: Random): number {
  let squares = 0;
  for (let index = 0; index < 5; index++) squares += normal(random) ** 2;
  return (normal(random) / Math.sqrt(squares / 5)) * Math.sqrt(3 / 5);
}

function level(random: Random, megabytes: number, spread: number): number {
  return megabytes * MB * Math.exp(normal(random) * spread);
}

/** Correlated over hours, whatever the bucket. */
function correlated(random: Random, perHour: number, memory: number, draw: (random: Random) => number): () => number {
  const keep = memory ** (1 / perHour);
  let at = 0;
  return () => {
    at = keep * at + Math.sqrt(1 - keep * keep) * draw(random);
    return at;
  };
}

/** A sum of `count` exponentials over its mean: noise without a normal's symmetry. */
function gamma(random: Random, count: number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum -= Math.log(1 - random.next());
  return sum / count;
}

function within(hour: number, from: number, to: number): boolean {
  return from < to ? hour >= from && hour < to : hour >= from || hour < to;
}

/** Comes and goes in sessions during working hours, sometimes in the evening; calls; rare big downloads. */
function laptop(random: Random, perHour: number): (clock: Clock) => number {
  const base = level(random, 90, 0.9);
  const [from, to] = [7 + random.next() * 3, 15.5 + random.next() * 4];
  const evenings = random.next() * 0.25;
  const noise = correlated(random, perHour, 0.4, normal);
  let isOn = false;
  let download = 0;
  const presence = ({ hour, weekday, isOff }: Clock): number => {
    if (isOff) return 0.015;
    if (weekday < 5 && within(hour, from, to)) return 0.88;
    return within(hour, 19, 23.5) ? evenings : 0.015;
  };
  const burst = (): number => (download > 0 ? base * Math.min(10, (1 - random.next()) ** (-1 / 1.8)) : 0);
  return (clock) => {
    if (random.chance(0.55 / perHour + 0.2)) isOn = random.chance(presence(clock));
    download = Math.max(0, download - 1);
    if (isOn && random.chance(0.004 / perHour)) download = Math.ceil(perHour * random.next());
    if (!isOn) return random.chance(0.04) ? base * 0.01 : 0;
    const call = random.chance(0.15) ? 1.5 : 0;
    return base * (Math.exp(0.7 * noise() - 0.25) + call) + burst();
  };
}

/** Nights in one week, days in the next. */
function shiftWorker(random: Random, perHour: number): (clock: Clock) => number {
  const base = level(random, 60, 0.7);
  const noise = correlated(random, perHour, 0.5, heavy);
  const rest = random.below(7);
  return ({ hour, day, weekday, isOff }) => {
    const isNight = Math.floor(day / 7) % 2 === 0;
    const isWork = isNight ? within(hour, 22, 6) : within(hour, 6, 14);
    if (isOff || weekday === rest || !isWork) return random.chance(0.05) ? base * 0.02 : 0;
    return base * Math.exp(0.6 * noise() - 0.2);
  };
}

/** Jobs arrive at random, most in working hours; their sizes vary by orders of magnitude. */
function runner(random: Random, perHour: number): (clock: Clock) => number {
  const job = level(random, 40, 0.8);
  const rate = 0.5 + random.next() * 4;
  return ({ hour, weekday }) => {
    const busy = (weekday < 5 ? 1 : 0.2) * (0.15 + Math.exp(-(((hour - 14) / 4) ** 2)));
    const mean = (rate * busy) / perHour;
    let [jobs, left] = [0, Math.exp(-mean)];
    for (let at = random.next(); at > left && jobs < 40; at *= random.next()) jobs++;
    let sum = 0;
    for (let index = 0; index < jobs; index++) sum += job * Math.exp(1.1 * normal(random) - 0.6);
    return sum * perHour;
  };
}

/** Follows the sun, with a full copy in one night of the week. */
function replica(random: Random, perHour: number): (clock: Clock) => number {
  const base = level(random, 500, 0.8);
  const [depth, peak, copyDay, copyHour] = [
    0.3 + random.next() * 0.5,
    11 + random.next() * 6,
    random.below(7),
    random.below(6),
  ];
  const copy = random.chance(0.5) ? 3 + random.next() * 6 : 0;
  const noise = correlated(random, perHour, 0.8, heavy);
  return ({ hour, weekday }) => {
    const sun = 1 + depth * Math.cos(((hour - peak) / 12) * Math.PI);
    const isCopy = weekday === copyDay && Math.floor(hour) === copyHour;
    return base * (sun * (weekday > 4 ? 0.8 : 1) + (isCopy ? copy : 0)) * Math.exp(0.25 * noise());
  };
}

/** The same job every few hours, and next to nothing between. */
function cron(random: Random, perHour: number): (clock: Clock) => number {
  const [base, every, phase] = [level(random, 400, 1), random.pick([3, 4, 6, 8, 12, 24]), random.below(24)];
  const grows = random.chance(0.3) ? 0.01 : 0;
  return ({ hour, day }) => {
    const isRun = Math.floor(hour - phase + 24) % every === 0;
    if (!isRun) return base * 0.002 * gamma(random, 2);
    return random.chance(0.02 / perHour) ? 0 : base * (1 + grows * (day % 30)) * (0.4 + 0.6 * gamma(random, 8));
  };
}

/** Streams day and night, more by day; drifts with the weather. */
function camera(random: Random, perHour: number): (clock: Clock) => number {
  const base = level(random, 700, 0.6);
  const weather = correlated(random, perHour, 0.985, normal);
  return ({ hour }) => {
    const light = within(hour, 6.5, 19) ? 1 : 0.55;
    return base * light * Math.exp(0.15 * weather()) * (0.85 + 0.15 * gamma(random, 6));
  };
}

/** A device that somebody uses now and then. */
function occasional(random: Random, perHour: number): (clock: Clock) => number {
  const base = level(random, 30, 1);
  const rate = (0.01 + random.next() * 0.05) / perHour;
  let left = 0;
  return ({ hour }) => {
    if (left === 0 && within(hour, 6, 23) && random.chance(rate)) left = perHour * (1 + random.below(3));
    if (left === 0) return 0;
    left--;
    return base * gamma(random, 2);
  };
}
