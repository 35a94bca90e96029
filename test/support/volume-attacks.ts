/** What an attacker (or an outage) does to a series. */
import type { World } from './generate-volumes.ts';
import type { Random } from './random.ts';
import { type Kind, normal } from './volume-kinds.ts';

export interface Attack {
  readonly type: string;
  /** Indices of buckets; `to` is the first after it. */
  readonly from: number;
  readonly to: number;
}

type Shape = (volumes: Float64Array, at: Place, world: World) => Attack;

interface Place {
  /** The index at which a local day, after day 28, begins. */
  readonly day: number;
  /** What the series holds in a busy hour. */
  readonly busy: number;
}

const GB = 1_000_000_000;

const SHAPES: Readonly<Record<string, Shape>> = { exfil, night, drop, ramp, newpeer };

/** Changes `volumes` and says where. */
export function attackOf(kind: Kind, volumes: Float64Array, hourOf: (index: number) => number, world: World): Attack {
  const { random, perHour, days } = world;
  const names = kind.isSteady
    ? ['exfil', 'drop', 'drop', 'ramp', 'newpeer']
    : kind.isPerson
      ? ['exfil', 'exfil', 'night', 'night', 'ramp', 'newpeer']
      : ['exfil', 'exfil', 'newpeer'];
  const guess = (29 + random.below(days - 42)) * 24 * perHour;
  const day = Math.round(guess + (24 - (hourOf(guess) % 24)) * perHour);
  const shape = SHAPES[random.pick(names)] as Shape;
  return shape(volumes, { day, busy: busyHour(volumes) }, world);
}

/** The mean of the busiest quarter of the hours that are not empty, without the top hundredth. */
function busyHour(volumes: Float64Array): number {
  const active = volumes.filter((volume) => volume > 0).toSorted();
  const part = active.subarray(Math.floor(active.length * 0.75), Math.ceil(active.length * 0.99));
  return part.reduce((sum, volume) => sum + volume, 0) / Math.max(1, part.length);
}

function between(random: Random, least: number, most: number): number {
  return least + (most - least) * random.next();
}

/** 4 to 25 busy hours' worth an hour, in a steady stream or tailing off. */
function exfil(volumes: Float64Array, { day, busy }: Place, { random, perHour }: World): Attack {
  const from = day + random.below(24 * perHour);
  const length = Math.round(between(random, 1, 8) * perHour);
  const times = 4 * (25 / 4) ** random.next();
  const tails = random.chance(0.4);
  for (let index = 0; index < length; index++) {
    const part = tails ? Math.max(0.3, 1.5 * Math.exp((-2 * index) / length)) : 1;
    add(volumes, from + index, busy * times * part * between(random, 0.85, 1.15));
  }
  return { type: 'exfil', from, to: from + length };
}

/** As much as in a busy hour, while everybody sleeps. */
function night(volumes: Float64Array, { day, busy }: Place, { random, perHour }: World): Attack {
  const from = day + random.below(3 * perHour);
  const length = Math.round(between(random, 1.5, 5) * perHour);
  for (let index = 0; index < length; index++) add(volumes, from + index, busy * between(random, 0.7, 1.6));
  return { type: 'night', from, to: from + length };
}

function drop(volumes: Float64Array, { day }: Place, { random, perHour }: World): Attack {
  const from = day + random.below(24 * perHour);
  const to = from + Math.round(between(random, 5, 24) * perHour);
  volumes.fill(0, from, to);
  return { type: 'drop', from, to };
}

/** Doubles every few days. */
function ramp(volumes: Float64Array, { day }: Place, { random, perHour }: World): Attack {
  const length = Math.round(between(random, 5, 9) * 24 * perHour);
  const times = between(random, 3.5, 9);
  for (let index = 0; index < length; index++) {
    volumes[day + index] = (volumes[day + index] ?? 0) * times ** (index / length);
  }
  return { type: 'ramp', from: day, to: Math.min(volumes.length, day + length) };
}

/** A machine that nobody knew pulls gigabytes in its first hours. */
function newpeer(volumes: Float64Array, { day }: Place, { random, perHour }: World): Attack {
  const from = day + Math.round(between(random, 7, 20) * perHour);
  const length = Math.round(between(random, 2, 7) * perHour);
  const hourly = 5 * GB * Math.exp(0.5 * normal(random));
  for (let index = 0; index < length; index++) add(volumes, from + index, hourly / perHour);
  return { type: 'newpeer', from, to: from + length };
}

function add(volumes: Float64Array, index: number, bytes: number): void {
  if (index < volumes.length) volumes[index] = (volumes[index] ?? 0) + bytes;
}
