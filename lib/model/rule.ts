import type { Source } from './event.ts';
import type { Severity } from './severity.ts';

/** What every rule, of whatever kind, tells about itself. */
export interface RuleInfo {
  /** Stable and unique in the set: the rule's `name`, else its `id`, else its title. Stands in tables and alerts. */
  readonly key: string;
  readonly id?: string;
  readonly name?: string;
  readonly title: string;
  readonly description?: string;
  readonly status: RuleStatus;
  readonly level: Severity;
  readonly tags: readonly string[];
  readonly falsepositives: readonly string[];
  readonly references: readonly string[];
  /** The file it stands in, relative to the rules' folder, and the line of its document. */
  readonly file: string;
  readonly line: number;
  /** SHA-256 (hex, 16 digits) of what decides matching and state: a changed rule starts fresh. */
  readonly version: string;
  /** False: only feeds correlations (Sigma's `generate: false`) and alerts nobody by itself. */
  readonly alerts: boolean;
  readonly alert: AlertSettings;
}

/** `experimental` rules record and do not notify; deprecated and unsupported ones are not loaded. */
export type RuleStatus = 'stable' | 'test' | 'experimental';

/** The `x-alert` block. */
export interface AlertSettings {
  /** `{{target}}`, `{{actor}}`, `{{group.FIELD}}`, `{{value}}`, `{{count}}`, `{{FIELD}}`; default: the rule's title. */
  readonly title?: string;
  /** Fields whose values make the dedup key. Default: a correlation's group-by; the initiator of an audit event. */
  readonly dedup?: readonly string[];
  /** Milliseconds; within this time of an alert's first event, the same again only counts. Default: `suppressMsOf`. */
  readonly suppressMs?: number;
  readonly runbook?: string;
  readonly owner?: string;
  /** When the rule counts at all; outside, nothing matches. */
  readonly schedule?: Schedule;
}

export interface Schedule {
  /** IANA zone. */
  readonly zone: string;
  /** 0 Sunday … 6 Saturday; minutes of the day; `from` > `to` crosses midnight. */
  readonly windows: readonly { days: readonly number[]; from: number; to: number }[];
}

export interface LogSource {
  readonly product?: string;
  readonly category?: string;
  readonly service?: string;
}

export interface DetectionInfo extends RuleInfo {
  readonly kind: 'detection';
  readonly logsource: LogSource;
}

export type CorrelationType =
  | 'event_count'
  | 'value_count'
  | 'temporal'
  | 'temporal_ordered'
  | 'value_sum'
  | 'value_avg'
  | 'value_percentile'
  | 'value_median'
  | 'new_value'
  | 'absence'
  | 'change'
  | 'ratio'
  | 'baseline';

export type Comparator = 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq';
export type Threshold = readonly { readonly op: Comparator; readonly value: number }[];

/** A boolean condition over rule keys (`temporal` types). */
export type BooleanCondition =
  | { readonly rule: string }
  | { readonly not: BooleanCondition }
  | { readonly and: readonly BooleanCondition[] }
  | { readonly or: readonly BooleanCondition[] };

/** Sigma's `correlation` and our `x-correlation`, resolved: rules by key, times in milliseconds. */
export interface CorrelationInfo extends RuleInfo {
  readonly kind: 'correlation';
  readonly type: CorrelationType;
  /** Keys of the rules it counts, in the written order (`ratio`: part, whole). */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  /** alias → rule key → field. */
  readonly aliases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly timespanMs: number;
  readonly threshold: Threshold;
  readonly boolean?: BooleanCondition;
  /** `value_*`, `new_value`, `change`: whose values. */
  readonly field: readonly string[];
  /** `value_percentile`: 0 to 100. */
  readonly percentile: number;
  readonly warmUpMs: number;
  readonly forgetMs?: number;
  /** `ratio`: the least size of the whole. */
  readonly min: number;
  /** Of type `baseline` only, and always there. */
  readonly baseline?: BaselineSettings;
}

/** What a correlation of type `baseline` asks for. `timespanMs` is the length of its buckets. */
export interface BaselineSettings {
  /** Wanted in all, over all series of the rule: so many (may be a fraction) in so many milliseconds. */
  readonly falseAlarms: { readonly count: number; readonly perMs: number };
  /** No alarm for a bucket below this, in units of `field` (or events); a drop must be from more. */
  readonly min: number;
  readonly direction: 'up' | 'down' | 'both';
  /** Fields whose largest values an alert names: where the volume went. */
  readonly top: readonly string[];
}

export type Rule = DetectionInfo | CorrelationInfo;

/** One case of `x-tests`. */
export interface RuleTest {
  readonly name: string;
  readonly line: number;
  /** API objects; what a test leaves out (id, timestamp, …) is filled in. */
  readonly events: readonly Record<string, unknown>[];
  /** Index of an event that stands for many → how it repeats. */
  readonly repeats?: ReadonlyMap<number, Repeat>;
  readonly lists?: Readonly<Record<string, readonly string[]>>;
  /** How many alerts are opened, or what they hold. */
  readonly alerts: number | readonly Readonly<Record<string, unknown>>[];
}

/** One event of a test that stands for many. Times in milliseconds. */
export interface Repeat {
  readonly everyMs: number;
  /** The last lies before this, counted from the first. */
  readonly forMs: number;
  /** Only at these times of the week, in UTC; others are left out. */
  readonly during?: Schedule['windows'];
  /** Counters differ by up to this share of themselves, always in the same way. */
  readonly vary: number;
}

/** The `service` of `logsource` that each feed answers to. */
export const LOGSOURCE_OF: Readonly<Record<Source, LogSource>> = {
  audit: { product: 'netbird', service: 'audit' },
  traffic: { product: 'netbird', service: 'traffic' },
};
