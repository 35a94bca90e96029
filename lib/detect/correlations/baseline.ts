/**
 * `baseline`: what a bucket of time holds, against what it usually holds in this group at this time of the week.
 *
 * How it works: events add to the bucket they belong to. When the watermark has passed a bucket's end by the lateness, the
 * detector takes it, the empty ones before it included: a bucket in which a healthy source reported nothing held nothing.
 * A bucket that was not read in whole is left out. While a bucket is open and all before it are taken, its total so far is
 * looked at with each batch, since what is too much already only becomes more.
 *
 * Gotchas: an alarm before the bucket's end and the one at its end are about the same bucket and differ only in amounts,
 * so that any batching ends with the same alert. Buckets that hold nothing are taken at the next that does, or at the end
 * of the UTC day: a silent group costs one write a day, unless its silence matters.
 */
import type { BaselineSettings, CorrelationInfo } from '../../model/rule.ts';
import { MICROS_PER_DAY, type Micros } from '../../model/timestamp.ts';
import { InvalidSeriesError } from '../baseline/index.ts';
import type {
  Channel,
  Early,
  FleetContribution,
  PackedSeries,
  Step,
  StepContext,
  Thresholds,
  ThresholdsOf,
} from '../baseline/types.ts';
import { isCovered } from '../coverage.ts';
import { type LocalClock, localClock } from '../local-time.ts';
import { type OpenBucket, withFresh } from './baseline-buckets.ts';
import { type TakenBucket, verdictOf } from './baseline-verdict.ts';
import type { Correlation, CorrelationContext, Outcome, Verdict } from './correlation.ts';
import type { Row } from './row.ts';

/** The mathematics behind it. */
export interface Detector {
  readonly step: Step;
  readonly early: Early;
  readonly thresholdsOf: ThresholdsOf;
}

export interface BaselineState {
  /** The detector's memory. Absent: no bucket was taken yet. */
  readonly series?: PackedSeries;
  /** Number of the bucket that is taken next. */
  readonly next: number;
  /** Number of the latest bucket that held something. */
  readonly last: number;
  readonly open: readonly OpenBucket[];
  /** Group field → what its value is called. */
  readonly names?: Readonly<Record<string, string>>;
  /** What was told of the bucket `at` before its end. */
  readonly told?: Told;
}

type Judged = Omit<TakenBucket, 'size' | 'names'>;

interface Told {
  readonly at: number;
  readonly value: number;
  readonly events: number;
}

const CHANNELS: Readonly<Record<BaselineSettings['direction'], readonly Channel[]>> = {
  up: ['up', 'ramp', 'new'],
  down: ['drop'],
  both: ['up', 'ramp', 'drop', 'new'],
};
const LONGEST_NAME = 40;

/** The reducer of a baseline. Throws RangeError for a rule without its settings. */
export function baseline(info: CorrelationInfo, detector: Detector): Correlation<BaselineState> {
  const { baseline: settings } = info;
  if (!settings) throw new RangeError(`the baseline ${info.key} has no settings`);
  const taker = new Taker(info, settings, detector);
  return {
    absorb: (state, fresh, ctx) => taker.absorb(state, fresh, ctx),
    close: (state, ctx) => taker.close(state, ctx),
  };
}

class Taker {
  readonly #info: CorrelationInfo;
  readonly #settings: BaselineSettings;
  readonly #detector: Detector;
  readonly #size: Micros;
  #thresholds:
    | { readonly day: number; readonly fleetAt: CorrelationContext['fleetAt']; readonly of: Thresholds }
    | undefined;

  constructor(info: CorrelationInfo, settings: BaselineSettings, detector: Detector) {
    this.#info = info;
    this.#settings = settings;
    this.#detector = detector;
    this.#size = info.timespanMs * 1000;
  }

