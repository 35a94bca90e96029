import { addToFleet, fleetAt, mergeFleets } from '../detect/baseline/index.ts';
import type { FleetContribution, FleetState, FleetSummary } from '../detect/baseline/types.ts';
import { fleetKeys, placeInFleet, wholeFleet } from '../detect/fleet.ts';
import type { CorrelationPlan } from '../detect/plan.ts';
import type { Position } from '../model/change.ts';
import type { Clock } from '../model/clock.ts';
import { advance, type Step } from '../store/advance.ts';
import type { StateItem, StateStore } from '../store/ports.ts';

type FleetDay = { readonly position: Position; readonly contribution: FleetContribution };

/** Longer than the days that a fleet remembers. */
const LIFE_SECONDS = 60 * 86_400;

/** A series' days that are over, and the State item whose write says so. */
export interface SeriesDays {
  readonly tenant: string;
  readonly rule: { readonly key: string; readonly version: string };
  readonly seriesKey: string;
  readonly stateVersion: number;
  readonly days: readonly FleetContribution[];
}

/** Counts days of series in their fleets, each once, in any order. */
export async function addToFleets(state: StateStore, clock: Clock, all: readonly SeriesDays[]): Promise<void> {
  const steps = new Map<string, Step<FleetState, FleetDay, never> & { readonly contributions: FleetDay[] }>();
  for (const { tenant, rule, seriesKey, stateVersion, days } of all) {
    const { key, partition } = placeInFleet(tenant, rule, seriesKey);
    const position = { stream: 'state', partition, sequence: String(stateVersion) };
    const step = steps.get(key) ?? fleetStep(key, tenant, clock);
    step.contributions.push(...days.map((contribution) => ({ position, contribution })));
    steps.set(key, step);
  }
  if (steps.size > 0) await advance(state, [...steps.values()], async () => undefined, clock);
}

function fleetStep(key: string, tenant: string, clock: Clock) {
  return {
    key,
    dueFor: `${tenant}#fleet`,
    contributions: [] as FleetDay[],
    reduce(value: FleetState | undefined, fresh: readonly FleetDay[]) {
      if (fresh.length === 0) return undefined;
      const expiresAt = Math.ceil(clock().getTime() / 1000) + LIFE_SECONDS;
      const days = fresh.map(({ contribution }) => contribution);
      return { value: addToFleet(value, days), caused: [], expiresAt };
    },
  };
}

type FleetAt = (day: number) => FleetSummary | undefined;

interface Loaded {
  /** The UTC day that it was read for: earlier days of the fleet do not change any more. */
  readonly day: number;
  readonly at: FleetAt;
}

/**
 * Fleets as this process has read them. Days before yesterday never change, since every series is closed up to a
 * midnight before any goes on, so that each rule's is read once a day.
 */
export class Fleets {
  readonly #loaded = new Map<string, Loaded>();

  /** Reads what steps up to a UTC day may ask for, of each plan. */
  async load(
    state: StateStore,
    tenant: string,
    plans: readonly { plan: CorrelationPlan; day: number }[],
  ): Promise<void> {
    const wanted = plans.filter(({ plan, day }) => (this.#loaded.get(nameOf(tenant, plan))?.day ?? -1) < day);
    if (wanted.length === 0) return;
    const items = await state.getMany(wanted.flatMap(({ plan }) => fleetKeys(tenant, plan.info)));
    for (const { plan, day } of wanted) {
      const shards = fleetKeys(tenant, plan.info).map((key) => fleetIn(items.get(key)));
      this.#loaded.set(nameOf(tenant, plan), { day, at: remembered(wholeFleet(shards, mergeFleets)) });
    }
  }

  /** Undefined before anything was read. */
  at(tenant: string, plan: CorrelationPlan): FleetAt | undefined {
    return this.#loaded.get(nameOf(tenant, plan))?.at;
  }
}

function nameOf(tenant: string, { info }: CorrelationPlan): string {
  return JSON.stringify([tenant, info.key, info.version]);
}

function remembered(fleet: FleetState | undefined): FleetAt {
  const known = new Map<number, FleetSummary | undefined>();
  return (day) => {
    if (!known.has(day)) known.set(day, fleetAt(fleet, day));
    return known.get(day);
  };
}

function fleetIn(item: StateItem | undefined): FleetState | undefined {
  return (item?.body as { readonly value?: FleetState } | undefined)?.value;
}
