import type { CorrelationContext } from '../detect/correlations/index.ts';
import type { CorrelationPlan } from '../detect/plan.ts';
import { type Feed, type WatermarkState, watermarkKey, watermarkOf, withShown } from '../detect/watermark.ts';
import type { WatermarkChange } from '../model/change.ts';
import type { Clock } from '../model/clock.ts';
import { SOURCES, type Source } from '../model/event.ts';
import { advance } from '../store/advance.ts';
import type { StateItem, StateStore } from '../store/ports.ts';
import { latenessOf, longestLateness, type PipelineSettings } from './settings.ts';

export type Watermarks = ReadonlyMap<Source, WatermarkState>;

/** What a tenant's batch needs to know before it begins: read in one request. */
export interface Standing {
  readonly watermarks: Watermarks;
  readonly items: ReadonlyMap<string, StateItem>;
}

export async function readStanding(state: StateStore, tenant: string, others: readonly string[]): Promise<Standing> {
  const keys = SOURCES.map((source) => watermarkKey(tenant, source));
  const items = await state.getMany([...keys, ...others]);
  const watermarks = new Map<Source, WatermarkState>();
  for (const source of SOURCES) {
    const body = items.get(watermarkKey(tenant, source))?.body as { value?: WatermarkState } | undefined;
    if (body?.value) watermarks.set(source, body.value);
  }
  return { watermarks, items };
}

/** Keeps what partitions have shown, and returns where the feed's watermark is with it. */
export async function noteWatermarks(
  state: StateStore,
  clock: Clock,
  tenant: string,
  feed: Feed,
  changes: readonly WatermarkChange[],
): Promise<WatermarkState> {
  let seen: WatermarkState | undefined;
  const step = {
    key: watermarkKey(tenant, feed.source),
    dueFor: '',
    // The later time wins in whatever order and how often they come, so no marks are needed.
    contributions: [],
    reduce(value: WatermarkState | undefined) {
      seen = changes.reduce((known, change) => withShown(known, feed, change), value);
      return seen === value || !seen ? undefined : { value: seen, caused: [] };
    },
  };
  await advance(state, [step], async () => undefined, clock);
  if (!seen) throw new RangeError('noteWatermarks needs at least one watermark');
  return seen;
}

/**
 * What a correlation knows of time: where all of its feeds are, or `upTo` where that is earlier. A feed that never showed
 * a watermark holds nobody up.
 */
export function contextOf(
  plan: CorrelationPlan,
  watermarks: Watermarks,
  settings: PipelineSettings,
  upTo = Number.POSITIVE_INFINITY,
): CorrelationContext {
  const known = plan.sources.flatMap((source) => {
    const state = watermarks.get(source);
    const reached = watermarkOf(state, { source, lateness: latenessOf(settings, source) });
    return state && reached !== undefined ? [{ reached, first: state.first, gaps: state.gaps ?? [] }] : [];
  });
  // An outer correlation waits one lateness longer than what it stands on.
  const lateness = longestLateness(settings, plan.sources) * (plan.depth + 1);
  if (known.length === 0) return { lateness };
  const watermark = Math.min(upTo, ...known.map(({ reached }) => reached));
  const firstWatermark = Math.max(...known.map(({ first }) => first));
  const gaps = known.flatMap((each) => each.gaps);
  const zone = settings.timeZone === undefined ? {} : { zone: settings.timeZone };
  return { lateness, watermark, firstWatermark, ...(gaps.length > 0 ? { coverage: { gaps } } : {}), ...zone };
}