  absorb(state: BaselineState | undefined, fresh: readonly Row[], ctx: CorrelationContext): Outcome<BaselineState> {
    const clock = localClock(ctx.zone ?? 'UTC');
    const phase = clock.phase(this.#size);
    const numberOf = (row: Row): number => Math.floor((row.at + phase) / this.#size);
    const open = withFresh(state?.open ?? [], fresh, numberOf, state?.series === undefined ? 0 : state.next);
    const first = open[0]?.at ?? state?.next ?? 0;
    const known: BaselineState = {
      ...state,
      // Before the first bucket is taken, a late event can still begin earlier.
      next: state?.series === undefined ? Math.min(state?.next ?? first, first) : state.next,
      last: Math.max(state?.last ?? first, open.at(-1)?.at ?? first),
      open,
      ...namesOf(state?.names, fresh),
    };
    const taken = this.#take(known, ctx, clock);
    return this.#outcome(this.#early(taken, ctx, clock), ctx, clock);
  }

  close(state: BaselineState, ctx: CorrelationContext): Outcome<BaselineState> | undefined {
    const clock = localClock(ctx.zone ?? 'UTC');
    const taken = this.#take(state, ctx, clock);
    return taken.state === state ? undefined : this.#outcome(taken, ctx, clock);
  }

  /** Takes every bucket that nothing can come for any more. */
  #take(state: BaselineState, ctx: CorrelationContext, clock: LocalClock): Taken {
    const to = this.#numberAt((ctx.watermark ?? 0) - ctx.lateness, clock);
    if (state.next >= to) return { state, verdicts: [], fleet: [] };
    const [verdicts, fleet] = [[] as Verdict[], [] as FleetContribution[]];
    let { series } = state;
    let opened = 0;
    for (let at = state.next; at < to; at++) {
      const bucket = state.open[opened]?.at === at ? state.open[opened++] : undefined;
      const start = this.#startOf(at, clock);
      if (!isCovered(ctx.coverage, start, start + this.#size)) continue;
      const value = bucket?.value ?? 0;
      const step = this.#step(series, { start, value }, this.#contextOf(start, ctx, clock));
      series = step.series;
      fleet.push(...knownOn(dayOf(start), step.contribution));
      const { verdict } = step;
      verdicts.push(...this.#verdictOf({ at, bucket, start, verdict, isOpen: false }, state, ctx));
    }
    return { state: { ...movedTo(to, state, series), open: state.open.slice(opened) }, verdicts, fleet };
  }

  /** A memory that another version of the detector wrote is begun anew: better to learn again than to be silent. */
  #step(...[series, bucket, context]: Parameters<Step>): ReturnType<Step> {
    try {
      return this.#detector.step(series, bucket, context);
    } catch (error) {
      if (!(error instanceof InvalidSeriesError)) throw error;
      return this.#detector.step(undefined, bucket, context);
    }
  }

  /** Whether the bucket that is open, and next, holds too much already. */
  #early(taken: Taken, ctx: CorrelationContext, clock: LocalClock): Taken {
    const { state, verdicts, fleet } = taken;
    const bucket = this.#untoldOpen(state, ctx);
    if (!bucket || ctx.watermark === undefined) return taken;
    const { at, value, events } = bucket;
    const start = this.#startOf(at, clock);
    if (!isCovered(ctx.coverage, start, start + this.#size)) return taken;
    const elapsed = Math.min(1, Math.max(0, (ctx.watermark - start) / this.#size));
    const context = this.#contextOf(start, ctx, clock);
    const verdict = this.#judgeEarly(state.series, { start, value, elapsed }, context);
    if (!verdict) return taken;
    const told = this.#verdictOf({ at, bucket, start, verdict, isOpen: true }, state, ctx);
    if (told.length === 0) return taken;
    return { state: { ...state, told: { at, value, events } }, verdicts: [...verdicts, ...told], fleet };
  }

  /** Undefined: the memory is of another making, and begins anew at the bucket's end. */
  #judgeEarly(...[series, bucket, context]: Parameters<Early>): ReturnType<Early> | undefined {
    try {
      return this.#detector.early(series, bucket, context);
    } catch (error) {
      if (error instanceof InvalidSeriesError) return undefined;
      throw error;
    }
  }

  /** Only the bucket that is next: with those before it taken, what is usual is what it will be at the bucket's end. */
  #untoldOpen(
    { open: [bucket], next, told }: BaselineState,
    { watermark }: CorrelationContext,
  ): OpenBucket | undefined {
    const { direction, min } = this.#settings;
    if (!bucket || bucket.at !== next || bucket.at === told?.at || watermark === undefined) return undefined;
    return direction === 'down' || bucket.value < min ? undefined : bucket;
  }

  #verdictOf(taken: Judged, { told, names = {} }: BaselineState, ctx: CorrelationContext): Verdict[] {
    const { alarm, value, channel, explanation } = taken.verdict;
    if (!alarm || (this.#settings.direction === 'up' && value <= 0)) return [];
    // Where there is never much, there is not much to miss.
    if (channel === 'drop' && (explanation?.expected ?? 0) < this.#settings.min) return [];
    const before = told?.at === taken.at ? told.events : 0;
    return [verdictOf({ ...taken, names, size: this.#size }, this.#info, ctx, before)];
  }

  #contextOf(start: Micros, ctx: CorrelationContext, clock: LocalClock): StepContext {
    const day = dayOf(start);
    const fleet = ctx.fleetAt?.(day);
    if (this.#thresholds?.day !== day || this.#thresholds.fleetAt !== ctx.fleetAt) {
      const { falseAlarms, direction } = this.#settings;
      const budget = { falseAlarms: falseAlarms.count, perMs: falseAlarms.perMs, channels: CHANNELS[direction] };
      this.#thresholds = { day, fleetAt: ctx.fleetAt, of: this.#detector.thresholdsOf(budget, this.#size, fleet) };
    }
    return {
      size: this.#size,
      local: clock.at(start),
      thresholds: this.#thresholds.of,
      min: this.#settings.min,
      ...(fleet ? { fleet } : {}),
    };
  }

  #outcome({ state, verdicts, fleet }: Taken, ctx: CorrelationContext, clock: LocalClock): Outcome<BaselineState> {
    const forgetAt = state.last + Math.ceil(((this.#info.forgetMs ?? 0) * 1000) / this.#size);
    const isForgotten = state.open.length === 0 && state.next > forgetAt;
    return {
      state: isForgotten ? undefined : state,
      verdicts,
      ...(fleet.length > 0 ? { fleet } : {}),
      ...(isForgotten ? {} : { due: this.#dueOf(state, clock) + ctx.lateness }),
    };
  }

  /** The end of the first bucket that holds something; of an empty one where silence matters; else of the UTC day. */
  #dueOf(state: BaselineState, clock: LocalClock): Micros {
    const end = this.#startOf(state.next + 1, clock);
    if (this.#settings.direction !== 'up') return end;
    const endOfDay = (Math.floor(this.#startOf(state.next, clock) / MICROS_PER_DAY) + 1) * MICROS_PER_DAY;
    const [bucket] = state.open;
    return Math.max(end, bucket ? Math.min(this.#startOf(bucket.at + 1, clock), endOfDay) : endOfDay);
  }

  #numberAt(time: Micros, clock: LocalClock): number {
    return Math.floor((time + clock.phase(this.#size)) / this.#size);
  }

  #startOf(at: number, clock: LocalClock): Micros {
    return at * this.#size - clock.phase(this.#size);
  }
}

interface Taken {
  readonly state: BaselineState;
  readonly verdicts: readonly Verdict[];
  readonly fleet: readonly FleetContribution[];
}

function movedTo(
  next: number,
  { series: _, told, ...rest }: BaselineState,
  series: PackedSeries | undefined,
): BaselineState {
  const kept = told && told.at >= next ? { told } : {};
  return { ...rest, ...kept, ...(series === undefined ? {} : { series }), next };
}

function dayOf(time: Micros): number {
  return Math.floor(time / MICROS_PER_DAY);
}

/** After a gap, a day becomes known late: it counts as yesterday, for what steps of one day may know must not grow later. */
function knownOn(today: number, contribution: FleetContribution | undefined): FleetContribution[] {
  return contribution ? [{ ...contribution, day: Math.max(contribution.day, today - 1) }] : [];
}

/** The names that came last, in the order of events. */
function namesOf(known: BaselineState['names'], fresh: readonly Row[]): Pick<BaselineState, 'names'> {
  let latest: Row | undefined;
  for (const row of fresh) if (row.names && (!latest || row.at >= latest.at)) latest = row;
  if (!latest?.names) return known ? { names: known } : {};
  const named = Object.entries(latest.names).map(([field, name]) => [field, name.slice(0, LONGEST_NAME)]);
  return { names: { ...known, ...Object.fromEntries(named) } };
}
