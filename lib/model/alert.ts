import type { VolumeEvidence } from './evidence.ts';
import type { EventSummary, FindingRule } from './finding.ts';
import type { Micros } from './timestamp.ts';

export const ALERT_STATUSES = ['open', 'acknowledged', 'silenced', 'resolved'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

/** One row of the Alerts table. Times are event times unless they say otherwise. */
export interface Alert {
  readonly id: string;
  readonly tenant: string;
  readonly rule: FindingRule;
  readonly dedupKey: string;
  readonly group: Readonly<Record<string, string>>;
  readonly title: string;
  readonly status: AlertStatus;
  readonly openedAt: Micros;
  readonly firstEventAt: Micros;
  readonly lastEventAt: Micros;
  readonly count: number;
  readonly samples: readonly EventSummary[];
  /** Of a baseline: the first unusual volume that it tells of, and why it is unusual. */
  readonly evidence?: VolumeEvidence;
  /** Grows with every write of dispatch: a row takes only a newer one. */
  readonly revision: number;
  /** Wall clock (epoch ms): not told before this. Absent: nothing is left to tell. The outbox. */
  readonly toSendAt?: number;
  /** Why it is told, or why not. */
  readonly reason: NotifyReason;
  /** Wall clock (epoch ms) and count of the last notice. */
  readonly notifiedAt?: number;
  readonly notifiedCount?: number;
  /** The alert before it of the same dedup key, and its count when this one opened: "N more since the last notice". */
  readonly earlier?: { readonly alertId: string; readonly count: number };
}

/** Every verdict has a reason. */
export const NOTIFY_REASONS = ['opened', 'experimental', 'suppressed', 'history', 'below-level'] as const;
export type NotifyReason = (typeof NOTIFY_REASONS)[number];
