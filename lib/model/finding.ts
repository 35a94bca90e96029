import type { Position } from './change.ts';
import type { VolumeEvidence } from './evidence.ts';
import type { RuleStatus } from './rule.ts';
import type { Severity } from './severity.ts';
import type { Micros } from './timestamp.ts';

/** One event as an alert tells it: short, and complete without the event. */
export interface EventSummary {
  /** The stored event's identity: `<pk>|<sk>` for a stored one, else any unique text. */
  readonly ref: string;
  readonly at: Micros;
  /** `activity_code`, or `traffic`. */
  readonly activity: string;
  /** The best name there is, else the id, else "". */
  readonly actor: string;
  readonly target: string;
}

/** What a rule found: the events that are new since it last said so. */
export interface Finding {
  /** Deterministic: the same events give the same id under any re-delivery. */
  readonly id: string;
  readonly tenant: string;
  readonly rule: FindingRule;
  readonly dedupKey: string;
  /** Field → value of the group (correlations) or of the dedup fields. */
  readonly group: Readonly<Record<string, string>>;
  /** Rendered from the rule's template. */
  readonly title: string;
  /** Event time at which the condition held. */
  readonly at: Micros;
  readonly firstEventAt: Micros;
  readonly lastEventAt: Micros;
  /** Events told by this finding (≥ 1; `absence` tells 0). */
  readonly count: number;
  /** The first of them in event order, at most `MAX_SAMPLES`. */
  readonly samples: readonly EventSummary[];
  /** Of a baseline: the volume, and why it is unusual. */
  readonly evidence?: VolumeEvidence;
  /** False: record, and tell nobody (experimental rules). */
  readonly notify: boolean;
  /** Its place in the stream that brought it: what makes it count once. */
  readonly position: Position;
}

/** What an alert keeps of its rule. */
export interface FindingRule {
  readonly key: string;
  readonly title: string;
  readonly status: RuleStatus;
  readonly severity: Severity;
  readonly suppressMs: number;
  readonly description?: string;
  readonly falsepositives?: readonly string[];
  readonly runbook?: string;
  readonly tags?: readonly string[];
}

export const MAX_SAMPLES = 20;
