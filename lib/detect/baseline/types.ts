/**
 * What the baseline detector takes and gives. A caller needs no knowledge of the mathematics: it keeps one text per
 * series and one small value per rule (the fleet), closes buckets, and passes on what comes out.
 */
import type { EvidenceReason, RecentBucket } from '../../model/evidence.ts';
import type { Micros } from '../../model/timestamp.ts';

/** A series' memory: at most 900 ASCII characters, the first of which is the version. Opaque; equal input, equal text. */
export type PackedSeries = string;

/** What a bucket held in all. A bucket that is known to be empty has 0; one that nobody saw (a gap) is not stepped. */
export interface Bucket {
  readonly start: Micros;
  readonly value: number;
}

/** The wall clock of the tenant's zone at a bucket's start. */
export interface LocalTime {
  /** Days from 1970-01-01 to the local date. */
  readonly day: number;
  /** Minutes since the local midnight, by the wall clock. */
  readonly minute: number;
  readonly weekend: boolean;
}

/** `up`: unusual for this series at this hour. `ramp`: a day's volume grew. `drop`: an always-on series fell silent.
 * `new`: a young series outdoes what the fleet does. */
export type Channel = 'up' | 'ramp' | 'drop' | 'new';

/** The least score of each channel that is an alarm; a channel that is not there is off. */
export type Thresholds = Readonly<Partial<Record<Channel, number>>>;

/** How many false alarms are wanted, for all series of a rule together. */
export interface Budget {
  readonly falseAlarms: number;
  readonly perMs: number;
  /** Default: all. The budget is divided among those that are asked for. */
  readonly channels?: readonly Channel[];
}

export interface StepContext {
  /** Length of a bucket: 5 minutes to a day. The same for all steps of a series. */
  readonly size: Micros;
  readonly local: LocalTime;
  readonly thresholds: Thresholds;
  /** What the fleet did before today: `fleetAt`. Without it a young series tells nothing. */
  readonly fleet?: FleetSummary;
  /** No `up`, `ramp` or `new` for a bucket below this. Also the scale below which differences do not matter. */
  readonly min: number;
}

export interface StepResult {
  readonly series: PackedSeries;
  readonly verdict: Verdict;
  /** When a day of the series is over: to be added once to the fleet's state with `addToFleet`. */
  readonly contribution?: FleetContribution;
}

export interface Verdict {
  /** The condition holds in this bucket. Whether somebody is told again is not decided here. */
  readonly alarm: boolean;
  /** The channel that is furthest above its threshold (or least below). */
  readonly channel: Channel;
  /** Of that channel, 0 and more. `up`, `drop`, `new`: −log10 of a chance; `ramp`: in its own mean deviations. */
  readonly score: number;
  readonly threshold: number;
  readonly value: number;
  /** The series is younger than 14 days: its own scores are to be taken lightly (`new` is not). */
  readonly learning: boolean;
  /** Where `alarm` is true. */
  readonly explanation?: Explanation;
}

export interface Explanation {
  /** What was expected of this bucket. */
  readonly expected: number;
  /** The 10th and 90th percentile of buckets at this hour that were not empty; 0, 0 where none was seen. */
  readonly low: number;
  readonly high: number;
  /** Share of buckets at this hour that were empty, 0 to 1. */
  readonly emptyShare: number;
  /** Buckets that this hour's range is made of. */
  readonly seen: number;
  /** The latest local day (days since 1970-01-01) in the last 28 with a bucket as high; absent: none. */
  readonly lastAsHighDay?: number;
  /** The highest bucket of the last 28 local days before today. 0: none seen. */
  readonly highest28: number;
  readonly reasons: readonly EvidenceReason[];
  /** The last 24 buckets that were stepped, oldest first, the current one last. */
  readonly recent: readonly RecentBucket[];
}

/** One series' day, for the fleet. Opaque. */
export interface FleetContribution {
  /** The UTC day that it tells of (days since 1970-01-01). */
  readonly day: number;
  readonly counts: FleetCounts;
}

/** What a rule remembers of all its series: counts per UTC day, older ones per week. JSON; any order gives the same. */
export interface FleetState {
  readonly days: Readonly<Record<string, FleetCounts>>;
  readonly weeks: Readonly<Record<string, FleetCounts>>;
}

export type FleetCounts = Readonly<Record<string, number>>;

/** What steps of one UTC day may know of the fleet: made of the days that were over before. */
export interface FleetSummary {
  /** Series that were active on a usual day. */
  readonly series: number;
  /** Series-days that it is made of. */
  readonly seriesDays: number;
  /** The busiest bucket of a series' day: what all but 20, 10, 3, 1 and 0.1 % of the days stay below. */
  readonly highs: readonly number[];
  /** Series that came anew, per series and month. */
  readonly births: number;
  /** Days that it is made of. */
  readonly days: number;
  /** Per channel: how the fleet's scores compare with those the closed form of `thresholdsOf` was made for; 1: alike. */
  readonly scale: Readonly<Partial<Record<Channel, number>>>;
}

/** One bucket of a series: pure, O(1), looks only back. Throws InvalidSeriesError for a text it did not make. */
export type Step = (series: PackedSeries | undefined, bucket: Bucket, context: StepContext) => StepResult;

/**
 * A bucket that is still open: `elapsed` of it (0 to 1) is over and holds `value` so far. Says what `step` would say if
 * nothing more came, for `up`, `ramp` and `new`; since these only grow with the value, it adds no false alarm.
 */
export type Early = (
  series: PackedSeries | undefined,
  open: Bucket & { readonly elapsed: number },
  context: StepContext,
) => Verdict;

/** `series`: how many there are, where the fleet does not know it yet. */
export type ThresholdsOf = (
  budget: Budget,
  size: Micros,
  fleet: FleetSummary | undefined,
  series?: number,
) => Thresholds;

/** Commutative and associative; what is more than five weeks older than the newest day is dropped. */
export type AddToFleet = (state: FleetState | undefined, contributions: readonly FleetContribution[]) => FleetState;
export type MergeFleets = (a: FleetState, b: FleetState) => FleetState;
/**
 * What steps of buckets that start on this UTC day may know: the days up to the day before yesterday, since yesterday's
 * contributions come while today's buckets close. Absent until there is one.
 */
export type FleetAt = (state: FleetState | undefined, day: number) => FleetSummary | undefined;
