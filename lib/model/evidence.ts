import type { Source } from './event.ts';
import type { Micros } from './timestamp.ts';

/** Why a volume is unusual, as a baseline knows it. It survives JSON. */
export interface VolumeEvidence {
  /** The feed that it was counted in. */
  readonly source: Source;
  /** What the bucket holds; while it is open, what it holds so far. */
  readonly value: number;
  /** `bytes`: read as a size. `events`: how many. Else a plain number of `field`. */
  readonly unit: 'bytes' | 'events' | 'amount';
  /** The field that is summed up; absent where events are counted. */
  readonly field?: string;
  readonly bucket: { readonly start: Micros; readonly end: Micros };
  /** The alarm came before the bucket's end. */
  readonly isOpen: boolean;
  readonly direction: 'up' | 'down';
  readonly channel: 'up' | 'ramp' | 'drop' | 'new';
  readonly score: number;
  readonly threshold: number;
  /** Younger than 14 days: what is usual is still being learned. */
  readonly learning: boolean;
  readonly expected: number;
  /** 10th and 90th percentile of what buckets at this hour held that were not empty; 0 and 0: none was seen. */
  readonly low: number;
  readonly high: number;
  /** Share of buckets at this hour that were empty, 0 to 1. */
  readonly emptyShare: number;
  /** Buckets at this hour that this is known from. */
  readonly seen: number;
  /** Highest bucket of the last 28 days before today; 0: none seen. */
  readonly highest28: number;
  /** `YYYY-MM-DD`, local: the latest day in the last 28 with a bucket as high. Absent: none. */
  readonly lastAsHigh?: string;
  readonly reasons: readonly EvidenceReason[];
  /** The last buckets, oldest first, this one last, each with the range that is usual at its hour. */
  readonly recent: readonly RecentBucket[];
  /** Where it went: per field the largest values. Amounts are at least so much. */
  readonly top: readonly Contributors[];
  /** Group field → what its value is called, where that is known. */
  readonly names: Readonly<Record<string, string>>;
}

export interface Contributors {
  readonly field: string;
  readonly values: readonly { readonly name: string; readonly value: number }[];
}

/** One bucket of the sparkline, with the range usual at its hour. */
export interface RecentBucket {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What speaks for it being unusual, the most telling first. Data: the text is made by whoever tells it. */
export type EvidenceReason =
  /** Times the upper end of the usual range at this hour. */
  | { readonly is: 'above-usual'; readonly times: number }
  /** This hour is usually empty. */
  | { readonly is: 'usually-empty'; readonly emptyShare: number }
  /** Not as high in 28 days (or since it is watched, if that is less). */
  | { readonly is: 'highest'; readonly days: number }
  /** Buckets in a row above what is usual, with this one. */
  | { readonly is: 'goes-on'; readonly buckets: number }
  /** The last day's volume is this many times that of a usual day. */
  | { readonly is: 'day-grew'; readonly times: number; readonly day: number; readonly usualDay: number }
  /** Buckets in a row next to nothing, where something is expected. */
  | { readonly is: 'fell-silent'; readonly buckets: number }
  /** Times what nine in ten of the fleet's days stay below in their busiest bucket. */
  | { readonly is: 'beyond-fleet'; readonly times: number };
