/**
 * Traffic volumes of a made-up network, with attacks whose place is known: for measuring detectors. Seven kinds of
 * peers, a zone with daylight saving, heavy-tailed noise, holidays, new peers, gaps and shifts. Seeded.
 */
import { Random } from './random.ts';
import { type Attack, attackOf } from './volume-attacks.ts';
import { KINDS, type Kind } from './volume-kinds.ts';

/** An external generator gives the same shape: `generate({ seed, n, days, bucketMin })`. */
export interface VolumeSeries {
  readonly id: number;
  readonly kind: string;
  /** Seconds at which buckets start; a bucket that nobody saw is not there. */
  readonly t: readonly number[];
  /** Bytes per bucket. */
  readonly v: readonly number[];
  readonly anomalies: readonly Span[];
  /** What is unusual and nobody's fault: `levelshift`. */
  readonly benign: readonly Span[];
  /** The first bucket of the series, and of the network. */
  readonly born: number;
  readonly T0: number;
}

export interface Span {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

export interface VolumeSettings {
  readonly seed: number;
  /** Series. */
  readonly n: number;
  readonly days?: number;
  /** Minutes of a bucket. */
  readonly bucketMin?: number;
  readonly anomalies?: boolean;
}

/** A Monday; daylight saving begins in Berlin on day 41. */
const START = Date.UTC(2025, 1, 17) / 1000;
const DST_DAY = 41;
const OFFSETS = [0, 0, 0, -6, 5.5, 9];

export interface World {
  readonly random: Random;
  readonly days: number;
  /** Buckets in an hour. */
  readonly perHour: number;
  readonly holidays: ReadonlySet<number>;
}

/** Series with attacks (unless asked otherwise) in about 60 % of them, after day 28. */
export function generate(settings: VolumeSettings): VolumeSeries[] {
  const { seed, n, days = 70, bucketMin = 60, anomalies = true } = settings;
  const random = new Random(seed * 2_654_435_761);
  const holidays = new Set([random.below(days), random.below(days), 30 + random.below(20)]);
  const world: World = { random, days, perHour: 60 / bucketMin, holidays };
  return Array.from({ length: n }, (_, id) => series(id, world, anomalies));
}

function series(id: number, world: World, withAttack: boolean): VolumeSeries {
  const { random, perHour, days } = world;
  const kind = pickKind(random);
  const hourOf = localHours(world);
  const volumes = sampled(kind, hourOf, world);
  const shift = shifted(kind, volumes, world);
  const attack = withAttack && random.chance(0.6) ? attackOf(kind, volumes, hourOf, world) : undefined;
  const isNew = attack?.type === 'newpeer' || (!attack && random.chance(0.12));
  const born = isNew ? (attack?.from ?? Math.floor((18 + random.next() * 35) * 24 * perHour)) : 0;
  const gap = gapOf(world, attack);
  const t: number[] = [];
  const v: number[] = [];
  for (let index = born; index < days * 24 * perHour; index++) {
    if (index >= gap.from && index < gap.to) continue;
    t.push(timeOf(index, perHour));
    v.push(Math.round(volumes[index] ?? 0));
  }
  return {
    id,
    kind: kind.name,
    t,
    v,
    anomalies: spansOf(attack, perHour),
    benign: spansOf(shift, perHour),
    born: timeOf(born, perHour),
    T0: START,
  };
}

function spansOf(attack: Attack | undefined, perHour: number): Span[] {
  if (!attack) return [];
  const { type, from, to } = attack;
  return [{ type, start: timeOf(from, perHour), end: timeOf(to, perHour) }];
}

function timeOf(index: number, perHour: number): number {
  return START + (index * 3600) / perHour;
}

function pickKind(random: Random): Kind {
  let at = random.next();
  for (const kind of KINDS) {
    if (at < kind.share) return kind;
    at -= kind.share;
  }
  return KINDS[0] as Kind;
}

/** Hours from the start, by the wall clock of where the series lives. */
function localHours({ random, perHour }: World): (index: number) => number {
  const offset = random.pick(OFFSETS);
  const observesDst = offset === 0;
  return (index) => {
    const hours = index / perHour + 1 + offset;
    return hours + (observesDst && index / perHour >= DST_DAY * 24 + 1 ? 1 : 0);
  };
}

function sampled(kind: Kind, hourOf: (index: number) => number, world: World): Float64Array {
  const { random, days, perHour, holidays } = world;
  const sample = kind.sampler(random, perHour);
  const awayFrom = random.below(days);
  const away = random.chance(0.35) ? 3 + random.below(10) : 0;
  const growth = random.chance(0.3) ? random.next() * 0.006 : 0;
  const volumes = new Float64Array(days * 24 * perHour);
  for (let index = 0; index < volumes.length; index++) {
    const hours = hourOf(index);
    const day = Math.floor(hours / 24);
    const isOff = kind.isPerson && (holidays.has(day) || (day >= awayFrom && day < awayFrom + away));
    const volume = sample({ hour: hours - day * 24, day, weekday: ((day % 7) + 7) % 7, isOff });
    volumes[index] = (volume / perHour) * (1 + growth) ** day;
  }
  return volumes;
}

/** A permanent change of level of some series that are no person's. */
function shifted(kind: Kind, volumes: Float64Array, { random, days, perHour }: World): Attack | undefined {
  if (kind.isPerson || !random.chance(0.12)) return undefined;
  const from = Math.floor((22 + random.next() * (days - 36)) * 24 * perHour);
  const times = random.chance(0.3) ? 0.4 : 1.8 + random.next() * 2.5;
  for (let index = from; index < volumes.length; index++) volumes[index] = (volumes[index] ?? 0) * times;
  return { type: 'levelshift', from, to: from + 72 * perHour };
}

/** Hours in which the collector saw nothing; never around an attack. */
function gapOf({ random, days, perHour }: World, attack: Attack | undefined): { from: number; to: number } {
  const from = Math.floor(random.next() * days * 24 * perHour);
  const to = from + Math.ceil((1 + random.next() * 14) * perHour);
  const isNear = attack && from < attack.to + 24 * perHour && to > attack.from - 24 * perHour;
  return isNear || random.chance(0.4) ? { from: 0, to: 0 } : { from, to };
}
