import type { VolumeEvidence } from '../../model/evidence.ts';
import type { EventSummary } from '../../model/finding.ts';
import type { Micros } from '../../model/timestamp.ts';
import type { FleetContribution, FleetSummary } from '../baseline/types.ts';
import type { Coverage } from '../coverage.ts';
import type { Row, Words } from './row.ts';

/** What a correlation knows beside its state. */
export interface CorrelationContext {
  /** Everything up to here is in; undefined before the first watermark. */
  readonly watermark?: Micros | undefined;
  /** The first watermark of all. */
  readonly firstWatermark?: Micros | undefined;
  /** How long after its time an event may still come. */
  readonly lateness: Micros;
  /** What of the past was read. Absent: all of it. */
  readonly coverage?: Coverage | undefined;
  /** IANA zone of the tenant's days and hours. Default UTC. */
  readonly zone?: string | undefined;
  /** Of a baseline: what steps of this UTC day (days since 1970) may know of all its series. */
  readonly fleetAt?: ((day: number) => FleetSummary | undefined) | undefined;
}

/** A correlation type: pure, and the same whatever the order in which events come within their lateness. */
export interface Correlation<S> {
  /** Takes in events (any order) that the state has not seen. */
  absorb(state: S | undefined, fresh: readonly Row[], ctx: CorrelationContext): Outcome<S>;
  /** Decides what only the watermark can. Undefined: nothing to decide. Doing it twice changes nothing. */
  close(state: S, ctx: CorrelationContext): Outcome<S> | undefined;
}

export interface Outcome<S> {
  /** Undefined: the group is forgotten. */
  readonly state: S | undefined;
  readonly verdicts: readonly Verdict[];
  /** Of a baseline: days of the series that are over, for the fleet. */
  readonly fleet?: readonly FleetContribution[];
  /** When the watermark reaches this, `close` has something to decide. */
  readonly due?: Micros;
}

/** The condition held. */
export interface Verdict {
  /** Event time at which it held. */
  readonly at: Micros;
  /** The event that completed it. */
  readonly nanos: number;
  readonly id: string;
  readonly words?: Words;
  readonly value?: string | number;
  /** It had not been said before that it held at this time: outer correlations count it. */
  readonly isHit: boolean;
  /** Event time from which it is told; default `at`. */
  readonly openedAt?: Micros;
  /** What it was made of is history: train, tell nobody. */
  readonly silent: boolean;
  /** The events that are new since it last held; undefined where there are none. */
  readonly told?: Told;
}

export interface Told {
  readonly count: number;
  readonly firstEventAt: Micros;
  readonly lastEventAt: Micros;
  readonly samples: readonly EventSummary[];
  /** Of the latest event: what the title speaks of. */
  readonly words: Words;
  /** Distinguishes findings of one time. */
  readonly firstRef: string;
  /** Of a baseline. */
  readonly evidence?: Omit<VolumeEvidence, 'source'>;
}
