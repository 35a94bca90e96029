/**
 * How time passes for baselines: day by day. What a series may know of its fleet is made of the days that are over, so
 * every series is closed up to a midnight (UTC) before any goes beyond it, however far the watermark jumps.
 */
import type { CorrelationPlan } from '../detect/plan.ts';
import { type WatermarkState, watermarkKey } from '../detect/watermark.ts';
import type { Clock } from '../model/clock.ts';
import type { Source } from '../model/event.ts';
import { MICROS_PER_DAY, type Micros } from '../model/timestamp.ts';
import { advance } from '../store/advance.ts';
import type { StateStore } from '../store/ports.ts';

/** The most that NetBird's history reaches back at a first run. */
const LONGEST_HISTORY = 8 * MICROS_PER_DAY;

/** Midnights to stop at on the way to `watermark`, oldest first: those not settled, with all that is late by them in. */
export function midnightsTo(state: WatermarkState | undefined, watermark: Micros, longestWait: Micros): Micros[] {
  const last = Math.floor((watermark - longestWait) / MICROS_PER_DAY) * MICROS_PER_DAY;
  const midnights: Micros[] = [];
  for (let at = beginOf(state) + MICROS_PER_DAY; at <= last; at += MICROS_PER_DAY) midnights.push(at);
  return midnights;
}

function beginOf(state: WatermarkState | undefined): Micros {
  if (!state) return Number.MAX_SAFE_INTEGER;
  if (state.settled !== undefined) return state.settled;
  const [[from, to] = [-1, 0]] = state.gaps ?? [];
  const begin = from === 0 ? to : state.first - LONGEST_HISTORY;
  return Math.floor(Math.max(begin, state.first - LONGEST_HISTORY) / MICROS_PER_DAY) * MICROS_PER_DAY;
}

/** How long after a midnight the baselines of a feed can be closed up to it: each depth of correlations waits longer. */
export function waitsOf(plans: Iterable<CorrelationPlan>, source: Source, lateness: Micros): Micros[] {
  const depths = [...plans].flatMap(({ info, sources, depth }) =>
    info.baseline && sources.includes(source) ? [depth] : [],
  );
  return [...new Set(depths)].sort((a, b) => a - b).map((depth) => lateness * (depth + 1));
}

/** Keeps that everything is closed up to this midnight. */
export async function noteSettled(
  state: StateStore,
  clock: Clock,
  { tenant, source }: { tenant: string; source: Source },
  midnight: Micros,
): Promise<void> {
  const step = {
    key: watermarkKey(tenant, source),
    dueFor: '',
    contributions: [],
    reduce(value: WatermarkState | undefined) {
      if (!value || (value.settled ?? 0) >= midnight) return undefined;
      return { value: { ...value, settled: midnight }, caused: [] };
    },
  };
  await advance(state, [step], async () => undefined, clock);
}
